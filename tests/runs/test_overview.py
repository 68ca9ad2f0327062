"""The first page: what needs a person, and how the last days went."""

from collections.abc import Callable

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.deployments import services as rollouts
from apps.deployments.models import Instance
from apps.infra.jobs import workers
from apps.runs import projection, services
from apps.runs.models import Run
from apps.runs.overview import days, needs, standing
from apps.runs.taking import take
from tests.factories.deployments import a_deployment, a_release, an_environment
from tests.factories.releases import a_template
from tests.factories.rollouts import a_rollout, work

type Login = Callable[[User], Client]


def ended(by: User, instance: Instance, *, failed: bool) -> Run:
    """Return a run that is over."""
    run = services.start_run(by=by, instance=instance)
    take(str(run.pk), "worker")
    projection.finished(str(run.pk), problem={"title": "Too many requests"} if failed else None)
    return run


@pytest.fixture
def worker(db: None) -> None:
    """A worker lives."""
    workers.enlist()


@pytest.mark.usefixtures("worker")
def test_a_failed_run_needs_somebody_until_a_later_one_succeeds(otto: User, instance: Instance) -> None:
    run = ended(otto, instance, failed=True)
    assert [(need.text, need.detail, need.url) for need in needs(otto)] == [
        (f"{instance} failed", "Too many requests", run.get_absolute_url())
    ]

    ended(otto, instance, failed=False)
    assert needs(otto) == []


def test_no_worker_is_said_first(otto: User) -> None:
    assert needs(otto)[0].text == "No worker is running"


def test_days_count_what_ended_and_the_newest_is_today(otto: User, instance: Instance) -> None:
    ended(otto, instance, failed=True)
    ended(otto, instance, failed=False)
    ended(otto, instance, failed=False)

    shown = days(otto)
    assert (len(shown), shown[-1].succeeded, shown[-1].failed) == (14, 2, 1)
    assert (shown[-1].failed_y, shown[-1].succeeded_y + shown[-1].succeeded_height) == (0, 40)


def test_standing_counts_instances(otto: User, instance: Instance) -> None:
    shown = standing(otto)

    assert (shown.instances, shown.current, shown.behind, shown.paused) == (1, 1, 0, 0)


def test_the_console_begins_with_the_overview(vera: User, login: Login) -> None:
    page = login(vera).get("/", follow=True)

    assert page.redirect_chain == [("/overview/", 302)]
    assert "Nothing is installed yet" in page.content.decode()


@pytest.mark.usefixtures("worker")
def test_a_rollout_needs_somebody_while_it_is_paused_or_something_in_it_is_not_settled(otto: User) -> None:
    place, template = an_environment("Staging"), a_template("Orders to CRM")
    first = a_release(template)
    instances = [
        a_deployment(first, place, label=word, config={"greeting": word}).instance for word in ("short", "far too long")
    ]
    second = a_release(template, questions="greeting: {type: string, maxLength: 5}")
    rollout = a_rollout(second, by=otto)
    assert needs(otto) == []

    rollouts.pause_rollout(by=otto, rollout=rollout)
    assert [need.text for need in needs(otto)] == [f"{rollout} is paused"]
    rollouts.resume_rollout(by=otto, rollout=rollout)
    work()
    assert [(need.text, need.url) for need in needs(otto)] == [
        (f"{rollout}: 1 instance not updated", rollout.get_absolute_url())
    ]
    a_deployment(second, place, label=instances[1].label, config={"greeting": "brief"})
    assert needs(otto) == []
