"""The oracle: questions about the whole database, each of which must have no answer."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import connection, models
from simple_history.models import registered_models

from apps.audit import triggers
from apps.audit.chain import broken_links
from apps.audit.models import AuditChain, AuditEvent


@dataclass(frozen=True)
class Check:
    """One question. ``find`` returns a sentence for each thing that is wrong."""

    code: str
    title: str
    find: Callable[[], Iterable[str]]


_checks: dict[str, Check] = {}


def register_check(code: str, title: str, find: Callable[[], Iterable[str]]) -> None:
    """Register a check. Call it in the app's ``ready``."""
    _checks[code] = Check(code, title, find)


def findings() -> dict[str, list[str]]:
    """Ask every question; return what is wrong by the check's code, empty when all is well."""
    answers = {check.code: list(check.find()) for check in sorted(_checks.values(), key=lambda check: check.code)}
    return {code: wrong for code, wrong in answers.items() if wrong}


def all_checks() -> list[Check]:
    """Return every registered check by code."""
    return sorted(_checks.values(), key=lambda check: check.code)


def unaudited_changes() -> Iterable[str]:
    """C6: history rows whose act has no audit event."""
    for model in _history_models():
        events = AuditEvent.objects.filter(correlation_id=models.OuterRef("correlation_id"))
        for row in model._default_manager.exclude(models.Exists(events)):
            yield f"{row} has no audit event"


def broken_chains() -> Iterable[str]:
    """C7: events that were altered, removed or put in another order, or that name no actor."""
    for chain in AuditChain.objects.all():
        yield from broken_links(chain)
    for event in AuditEvent.objects.filter(actor_name=""):
        yield f"event {event.pk} names no actor"


def missing_triggers() -> Iterable[str]:
    """C0: frozen content that the database does not protect."""
    return (f"the trigger {name} is missing: run manage.py migrate" for name in triggers.missing(connection))


def _history_models() -> list[type[models.Model]]:
    return [model.history.model for model in registered_models.values()]


register_check("C0", "Missing triggers", missing_triggers)
register_check("C6", "Changes without an audit event", unaudited_changes)
register_check("C7", "Broken audit chains", broken_chains)
