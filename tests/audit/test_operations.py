"""An act, its event and its history row stand or fall together."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from apps.accounts.models import Customer, User
from apps.accounts.permissions import Role
from apps.accounts.services import add_customer, add_person
from apps.audit import chain, fsck, refusals
from apps.audit.actor import Actor
from apps.audit.models import AuditChain, AuditEvent
from apps.audit.operations import NotAudited, operation
from apps.audit.registry import UnknownVerb
from apps.audit.selectors import entries, trail_of
from apps.core.errors import Forbidden, Refused

pytestmark = pytest.mark.django_db


def test_an_act_leaves_one_event_and_one_history_row_with_the_same_correlation(ada: User) -> None:
    customer = add_customer(by=ada, name="Fabrikam")

    event = AuditEvent.objects.get(target_type="accounts.customer", target_id=str(customer.pk))
    row = customer.history.get()
    assert str(event) == "Ada added the customer Fabrikam"
    assert (row.correlation_id, row.actor_name, row.history_user_id) == (event.correlation_id, "Ada", ada.pk)


def test_a_tracked_row_cannot_be_written_outside_an_operation() -> None:
    with pytest.raises(NotAudited, match="no audit entry, no change"), transaction.atomic():
        Customer.objects.create(name="Fabrikam", slug="fabrikam", created_at=timezone.now())

    assert not Customer.objects.exists()


def test_an_operation_that_never_says_what_it_was_about_is_rolled_back(ada: User) -> None:
    with pytest.raises(NotAudited, match="without saying what it was about"), operation("customer.added", by=ada):
        Customer.objects.create(name="Fabrikam", slug="fabrikam", created_at=timezone.now())

    assert not Customer.objects.exists()


def test_nested_operations_are_one_act(ada: User) -> None:
    with operation("customer.added", by=ada) as op:
        customer = add_customer(by=ada, name="Fabrikam")
        op.about(customer)

    events = AuditEvent.objects.filter(target_type="accounts.customer")
    assert (events.count(), events.values("correlation_id").distinct().count()) == (2, 1)


def test_an_unknown_verb_is_refused(ada: User) -> None:
    with pytest.raises(UnknownVerb), operation("customer.exploded", by=ada):
        pass


def test_a_refusal_is_recorded_after_the_rollback(vera: User) -> None:
    with pytest.raises(Refused), operation("customer.added", by=vera):
        raise Refused("No.")

    event = AuditEvent.objects.get(chain__name=chain.REFUSALS)
    assert (event.actor_name, event.facts) == ("Vera", {"refused_verb": "customer.added", "why": "No."})


def test_refusals_are_limited(vera: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refusals, "MOST_A_MINUTE", 2)
    for _ in range(4):
        with pytest.raises(Refused), operation("customer.added", by=vera):
            raise Refused("No.")

    assert AuditEvent.objects.filter(chain__name=chain.REFUSALS).count() == 2


def test_only_administrators_add_people(bea: User) -> None:
    with pytest.raises(Forbidden, match="Bea may not manage people"):
        add_person(by=bea, username="eve", display_name="Eve", role=Role.ADMIN)


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_auditevent SET actor_name = 'Eve'", "DELETE FROM audit_auditevent"]
)
def test_the_database_refuses_to_change_the_trail(ada: User, statement: str) -> None:
    with pytest.raises(DatabaseError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_changed_event_is_found(ada: User, damaged: None) -> None:
    event = AuditEvent.objects.filter(actor_name="test set-up").latest("sequence")
    AuditEvent.objects.filter(pk=event.pk).update(actor_name="Eve")

    assert fsck.findings()["C7"] == [f"system: event {event.sequence} was altered"]


def test_a_removed_tail_is_found(ada: User, damaged: None) -> None:
    AuditEvent.objects.filter(pk=AuditEvent.objects.latest("sequence").pk).delete()

    assert fsck.findings()["C7"] == ["system: the last event is not the head of the chain"]


def test_the_trail_shows_before_and_after(ada: User) -> None:
    customer = add_customer(by=ada, name="Fabrikam")
    with operation("customer.added", by=Actor.system("loader")) as op:
        customer.name = "Fabrikam Ltd"
        customer.save(update_fields=["name"])
        op.about(customer)

    newest = entries(list(trail_of(customer)))[0]
    assert [(change.label, change.before, change.after) for change in newest.changes] == [
        ("Name", "Fabrikam", "Fabrikam Ltd")
    ]


def test_every_chain_counts_its_events(ada: User) -> None:
    head = AuditChain.objects.get(name=chain.SYSTEM)

    assert head.length == head.events.count()
