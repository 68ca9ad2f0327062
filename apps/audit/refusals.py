"""Refused acts, on a chain of their own and limited, so that nobody can drown the trail by trying."""

from datetime import timedelta
from uuid import uuid4

from django.db import models, transaction

from apps.audit import chain
from apps.audit.actor import Actor
from apps.audit.models import AuditEvent
from apps.core import clock

MOST_A_MINUTE = 30


def record_refusal(actor: Actor, *, verb: str, target: models.Model | None, sentence: str) -> None:
    """Record that somebody was refused. At most ``MOST_A_MINUTE`` an actor; further ones are left out."""
    with transaction.atomic():
        recent = AuditEvent.objects.filter(
            chain__name=chain.REFUSALS, actor_name=actor.name, at__gt=clock.now() - timedelta(minutes=1)
        )
        if recent.count() < MOST_A_MINUTE:
            chain.append(chain.REFUSALS, [_event(actor, verb, target, sentence)])


def _event(actor: Actor, verb: str, target: models.Model | None, sentence: str) -> AuditEvent:
    return AuditEvent(
        at=clock.now(),
        verb="act.refused",
        actor_kind=actor.kind,
        actor_name=actor.name,
        actor_id=actor.user_id,
        target_type=target._meta.label_lower if target else "",
        target_id=str(target.pk or "") if target else "",
        target_name=str(target)[:255] if target and target.pk else "",
        facts={"refused_verb": verb, "why": sentence},
        correlation_id=uuid4(),
    )
