"""The operation: one human act, one transaction, with its events and its history rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django.db import models, transaction

from apps.audit import chain
from apps.audit.actor import Actor, By, actor_of
from apps.audit.models import AuditEvent
from apps.audit.refusals import record_refusal
from apps.audit.registry import verb_named
from apps.core import clock
from apps.core.errors import Refused


class NotAudited(RuntimeError):
    """A tracked row was written outside an operation, or an operation never said what it was about."""


@dataclass
class Operation:
    """What an operation has learned about itself so far."""

    verb: str
    actor: Actor
    reason: str
    correlation_id: UUID
    pending: list[AuditEvent]
    target: models.Model | None = None
    parent: models.Model | None = None
    chain: str = chain.SYSTEM
    facts: dict[str, Any] = field(default_factory=dict)

    def about(
        self, target: models.Model, *, within: models.Model | None = None, chain: str | None = None, **facts: Any
    ) -> None:
        """Name the object of the act. ``within`` is the object whose trail shows it too; facts fill the sentence."""
        self.target, self.parent = target, within or self.parent
        self.chain = chain or self.chain
        self.facts |= facts


_current: ContextVar[Operation | None] = ContextVar("operation", default=None)


def current_operation() -> Operation | None:
    """Return the innermost operation under way, if any."""
    return _current.get()


@contextmanager
def operation(verb: str, *, by: By, reason: str = "") -> Iterator[Operation]:
    """Do one act: everything inside is one transaction with its audit event.

    Nested operations join the outer one (same transaction, same correlation id, an event each); all events are
    written last, so that the lock on the chain is always the last one taken. A ``Refused`` that leaves the outermost
    operation is recorded after the rollback. Raises ``NotAudited`` when the block never calls ``about``.
    """
    verb_named(verb)
    outer = _current.get()
    op = Operation(
        verb=verb,
        actor=actor_of(by),
        reason=reason,
        correlation_id=outer.correlation_id if outer else uuid4(),
        pending=outer.pending if outer else [],
    )
    token = _current.set(op)
    try:
        with transaction.atomic():
            yield op
            op.pending.append(_event(op))
            if outer is None:
                _write(op.pending)
    except Refused as refusal:
        if outer is None:
            record_refusal(op.actor, verb=verb, target=op.target, sentence=refusal.message)
        raise
    finally:
        _current.reset(token)


def _event(op: Operation) -> AuditEvent:
    if op.target is None:
        raise NotAudited(f"The operation {op.verb!r} ended without saying what it was about: call op.about(object).")
    return AuditEvent(
        at=clock.now(),
        verb=op.verb,
        actor_kind=op.actor.kind,
        actor_name=op.actor.name,
        actor_id=op.actor.user_id,
        target_type=op.target._meta.label_lower,
        target_id=str(op.target.pk),
        target_name=str(op.target)[:255],
        target_url=_url_of(op.target),
        parent_type=op.parent._meta.label_lower if op.parent else "",
        parent_id=str(op.parent.pk) if op.parent else "",
        reason=op.reason,
        facts={**op.facts, "_chain": op.chain},
        correlation_id=op.correlation_id,
    )


def _write(events: list[AuditEvent]) -> None:
    by_chain: dict[str, list[AuditEvent]] = {}
    for event in events:
        by_chain.setdefault(event.facts.pop("_chain"), []).append(event)
    for name in sorted(by_chain):
        chain.append(name, by_chain[name])


def _url_of(target: models.Model) -> str:
    get_url = getattr(target, "get_absolute_url", None)
    return str(get_url()) if get_url else ""
