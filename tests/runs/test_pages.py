"""The pages of runs: what they show, to whom, with how many queries."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.deployments.models import Instance
from apps.infra.jobs import workers
from apps.runs import projection, services
from apps.runs.interpreter.effects import Step
from apps.runs.models import Run
from apps.runs.taking import take

HTMX = {"HX-Request": "true", "HX-Target": "run-live"}


def step(path: str, sequence: int, kind: str = "call", attempt: int = 1) -> Step:
    name = path.rpartition("/")[2]
    return Step(path=path, reference=path, name=name, kind=kind, attempt=attempt, sequence=sequence)


def told(run: Run) -> Run:
    """Let a run have called, failed in a loop, and ended."""
    run_id = str(run.pk)
    take(run_id, "worker")
    add, looked = step("/do/0/add", 1), step("/do/1/all[2]/do/0/look", 2, attempt=3)
    projection.step_began(run_id, add)
    projection.call_requested(run_id, add, {"method": "POST", "url": "https://a.test/x", "headers": {}, "body": "{}"})
    projection.call_answered(run_id, add, {"status": 201, "headers": {}, "body": '{"id": 1}'})
    projection.step_ended(run_id, add, result={"id": 1})
    projection.step_began(run_id, looked)
    projection.step_ended(run_id, looked, problem={"title": "Service Unavailable", "status": 503})
    projection.finished(run_id, problem={"title": "Service Unavailable", "detail": "come back later", "status": 503})
    run.refresh_from_db()
    return run


@pytest.fixture
def run(otto: User, instance: Instance) -> Run:
    return services.start_run(by=otto, instance=instance)


@pytest.fixture
def as_otto(client: Client, otto: User) -> Client:
    client.force_login(otto)
    return client


def test_the_page_shows_each_step_with_request_answer_and_result(as_otto: Client, run: Run) -> None:
    page = as_otto.get(told(run).get_absolute_url()).content.decode()
    for words in (
        "POST https://a.test/x →\N{NO-BREAK SPACE}201",
        "round 2 of all, attempt 3",
        "come back later",
        "Try again",
        "&quot;id&quot;: 1",
    ):
        assert words in page
    assert "every 1s" not in page


def test_an_error_is_told_once_where_it_happened_and_pointed_at_from_around(as_otto: Client, run: Run) -> None:
    run_id = str(run.pk)
    take(run_id, "worker")
    around = [step("/do/0/all", 1, "for"), step("/do/0/all[2]/do/0/guard", 2, "try")]
    failed = step("/do/0/all[2]/do/0/guard/try/0/look", 3)
    problem = {
        "title": "Service Unavailable",
        "detail": "come back later",
        "status": 503,
        "instance": "/do/0/all/do/0/guard/try/0/look",
    }
    for one in (*around, failed):
        projection.step_began(run_id, one)
    for one in (failed, *reversed(around)):
        projection.step_ended(run_id, one, problem=problem)
    projection.finished(run_id, problem=problem)

    answer = as_otto.get(run.get_absolute_url())
    told_at = {one.row.name: (one.cause, [part.title for part in one.parts]) for one in answer.context["steps"]}
    assert told_at == {"all": ("look", []), "guard": ("look", []), "look": ("", ["Error"])}
    assert (answer.content.decode().count("“look” inside it failed."), answer.context["is_error_told"]) == (2, True)


def test_a_run_under_way_asks_again_and_is_answered_only_when_something_happened(as_otto: Client, run: Run) -> None:
    page = as_otto.get(run.get_absolute_url())
    assert 'hx-trigger="every 1s"' in page.content.decode()
    url = f"{run.get_absolute_url()}?seen={page.context['token']}"
    assert as_otto.get(url, headers=HTMX).status_code == 204
    told(run)
    fragment = as_otto.get(url, headers=HTMX).content.decode()
    assert "<html" not in fragment
    assert 'id="run-status" hx-swap-oob="innerHTML"' in fragment
    assert "every 1s" not in fragment


def test_a_missing_worker_is_said(as_otto: Client, run: Run) -> None:
    assert "No worker is running" in as_otto.get(run.get_absolute_url()).content.decode()
    assert "No worker is running" in as_otto.get("/runs/").content.decode()
    workers.enlist()
    assert "No worker is running" not in as_otto.get(run.get_absolute_url()).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_run_and_for_three(
    as_otto: Client, otto: User, instance: Instance, count: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    for _ in range(count):
        services.start_run(by=otto, instance=instance)
    as_otto.get("/runs/")
    with django_assert_num_queries(7):
        page = as_otto.get("/runs/")
    assert page.content.decode().count("By hand, Otto") == count


def test_the_list_is_narrowed_down(as_otto: Client, otto: User, run: Run, instance: Instance) -> None:
    told(run)
    services.start_run(by=otto, instance=instance)
    assert as_otto.get("/runs/?state=failed").content.decode().count("By hand, Otto") == 1
    assert "No run fits" in as_otto.get("/runs/?kind=schedule").content.decode()
    assert as_otto.get("/runs/?state=nonsense&release=x").status_code == 200


def test_a_run_is_started_cancelled_and_tried_again_from_its_pages(as_otto: Client, instance: Instance) -> None:
    assert as_otto.post(f"/instances/{instance.pk}/run/").status_code == 303
    run = Run.objects.get()
    assert as_otto.get(f"/runs/{run.pk}/cancel/").status_code == 200
    assert as_otto.post(f"/runs/{run.pk}/cancel/", {"reason": "Too early"}).status_code == 303
    assert as_otto.post(f"/runs/{run.pk}/retry/").status_code == 303
    assert sorted(Run.objects.values_list("state", flat=True)) == ["cancelled", "queued"]
    panel = as_otto.get(f"/instances/{instance.pk}/runs/").content.decode()
    assert panel.count(", Otto") == 2


def test_a_viewer_sees_why_nothing_can_be_done(client: Client, vera: User, run: Run) -> None:
    client.force_login(vera)
    assert "Vera may not" in client.get(run.get_absolute_url()).content.decode()
    assert client.post(f"/runs/{run.pk}/cancel/").status_code == 403


def test_people_of_customers_do_not_see_the_consoles_runs(client: Client, cleo: User, run: Run) -> None:
    client.force_login(cleo)
    assert client.get(run.get_absolute_url()).status_code in (403, 404)
    assert client.get("/runs/").status_code in (403, 404)


def test_a_release_is_tested_from_its_page(client: Client, bea: User, instance: Instance) -> None:
    client.force_login(bea)
    draft = instance.integration_template.releases.get(is_latest=True)
    connection = instance.current_deployment.bindings.get().connection  # type: ignore[union-attr]
    url = f"/releases/{draft.pk}/test/"
    assert "Your ledger" in client.get(url).content.decode()
    data = {"environment": "development", "slot-ledger": connection.pk, "answer-amount": "3", "event": "null"}
    refused = client.post(url, {**data, "answer-amount": "much"})
    assert (refused.status_code, "whole number" in refused.content.decode()) == (422, True)
    assert client.post(url, {**data, "slot-ledger": ""}).status_code == 422
    assert client.post(url, data).status_code == 303
    assert Run.objects.get().input == {"config": {"amount": 3}, "event": None}


def test_the_panel_of_a_template_shows_its_last_runs(as_otto: Client, run: Run) -> None:
    page = as_otto.get(f"/runs/of/{run.release.integration_template.slug}/").content.decode()
    assert "All runs of this template" in page
