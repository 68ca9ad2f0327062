"""Deploying, undoing, pausing: the services."""

import pytest
from django.db import IntegrityError, connection, transaction

from apps.audit.models import AuditEvent
from apps.connectors.enums import ConnectionState
from apps.core.errors import Conflict, Forbidden, Refused
from apps.deployments import fsck, selectors, services
from apps.deployments.enums import DeploymentKind
from apps.deployments.models import ConfigRevision, Deployment, Instance, SlotBinding
from apps.deployments.plan import Target
from apps.deployments.services.deploying import NewVersion
from apps.environments.models import EnvironmentKind
from apps.marketplace.services import list_template
from apps.releases import services as releases
from tests.factories.deployments import (
    a_connection,
    a_deployment,
    a_release,
    a_synced_connector,
    an_environment,
    fresh,
    lock,
)
from tests.factories.releases import SETUP, a_template, the_draft


def test_a_deployment_makes_the_instance_and_says_so(bea, orders, staging, v1, northwind):
    made = services.deploy(
        by=bea,
        target=Target(orders, staging, northwind),
        release=v1,
        config={"greeting": "hi"},
        connections={},
        seen_deployment=None,
        reason="first customer",
    )
    instance = Instance.objects.get()
    assert (instance.customer, instance.current_deployment, made.number) == (northwind, made, 1)
    assert (made.kind, made.release, made.config_revision.data) == (DeploymentKind.INSTALL, v1, {"greeting": "hi"})
    event = AuditEvent.objects.get(verb="instance.deployed")
    assert (event.actor_name, event.reason, event.chain.name) == ("Bea", "first customer", f"customer:{northwind.pk}")
    assert event.sentence == f"deployed {v1.title} to Orders to CRM · Northwind · Staging (install)"


def test_each_kind_of_deployment_is_told_by_what_changes(orders, staging, v1):
    v2 = a_release(orders)
    kinds = [
        a_deployment(release, staging, config=config).kind
        for release, config in [(v1, {}), (v1, {}), (v1, {"greeting": "a"}), (v2, {"greeting": "a"})]
    ]
    assert kinds == ["install", "redeploy", "reconfigure", "change_version"]
    assert ConfigRevision.objects.count() == 2


def test_everything_that_is_missing_is_said_at_once(bea, ada, orders, staging):
    release = a_release(orders, slot=True)
    lock(staging, ada, "quarter end")
    with pytest.raises(Refused) as refusal:
        a_deployment(release, staging, config={"minTotal": 5000, "tags": "x"}, by=bea)
    assert refusal.value.problems == (
        "Staging is locked by Ada: quarter end. It can be unlocked on the page of the environment.",
        "“acme-crm” v1, which “Your CRM” needs, is not synced to Staging. Sync it on the page of the connector.",
        "“Your CRM” has no connection. Choose one, or make a new one.",
        "“Name of the shop”: This needs an answer.",
        "“Smallest order”: This must be 1000 or less.",
        "“Tags”: This must be a list.",
    )
    assert not Instance.objects.exists()


@pytest.mark.parametrize(
    ("state", "words"),
    [(ConnectionState.UNTESTED, "has never been tested"), (ConnectionState.INVALID, "failed its last test")],
)
def test_a_connection_must_have_passed_its_test(orders, staging, state, words):
    release = a_release(orders, slot=True)
    a_synced_connector(staging)
    crm = a_connection(staging, state=state)
    with pytest.raises(Refused) as refusal:
        a_deployment(release, staging, config={"source": "Shop"}, connections={"crm": crm.pk})
    assert [words in problem for problem in refusal.value.problems] == [True]


def test_connections_of_others_do_not_exist_for_a_deployment(orders, staging, northwind, contoso):
    release = a_release(orders, slot=True)
    production = an_environment("Production")
    a_synced_connector(staging, production)
    foreign = [a_connection(staging, contoso), a_connection(staging), a_connection(production, northwind)]
    for connection_of_others in foreign:
        with pytest.raises(Refused) as refusal:
            a_deployment(
                release,
                staging,
                northwind,
                config={"source": "Shop"},
                connections={"crm": connection_of_others.pk},
            )
        assert refusal.value.problems == ("“Your CRM” has no connection. Choose one, or make a new one.",)
    own = a_connection(staging, northwind)
    made = a_deployment(release, staging, northwind, config={"source": "Shop"}, connections={"crm": own.pk})
    assert selectors.bound_connections(made) == {"crm": own}


def test_who_saw_something_else_gets_a_conflict(otto, bea, orders, staging, v1):
    first = a_deployment(v1, staging)
    a_deployment(a_release(orders), staging, by=otto)
    with pytest.raises(Conflict, match="Meanwhile Otto deployed"):
        services.deploy(
            by=bea,
            target=first.instance,
            release=v1,
            config={},
            connections={},
            seen_deployment=first,
        )
    assert Deployment.objects.count() == 2


def test_protected_environments_need_the_right(bea, otto, vera, orders, v1):
    production = an_environment("Production", is_protected=True)
    for person in (bea, vera):
        with pytest.raises(Forbidden):
            a_deployment(v1, production, by=person)
    assert a_deployment(v1, production, by=otto).actor == otto


def test_customers_deploy_what_is_offered_to_themselves_only(cleo, mallory, orders, northwind, contoso, v1):
    production = an_environment("Production", kind=EnvironmentKind.PRODUCTION)
    with pytest.raises(Refused, match="cannot be deployed") as refusal:
        a_deployment(v1, production, northwind, by=cleo)
    assert any("neither live nor pinned" in problem for problem in refusal.value.problems)
    live = releases.make_live(by=SETUP, release=v1, reason="go")
    list_template(by=SETUP, integration_template=orders)
    assert a_deployment(live, production, northwind, by=cleo).actor == cleo
    for person, owner in [(cleo, contoso), (cleo, None), (mallory, northwind)]:
        with pytest.raises(Forbidden):
            a_deployment(live, production, owner, by=person, label="another")


def test_a_deprecated_version_is_not_installed_but_reconfigured(orders, staging, v1):
    first = a_deployment(v1, staging)
    releases.deprecate(by=SETUP, release=v1, reason="old API")
    with pytest.raises(Refused) as refusal:
        a_deployment(v1, staging, label="second")
    assert refusal.value.problems == ("V1 cannot be chosen. It is deprecated: choose another version.",)
    again = services.deploy(
        by=SETUP,
        target=first.instance,
        release=v1,
        config={"greeting": "new"},
        connections={},
        seen_deployment=first,
    )
    assert again.kind == "reconfigure"


def test_deploying_a_draft_freezes_it_first(bea, otto, orders, staging):
    draft = the_draft(orders)
    order = {"target": Target(orders, staging), "release": draft, "config": {}, "connections": {}}
    with pytest.raises(Refused, match="give the version a name"):
        services.deploy(by=bea, seen_deployment=None, **order)
    with pytest.raises(Forbidden, match="may not edit drafts"):
        services.deploy(by=otto, seen_deployment=None, new_version=NewVersion("first"), **order)
    made = services.deploy(by=bea, seen_deployment=None, new_version=NewVersion("first", "It begins."), **order)
    assert (made.release.label, made.release.name, made.release.description) == ("V1", "first", "It begins.")
    told = AuditEvent.objects.filter(correlation_id=AuditEvent.objects.get(verb="instance.deployed").correlation_id)
    assert sorted(told.values_list("verb", flat=True)) == ["instance.deployed", "release.created"]
    again = services.deploy(
        by=bea,
        target=made.instance,
        release=draft,
        config={},
        connections={},
        seen_deployment=made,
        new_version=NewVersion("second"),
    )
    assert again.release == made.release


def test_a_draft_that_moved_on_is_not_deployed_unseen(bea, orders, staging):
    draft = the_draft(orders)
    seen = NewVersion("first", digest=draft.digest)
    releases.save_draft(by=bea, draft=draft, text=draft.text.replace("hello", "bye"), revision=draft.revision)
    with pytest.raises(Conflict, match="edited after you chose it"):
        services.deploy(
            by=bea,
            target=Target(orders, staging),
            release=draft,
            config={},
            connections={},
            seen_deployment=None,
            new_version=seen,
        )


def test_undo_brings_back_exactly_what_ran_before(otto, orders, staging):
    a_synced_connector(staging)
    one, two = a_connection(staging), a_connection(staging)
    v1, v2 = a_release(orders, slot=True), a_release(orders, slot=True)
    first = a_deployment(v1, staging, config={"source": "Old", "tags": ["b", "a"]}, connections={"crm": one.pk})
    second = a_deployment(v2, staging, config={"source": "New"}, connections={"crm": two.pk})
    undone = services.undo_deployment(by=otto, instance=first.instance, reason="wrong", seen_deployment=second)
    assert (undone.kind, undone.restores, undone.previous, undone.reason) == ("undo", first, second, "wrong")
    assert (undone.release, undone.config_revision) == (v1, first.config_revision)
    assert selectors.bound_connections(undone) == {"crm": one}
    assert fresh(first.instance).current_deployment == undone


def test_undoing_twice_goes_back_twice_and_every_step_can_come_again(otto, orders, staging, v1):
    one = a_deployment(v1, staging, config={"greeting": "1"})
    two = a_deployment(v1, staging, config={"greeting": "2"})
    three = a_deployment(v1, staging, config={"greeting": "3"})
    undo = lambda **more: services.undo_deployment(by=otto, instance=one.instance, reason="back", **more)  # noqa: E731
    assert [undo().restores, undo().restores] == [two, one]
    with pytest.raises(Refused, match="nothing ran here before"):
        undo()
    assert undo(to=three).config_revision.data == {"greeting": "3"}


def test_undo_needs_a_reason_the_right_and_an_unlocked_place(bea, otto, ada, cleo, sam, orders, staging, v1):
    a_deployment(v1, staging)
    instance = a_deployment(v1, staging, config={"greeting": "x"}).instance
    with pytest.raises(Refused, match="Say why"):
        services.undo_deployment(by=bea, instance=instance, reason=" ")
    with pytest.raises(Forbidden):
        services.undo_deployment(by=cleo, instance=instance, reason="mine?")
    assert services.undo_deployment(by=sam, instance=instance, reason="helping").actor == sam
    lock(staging, ada, "frozen")
    with pytest.raises(Refused, match="locked by Ada"):
        services.undo_deployment(by=otto, instance=instance, reason="back")


def test_undo_may_return_to_a_deprecated_version_never_to_a_quarantined_one(otto, orders, staging, v1):
    a_deployment(v1, staging)
    instance = a_deployment(a_release(orders), staging).instance
    releases.deprecate(by=SETUP, release=v1, reason="old")
    releases.quarantine(by=SETUP, release=v1, reason="leaks")
    with pytest.raises(Refused, match="quarantined"):
        services.undo_deployment(by=otto, instance=instance, reason="back")
    releases.unquarantine(by=SETUP, release=v1, reason="mended")
    releases.deprecate(by=SETUP, release=v1, reason="old")
    assert services.undo_deployment(by=otto, instance=instance, reason="back").release == v1


def test_pause_and_resume(otto, vera, orders, staging, v1):
    instance = a_deployment(v1, staging).instance
    with pytest.raises(Forbidden):
        services.pause_instance(by=vera, instance=instance)
    paused = services.pause_instance(by=otto, instance=instance, reason="maintenance")
    assert paused.paused_at is not None
    with pytest.raises(Refused, match="paused already"):
        services.pause_instance(by=otto, instance=instance)
    assert services.resume_instance(by=otto, instance=instance).paused_at is None
    assert list(
        AuditEvent.objects.filter(verb__startswith="instance.").order_by("pk").values_list("verb", flat=True)
    ) == [
        "instance.deployed",
        "instance.paused",
        "instance.resumed",
    ]


def test_nothing_that_was_deployed_can_be_rewritten(orders, staging):
    a_synced_connector(staging)
    crm = a_connection(staging)
    release = a_release(orders, slot=True)
    a_deployment(release, staging, config={"source": "Shop"}, connections={"crm": crm.pk})
    changes = [
        lambda: Deployment.objects.update(reason="other"),
        lambda: ConfigRevision.objects.update(data={}),
        lambda: SlotBinding.objects.update(slot="other"),
        lambda: SlotBinding.objects.all().delete(),
    ]
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_fsck_finds_foreign_pointers_and_refused_answers(damaged, orders, staging):
    a_synced_connector(staging)
    crm = a_connection(staging)
    made = a_deployment(a_release(orders, slot=True), staging, config={"source": "Shop"}, connections={"crm": crm.pk})
    other = a_release(a_template("Another"))
    assert [*fsck.wrong_pointers(), *fsck.refused_configurations()] == []
    ConfigRevision.objects.filter(pk=made.config_revision_id).update(data={"source": "S"})
    assert list(fsck.refused_configurations()) == [f"{made.instance}: source This needs at least 2 characters."]
    Deployment.objects.filter(pk=made.pk).update(release=other)
    assert ["release of another template" in sentence for sentence in fsck.wrong_pointers()] == [True]


def test_a_used_release_names_its_instances(orders, staging, v1):
    v2 = a_release(orders)
    a_deployment(v1, staging)
    a_deployment(v2, staging)
    assert selectors.users_of_release(v2) == ["Orders to CRM · Team · Staging runs it"]
    assert selectors.users_of_release(v1) == ["Orders to CRM · Team · Staging can go back to it"]


def test_a_deployment_takes_a_fixed_number_of_queries(django_assert_max_num_queries, orders, staging, v1):
    a_deployment(v1, staging)
    assert connection.vendor in ("sqlite", "postgresql")
    with django_assert_max_num_queries(40):
        a_deployment(v1, staging, config={"greeting": "again"})
