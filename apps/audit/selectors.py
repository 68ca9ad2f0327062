"""Reading the trail: events, and what the rows behind them looked like before and after."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db.models import Field, Model, Q, QuerySet
from simple_history.models import registered_models

from apps.audit.differences import Change, of_facts
from apps.audit.models import AuditEvent


@dataclass(frozen=True)
class Entry:
    """One event with what it tells that it changed, and the changes of its row. ``url`` is empty once that is gone."""

    event: AuditEvent
    changes: list[Change]
    url: str


def activity() -> QuerySet[AuditEvent]:
    """Return every event, newest first."""
    return AuditEvent.objects.select_related("chain").order_by("-at", "-pk")


def search(events: QuerySet[AuditEvent], words: str) -> QuerySet[AuditEvent]:
    """Keep the events in which every word stands in the actor, the object or the reason."""
    for word in words.split():
        events = events.filter(
            Q(actor_name__icontains=word) | Q(target_name__icontains=word) | Q(reason__icontains=word)
        )
    return events


def trail_of(target: Model) -> QuerySet[AuditEvent]:
    """Return the events about an object and about what belongs to it, newest first."""
    label, pk = target._meta.label_lower, str(target.pk)
    return activity().filter(Q(target_type=label, target_id=pk) | Q(parent_type=label, parent_id=pk))


def entries(events: Sequence[AuditEvent]) -> list[Entry]:
    """Put to each event what its row looked like before and after, with one query for each kind of object."""
    changes, gone = _histories(events)
    return [
        Entry(
            event,
            of_facts(event.facts) + changes.get((event.target_type, event.target_id, event.correlation_id), []),
            "" if (event.target_type, event.target_id) in gone else event.target_url,
        )
        for event in events
    ]


def told_changes(target_type: str, target_id: str, acts: Iterable[UUID]) -> dict[UUID, list[Change]]:
    """Return what the events about an object tell that they changed, by the correlation ids of their acts."""
    events = AuditEvent.objects.filter(target_type=target_type, target_id=target_id, correlation_id__in=list(acts))
    found: dict[UUID, list[Change]] = defaultdict(list)
    for event in events.order_by("pk"):
        found[event.correlation_id] += of_facts(event.facts)
    return found


def is_tracked(model: type[Model]) -> bool:
    """Tell whether a model has a history."""
    return model in registered_models.values()


type _Object = tuple[str, str]
type _Key = tuple[str, str, UUID]
DELETED = "-"


def _histories(events: Iterable[AuditEvent]) -> tuple[dict[_Key, list[Change]], set[_Object]]:
    """Return what changed, and which objects are gone: the last row of a history tells."""
    ids: dict[str, set[str]] = defaultdict(set)
    for event in events:
        ids[event.target_type].add(event.target_id)
    changes: dict[_Key, list[Change]] = defaultdict(list)
    last: dict[_Object, str] = {}
    for label, targets in ids.items():
        for pk, before, row in _rows(label, targets):
            changes[label, pk, row.correlation_id] += _between(before, row)
            last[label, pk] = row.history_type
    return changes, {key for key, kind in last.items() if kind == DELETED}


def _rows(label: str, targets: set[str]) -> Iterable[tuple[str, Any, Any]]:
    """Yield the id, the row before and the row, in the order in which they were written."""
    model = apps.get_model(label) if label else None
    if model is None or not is_tracked(model):
        return
    pk_name = model._meta.pk.attname
    before: dict[Any, Any] = {}
    for row in model.history.filter(**{f"{pk_name}__in": targets}).order_by("history_id"):
        pk = getattr(row, pk_name)
        yield str(pk), before.get(pk), row
        before[pk] = row


def _between(before: Any, after: Any) -> Iterable[Change]:
    for field in after.tracked_fields:
        old = getattr(before, field.attname, None)
        new = getattr(after, field.attname)
        if field.primary_key or old == new or (before is None and new in (None, "", [], {})):
            continue
        shown = _shown(field, before) if before else None
        yield Change(str(field.verbose_name).capitalize(), shown, _shown(field, after))


def _shown(field: "Field[Any, Any]", row: Any) -> Any:
    value = getattr(row, field.attname)
    if value is None or not field.is_relation:
        return dict(field.flatchoices).get(value, value) if field.choices else value
    related = field.related_model._base_manager.filter(pk=value).first()  # type: ignore[union-attr]
    return str(related) if related else f"#{value}"
