"""django-simple-history, worn through one wrapper: every history row knows its actor and its operation."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.dispatch import receiver
from simple_history.models import HistoricalRecords
from simple_history.signals import pre_create_historical_record

from apps.audit.operations import NotAudited, current_operation
from apps.core import clock


class Correlated(models.Model):
    """Ties a history row to the audit events of the same act, and names the actor as text."""

    correlation_id = models.UUIDField(db_index=True)
    actor_name = models.CharField(max_length=150)

    class Meta:
        abstract = True


def tracked(*, excluded_fields: Sequence[str] = ()) -> HistoricalRecords:
    """Return the history of a model. Fields that hold secrets must be excluded; a system check sees to it."""
    return HistoricalRecords(
        bases=[Correlated], excluded_fields=list(excluded_fields), get_user=_no_request, user_db_constraint=False
    )


def _no_request(**_: Any) -> None:
    """History never looks at a request: the actor comes from the operation."""


@receiver(pre_create_historical_record)
def stamp(instance: models.Model, history_instance: Any, **_: Any) -> None:
    """Write the operation into the history row. Raises ``NotAudited`` where there is none."""
    op = current_operation()
    if op is None:
        raise NotAudited(f"{instance._meta.label} was written outside an operation: no audit entry, no change.")
    history_instance.correlation_id = op.correlation_id
    history_instance.actor_name = op.actor.name
    history_instance.history_user_id = op.actor.user_id
    history_instance.history_date = clock.now()
    history_instance.history_change_reason = op.reason or None
