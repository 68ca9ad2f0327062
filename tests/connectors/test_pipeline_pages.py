"""The pipeline on pages: what a click answers, how a page keeps itself up to date, who may do what."""

from collections.abc import Callable

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.connectors import selectors, services
from apps.connectors.enums import Step, VersionState
from apps.connectors.models import ConnectorVersion, PipelineJob
from apps.connectors.services import jobs
from apps.core.htmx import events_of
from apps.infra.jobs import workers
from tests.factories import connectors as make

type Login = Callable[[User], Client]
VERSION = "/connectors/orders-api/v1/"
POLL = {"HX-Request": "true", "HX-Target": "pipeline-live"}


def text(response: object) -> str:
    content: bytes = response.content  # type: ignore[attr-defined]
    return " ".join(content.decode().split())


def polled(client: Client, url: str, job: PipelineJob, *, line: int = -1, missing: bool = True) -> object:
    return client.get(url, {"seen": f"{job.pk}.{job.state}.{missing}", "line": line}, headers=POLL)


def test_a_click_answers_at_once_and_the_page_waits(bea: User, login: Login) -> None:
    make.connector()
    client = login(bea)

    answer = client.post(f"{VERSION}build/")
    page = text(client.get(VERSION))

    assert (answer.status_code, answer["Location"]) == (303, VERSION)
    assert PipelineJob.objects.get().state == "queued"
    for expected in (
        "Waiting since",
        "No worker is running",
        "Bea is building this version. Wait until that has ended.",
        'http-equiv="refresh"',
        'hx-trigger="every 1s"',
    ):
        assert expected in page, expected
    assert f'action="{VERSION}build/"' not in page
    make.carried_out()


def test_who_presses_second_is_told_whose_build_it_is(bea: User, rita: User, login: Login) -> None:
    make.connector()
    login(bea).post(f"{VERSION}build/")
    second = login(rita)

    second.post(f"{VERSION}build/")

    assert "Bea is building it already: this is that build." in text(second.get(VERSION))
    assert PipelineJob.objects.count() == 1
    make.carried_out()


def test_the_page_follows_the_log_and_ends_by_itself(bea: User, login: Login) -> None:
    version = make.connector().versions.get()
    client = login(bea)
    client.post(f"{VERSION}build/")
    job = PipelineJob.objects.get()
    assert polled(client, VERSION, job).status_code == 204  # type: ignore[attr-defined]

    taken = workers.fenced(jobs.take, job.pk, "w")
    assert taken is not None
    running = polled(client, VERSION, job)
    assert "<html" not in text(running)
    assert 'hx-swap-oob="beforeend:#pipeline-lines"' in text(running)
    assert ("Running since" in text(running), "Started." in text(running)) == (True, True)
    assert f"seen={job.pk}.running.True&amp;line=0" in text(running)
    assert polled(client, VERSION, taken, line=0).status_code == 204  # type: ignore[attr-defined]

    workers.fenced(jobs.finish, job.pk, jobs.prepare(taken))
    last = polled(client, VERSION, taken, line=0)
    assert (last["HX-Retarget"], last["HX-Reswap"]) == ("#main", "innerHTML")  # type: ignore[index]
    (toast,) = events_of(last)["toasts"]["toasts"]  # type: ignore[arg-type]
    build = selectors.newest_build(version)
    assert build is not None
    assert (toast["tone"], build.short_digest in toast["text"]) == ("success", True)
    assert ('hx-trigger="every 1s"' in text(last), 'http-equiv="refresh"' in text(last)) == (False, False)
    assert f"Build {build.short_digest}: 3 operations." in text(last)


def test_a_page_that_slept_through_the_end_shows_the_next_job(bea: User, login: Login) -> None:
    version = make.built_version()
    old = version.pipeline_jobs.get()
    client = login(bea)
    client.post(f"{VERSION}build/")

    answer = polled(client, VERSION, old)

    assert answer["HX-Retarget"] == "#main"  # type: ignore[index]
    assert "Waiting since" in text(answer)
    make.carried_out()


def test_a_failure_is_told_with_its_places_and_can_be_tried_again(bea: User, vera: User, login: Login) -> None:
    version = make.connector().versions.get()
    version.source.text = "openapi: 3.0.0\npaths: [\n"
    version.source.save(update_fields=["text"])
    client = login(bea)
    client.post(f"{VERSION}build/")
    (job,) = make.carried_out()

    page = text(client.get(VERSION))
    assert ("Build failed" in page, "line 3, column 1" in page) == (True, True)
    assert f"pipeline/{job.pk}/retry/" in page
    own = text(client.get(job.get_absolute_url()))
    assert ("It failed" in own, "line 3, column 1" in own, "Log" in own) == (True, True, True)
    assert login(vera).get(job.get_absolute_url()).status_code == 200
    assert login(vera).post(f"{job.get_absolute_url()}retry/").status_code == 403

    again = client.post(f"{job.get_absolute_url()}retry/")
    assert again["Location"] == VERSION
    assert PipelineJob.objects.queued().get().retry_of == job
    client.post(f"{job.get_absolute_url()}retry/")
    assert PipelineJob.objects.count() == 2
    make.carried_out()


def test_the_page_of_a_step_shows_the_masked_calls_of_a_test(bea: User, shop: ConnectorVersion, login: Login) -> None:
    from apps.demo import credentials  # noqa: PLC0415 - only this test calls

    make.connection(shop, make.environment(), secret=credentials.SHOP_API_KEY)
    job = services.test_version(by=bea, version=shop)

    page = text(login(bea).get(job.get_absolute_url()))

    assert ("Calling from Development" in page, "answered 200" in page) == (True, True)
    assert credentials.SHOP_API_KEY not in page
    assert credentials.SHOP_API_KEY not in str(job.details)


def test_an_older_build_is_synced_after_a_question(bea: User, rita: User, login: Login) -> None:
    production = make.environment("Production", kind="production")
    version = make.synced_version()
    older = selectors.newest_build(version)
    assert older is not None
    services.configure_execution(by=bea, version=version, timeout_s=5, idempotency_header="")
    services.build_version(by=bea, version=version)
    services.sync_version(by=rita, version=version, kind="production", reason="Now")  # type: ignore[arg-type]
    url, client = f"{VERSION}sync/production/", login(rita)

    asked = text(client.get(f"{url}?build={older.digest}", headers={"HX-Request": "true", "HX-Target": "dialog"}))
    assert ("Let this build serve production?" in asked, older.short_digest in asked) == (True, True)
    assert "<html" not in asked
    client.post(url, {"build": older.digest})
    make.carried_out()

    version.refresh_from_db()
    assert (selectors.synced_build(version, production), version.state) == (older, VersionState.SYNCED_TO_PROD)
    assert login(bea).get(f"{url}?build={older.digest}").status_code == 403
    for bad in ("nothing", "0" * 64, "99999999999999999999"):
        assert client.get(url, {"build": bad}).status_code == 404, bad
        assert client.post(url, {"build": bad}).status_code == 404, bad


def test_a_viewer_sees_the_steps_and_takes_none(vera: User, bea: User, login: Login) -> None:
    version = make.built_version()
    job = version.pipeline_jobs.get()
    client = login(vera)

    for url in (VERSION, f"{VERSION}pipeline/", job.get_absolute_url()):
        assert client.get(url).status_code == 200, url
    for url in (f"{VERSION}build/", f"{VERSION}sync/development/", f"{VERSION}test/", f"{VERSION}release/"):
        assert client.post(url).status_code == 403, url
    assert "Your role may not edit drafts and connectors." in text(client.get(VERSION))


def test_a_step_of_another_version_is_not_found(vera: User, login: Login) -> None:
    make.built_version("Orders API")
    other = make.built_version("Billing").pipeline_jobs.get()

    assert login(vera).get(f"{VERSION}pipeline/{other.pk}/").status_code == 404
    assert login(vera).get(f"{VERSION}pipeline/nonsense/").status_code == 404


def test_a_bad_position_in_the_log_is_the_beginning(bea: User, login: Login) -> None:
    make.connector()
    client = login(bea)
    client.post(f"{VERSION}build/")
    job = PipelineJob.objects.get()

    answer = client.get(VERSION, {"seen": f"{job.pk}.queued.True", "line": "x"}, headers=POLL)

    assert answer.status_code == 204
    make.carried_out()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_steps_takes_the_same_queries_for_one_row_and_three(
    vera: User, login: Login, django_assert_num_queries: Callable[..., object], count: int
) -> None:
    version = make.connector().versions.get()
    for _ in range(count):
        services.build_version(by=make.SETUP, version=version)
    client = login(vera)
    client.get(f"{VERSION}pipeline/")

    with django_assert_num_queries(5):  # type: ignore[attr-defined]
        client.get(f"{VERSION}pipeline/")


def test_a_single_production_environment_is_told_on_the_page(bea: User, login: Login) -> None:
    make.environment("Production", kind="production")
    make.built_version()

    page = text(login(bea).get(VERSION))

    assert "The test runs from Production, against the development server." in page


def test_steps_stand_where_they_stood_while_a_version_is_built_anew(bea: User, login: Login) -> None:
    make.synced_version()
    client = login(bea)
    client.post(f"{VERSION}build/")

    page = text(client.get(VERSION))

    assert page.count('class="pipeline-step is-done"') == 3
    assert page.count('class="pipeline-step is-waiting"') == 1
    assert Step.BUILD.label in page
    make.carried_out()
