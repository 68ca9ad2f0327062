"""Updating many instances: verdicts of real instances, the life of a rollout, and the way back."""

import pytest
from django.db import IntegrityError, connection, transaction

from apps.audit import fsck
from apps.audit.models import AuditEvent
from apps.connectors.enums import ConnectionState
from apps.core.errors import Conflict, Forbidden, Refused
from apps.deployments import services
from apps.deployments.models import Deployment, Rollout, RolloutItem
from apps.deployments.rollouts import selectors
from apps.deployments.rollouts.states import ItemState
from apps.deployments.rollouts.verdicts import Outcome
from apps.deployments.services.rollout_items import carry_out_item, give_up_item
from apps.marketplace import services as marketplace
from apps.releases import services as releases
from tests.factories.deployments import a_connection, a_deployment, a_release, an_environment, fresh, lock
from tests.factories.releases import SETUP
from tests.factories.rollouts import a_rollout, considered, work

ASKS = "greeting: {type: string}\ncolour: {type: string, title: Colour}"


@pytest.fixture
def five(v1, staging, northwind, contoso):
    """Five instances on V1."""
    owners = [(None, ""), (None, "second"), (northwind, ""), (northwind, "second"), (contoso, "")]
    return [
        a_deployment(v1, staging, owner, label=label, config={"greeting": f"{owner} {label}"}).instance
        for owner, label in owners
    ]


@pytest.fixture
def v2(orders, five):
    return a_release(orders, questions="greeting: {type: string}\nmood: {type: string, default: calm}")


def states(rollout: Rollout) -> dict[str, int]:
    return {state.value: number for state, number in selectors.counts_of(rollout).items() if number}


def running(rollout: Rollout) -> list[int]:
    return [item.instance.current_deployment.release.number for item in selectors.items_of(rollout)]


def again(rollout: Rollout) -> Rollout:
    return selectors.rollouts().get(pk=rollout.pk)


def test_every_instance_gets_its_verdict(orders, staging, crm, northwind, contoso, otto, monkeypatch):
    production = an_environment("Production")
    old = a_release(orders, questions="source: {type: string}")
    bound = a_connection(staging, northwind).pk
    with_slot = a_release(orders, slot=True)
    here = a_deployment(with_slot, staging, northwind, config={"source": "Shop"}, connections={"crm": bound}).instance
    broken = a_connection(staging, contoso, state=ConnectionState.VALID)
    mend = a_deployment(with_slot, staging, contoso, config={"source": "Shop"}, connections={"crm": broken.pk}).instance
    without = a_deployment(old, staging, config={"source": "Shop"}).instance
    elsewhere = a_deployment(old, production, config={"source": "Shop"}).instance
    target = a_release(orders, slot=True, questions="tone: {type: string, default: kind}")
    there = a_deployment(
        target, staging, northwind, label="new", config={"source": "Shop"}, connections={"crm": bound}
    ).instance
    type(broken).objects.filter(pk=broken.pk).update(state=ConnectionState.INVALID)
    rows = considered(target)
    assert {instance: row.verdict.outcome for instance, row in rows.items()} == {
        here: Outcome.SILENT,
        mend: Outcome.NEEDS_CONNECTION,
        without: Outcome.NEEDS_CONNECTION,
        elsewhere: Outcome.BLOCKED,
        there: Outcome.ALREADY_THERE,
    }
    assert "failed its last test" in rows[mend].verdict.reason
    assert "has no connection" in rows[without].verdict.reason
    assert "is not synced to Production" in rows[elsewhere].verdict.reason
    lock(staging, otto, "moving house")
    assert {row.verdict.outcome for row in considered(target).values()} == {Outcome.BLOCKED, Outcome.ALREADY_THERE}


@pytest.mark.parametrize(
    ("questions", "outcome", "words"),
    [
        ("greeting: {type: string}\nmood: {type: string}", Outcome.SILENT, "with every answer"),
        ("mood: {type: string}", Outcome.SILENT, "no longer asks “greeting”"),
        ("greeting: {type: integer}", Outcome.NEEDS_INPUT, "The answer to “greeting” would be lost."),
        ("greeting: {type: string, maxLength: 2}", Outcome.NEEDS_INPUT, "holds at most 2 characters"),
    ],
)
def test_answers_decide_between_silent_and_needs_input(orders, v1, staging, questions, outcome, words):
    instance = a_deployment(v1, staging, config={"greeting": "hello"}).instance
    found = considered(a_release(orders, questions=questions))[instance].verdict
    assert found.outcome is outcome
    assert words in found.reason


def test_a_rollout_updates_everyone_once_with_their_own_answers(otto, five, v2):
    rollout = a_rollout(v2, by=otto, reason="New mood")
    assert (rollout.size, states(rollout)) == (5, {"queued": 5})
    assert work() == 5
    assert (again(rollout).state, states(rollout), running(rollout)) == ("finished", {"succeeded": 5}, [2] * 5)
    made = [item.deployment for item in selectors.items_of(rollout)]
    assert {(each.kind, each.actor, each.reason) for each in made} == {
        ("rollout", otto, f"Rollout {rollout.pk}: New mood")
    }
    assert fresh(five[3]).current_deployment.config_revision.data == {"greeting": "Northwind second", "mood": "calm"}
    assert Deployment.objects.count() == 10
    assert list(
        AuditEvent.objects.filter(verb__startswith="rollout.").values_list("verb", flat=True).order_by("at")
    ) == [
        "rollout.started",
        "rollout.finished",
    ]
    assert AuditEvent.objects.filter(verb="instance.deployed", facts__kind="rollout").count() == 5


def test_a_job_carried_out_twice_deploys_once(otto, five, v2):
    a_rollout(v2, by=otto)
    job = selectors.pending_jobs()[0]
    carry_out_item(job)
    carry_out_item(job)
    give_up_item(job, "too late")
    assert Deployment.objects.filter(kind="rollout").count() == 1
    work()


def test_nobody_else_begins_one(vera, bea, sam, five, v2):
    choices = {five[0].pk: five[0].current_deployment.pk}
    for person in (vera, bea, sam):
        with pytest.raises(Forbidden):
            services.start_rollout(by=person, release=v2, choices=choices)
    assert not Rollout.objects.exists()


def test_what_cannot_begin_says_why(otto, orders, five, v2):
    one = {five[0].pk: five[0].current_deployment.pk}
    with pytest.raises(Refused, match="Choose at least one"):
        services.start_rollout(by=otto, release=v2, choices={})
    with pytest.raises(Conflict):
        services.start_rollout(by=otto, release=v2, choices={five[0].pk: five[1].current_deployment.pk})
    with pytest.raises(Conflict):
        services.start_rollout(by=otto, release=v2, choices={999_999: 1})
    with pytest.raises(Refused, match="A draft"):
        services.start_rollout(by=otto, release=orders.releases.get(is_latest=True), choices=one)
    a_rollout(v2, by=otto)
    with pytest.raises(Refused) as refusal:
        services.start_rollout(by=otto, release=v2, choices=one)
    assert "has not finished with it" in refusal.value.problems[0]
    work()
    with pytest.raises(Conflict):
        services.start_rollout(by=otto, release=v2, choices=one)


def test_an_instance_that_changed_meanwhile_is_left_alone_until_somebody_tries_again(otto, orders, five, v1, v2):
    rollout = a_rollout(v2, by=otto)
    changed = a_deployment(v1, five[4].environment, five[4].customer, config={"greeting": "changed"}).instance
    work()
    assert states(rollout) == {"succeeded": 4, "failed": 1}
    failed = rollout.items.get(state=ItemState.FAILED)
    assert "Meanwhile test set-up deployed V1" in failed.told
    assert fresh(changed).current_deployment.release == v1
    services.retry_rollout(by=otto, rollout=rollout)
    assert work() == 1
    assert (again(rollout).state, states(rollout)) == ("finished", {"succeeded": 5})
    assert fresh(changed).current_deployment.config_revision.data == {"greeting": "changed", "mood": "calm"}


def test_who_needs_input_waits_for_it_and_the_others_do_not(otto, orders, five):
    long = a_deployment(
        five[0].current_deployment.release, five[0].environment, label="long", config={"greeting": "x" * 60}
    )
    short = a_release(orders, questions="greeting: {type: string, maxLength: 40}")
    rollout = a_rollout(short, by=otto)
    work()
    assert (again(rollout).state, states(rollout)) == ("finished", {"succeeded": 5, "waiting": 1})
    waiting = rollout.items.get(state=ItemState.WAITING)
    assert (waiting.instance, "would be lost" in waiting.told) == (long.instance, True)
    services.retry_rollout(by=otto, rollout=rollout)
    work()
    assert states(rollout) == {"succeeded": 5, "waiting": 1}
    a_deployment(short, long.instance.environment, label="long", config={"greeting": "short"}, by=otto)
    services.retry_rollout(by=otto, rollout=rollout)
    work()
    assert states(rollout) == {"succeeded": 5, "skipped": 1}


def test_pausing_stops_it_and_resuming_goes_on_in_the_name_of_who_resumes(otto, rita, five, v2):
    rollout = a_rollout(v2, by=otto)
    handed_out = selectors.pending_jobs()
    carry_out_item(handed_out[0])
    services.pause_rollout(by=otto, rollout=rollout)
    for job in handed_out:
        carry_out_item(job)
    assert (states(rollout), selectors.pending_jobs()) == ({"queued": 4, "succeeded": 1}, [])
    with pytest.raises(Refused):
        services.pause_rollout(by=otto, rollout=rollout)
    with pytest.raises(Refused, match="Resume it first"):
        services.retry_rollout(by=otto, rollout=rollout)
    services.resume_rollout(by=rita, rollout=rollout)
    assert not set(handed_out) & set(selectors.pending_jobs())
    work()
    assert states(rollout) == {"succeeded": 5}
    names = Deployment.objects.filter(kind="rollout").values_list("actor_name", flat=True)
    assert sorted(names) == ["Otto", "Rita", "Rita", "Rita", "Rita"]


def test_whoever_loses_the_right_deploys_nothing_more(otto, five, v2):
    rollout = a_rollout(v2, by=otto)
    work(at_most=2)
    type(otto).objects.filter(pk=otto.pk).update(role="viewer")
    work()
    assert states(rollout) == {"succeeded": 2, "failed": 3}
    assert "may not deploy" in rollout.items.filter(state=ItemState.FAILED)[0].told


def test_cancelling_leaves_what_was_done_and_frees_the_rest(otto, five, v2):
    rollout = a_rollout(v2, by=otto)
    work(at_most=2)
    services.cancel_rollout(by=otto, rollout=rollout, reason="enough")
    assert work() == 0
    assert (again(rollout).state, states(rollout)) == ("cancelled", {"succeeded": 2, "cancelled": 3})
    for verb in (services.resume_rollout, services.pause_rollout, services.cancel_rollout, services.retry_rollout):
        with pytest.raises(Refused):
            verb(by=otto, rollout=rollout)
    assert a_rollout(v2, by=otto).size == 3
    work()


def test_putting_everything_back_brings_exactly_what_was_there(otto, five, v2):
    before = {each.pk: fresh(each).current_deployment for each in five}
    rollout = a_rollout(v2, by=otto)
    work(at_most=3)
    with pytest.raises(Refused, match="Say why"):
        services.put_everything_back(by=otto, rollout=rollout, reason=" ")
    way_back = services.put_everything_back(by=otto, rollout=rollout, reason="Too loud")
    assert (again(rollout).state, way_back.size) == ("cancelled", 3)
    work()
    for item in selectors.items_of(way_back):
        now = item.instance.current_deployment
        assert (now.kind, now.restores) == ("undo", before[item.instance.pk])
    assert {fresh(each).current_deployment.release.number for each in five} == {1}
    with pytest.raises(Refused, match="nothing to put back"):
        services.put_everything_back(by=otto, rollout=rollout, reason="twice")
    with pytest.raises(Refused, match="the way back already"):
        services.put_everything_back(by=otto, rollout=way_back, reason="to and fro")


def test_what_was_changed_since_is_not_put_back(otto, five, v2):
    rollout = a_rollout(v2, by=otto)
    work()
    kept = a_deployment(v2, five[0].environment, config={"greeting": "mine"}).instance
    assert services.put_everything_back(by=otto, rollout=rollout, reason="back").size == 4
    late = a_deployment(v2, five[1].environment, label="second", config={"greeting": "late"}).instance
    work()
    assert [fresh(each).current_deployment.release.number for each in (kept, late)] == [2, 2]


def test_a_version_quarantined_meanwhile_is_not_deployed(otto, five, v2):
    rollout = a_rollout(v2, by=otto)
    work(at_most=1)
    releases.quarantine(by=SETUP, release=v2, reason="leaks")
    work()
    assert states(rollout) == {"succeeded": 1, "failed": 4}
    assert "quarantined" in rollout.items.filter(state=ItemState.FAILED)[0].told


def test_the_database_keeps_the_list(otto, five, v2):
    rollout = a_rollout(v2, by=otto)
    item = rollout.items.first()
    for change in (
        item.delete,
        lambda: RolloutItem.objects.filter(pk=item.pk).update(instance=five[1]),
        lambda: Rollout.objects.filter(pk=rollout.pk).update(size=1),
        lambda: RolloutItem.objects.create(
            rollout=rollout, instance=item.instance, seen_deployment=item.seen_deployment
        ),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()
    assert connection.in_atomic_block
    work()


def test_customers_of_a_pinned_listing_stay_where_they_are(otto, rita, orders, staging, v1, northwind):
    releases.make_live(by=SETUP, release=v1, reason="first")
    theirs = a_deployment(v1, staging, northwind, config={"greeting": "hi"}).instance
    ours = a_deployment(v1, staging, config={"greeting": "hi"}).instance
    v2 = a_release(orders, live=True)
    listing = marketplace.list_template(by=rita, integration_template=orders, environment=staging)
    marketplace.pin_release(by=rita, listing=listing, release=v1, reason="August freeze")
    rows = considered(v2)
    assert {instance: row.verdict.outcome for instance, row in rows.items()} == {
        theirs: Outcome.PINNED,
        ours: Outcome.SILENT,
    }
    with pytest.raises(Refused) as refusal:
        services.start_rollout(by=otto, release=v2, choices={theirs.pk: theirs.current_deployment.pk})
    assert "The marketplace is pinned to V1" in refusal.value.problems[0]


def test_an_error_of_ours_ends_the_item_and_not_the_rollout(otto, five, v2):
    rollout = a_rollout(v2, by=otto)
    give_up_item(selectors.pending_jobs()[0], "An unexpected error stopped it.")
    work()
    assert (again(rollout).state, states(rollout)) == ("finished", {"succeeded": 4, "failed": 1})


@pytest.mark.usefixtures("damaged")
def test_the_oracle_sees_lists_that_changed_and_ends_with_open_items(otto, five, v2):
    rollout = a_rollout(v2, by=otto)
    assert "C8" not in fsck.findings()
    Rollout.objects.filter(pk=rollout.pk).update(size=9, state="cancelled")
    rollout.items.filter(pk=rollout.items.first().pk).update(state=ItemState.SUCCEEDED)
    found = fsck.findings()["C8"]
    assert len(found) == 3
    assert "began with 9 items" in found[0]
    assert "is over and has queued items" in found[1]
    assert "is succeeded and has no deployment" in found[2]
