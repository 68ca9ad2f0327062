"""Deprecation, sunset and stability: what the author promises about how long something stays."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from apps.connectors.compatibility.reader import Object, text

DEPRECATED, SUNSET, STABILITY = "deprecated", "x-sunset", "x-stability-level"
STABILITIES = ("draft", "alpha", "beta", "stable")
UNPROMISED = frozenset(("draft", "alpha"))

# event, old value, new value
type Event = tuple[str, Any, Any]


def events(old: Object, new: Object, today: date) -> Iterator[Event]:
    """Yield what happened: "deprecated", "reactivated", "sunset-deleted", "stability-decreased" and the like."""
    yield from _deprecation(old, new, today)
    yield from _stability(old.get(STABILITY), new.get(STABILITY))


def is_deprecated(node: Object) -> bool:
    return node.get(DEPRECATED) is True


def sunset_of(node: Object) -> date | None:
    """The day from which something may be gone; none if it is not told or cannot be read."""
    try:
        return date.fromisoformat(text(node.get(SUNSET))[:10])
    except ValueError:
        return None


def removal(old: Object, today: date) -> str:
    """How something that is gone was announced: "with-deprecation", or what is wrong with the announcement."""
    if not is_deprecated(old):
        return "without-deprecation"
    sunset = sunset_of(old)
    if sunset is None and SUNSET in old:
        return "sunset-parse"
    return "before-sunset" if sunset and sunset > today else "with-deprecation"


def is_unpromised(node: Object) -> bool:
    """True for what its author calls a draft or alpha."""
    return node.get(STABILITY) in UNPROMISED


def _deprecation(old: Object, new: Object, today: date) -> Iterator[Event]:
    was, now = is_deprecated(old), is_deprecated(new)
    if was and not now:
        yield "reactivated", None, None
    elif now and SUNSET in new:
        yield from _sunset(old, new, today, is_new=not was)
    elif now and not was:
        yield "deprecated", None, None
    elif now and SUNSET in old:
        yield "sunset-deleted", old[SUNSET], None


def _sunset(old: Object, new: Object, today: date, *, is_new: bool) -> Iterator[Event]:
    before, now = sunset_of(old), sunset_of(new)
    if old.get(SUNSET) == new.get(SUNSET) and not is_new:
        return
    if now is None:
        yield "sunset-parse", old.get(SUNSET), new.get(SUNSET)
    elif is_new:
        yield "sunset-date-too-small" if now < today else "deprecated-with-sunset", None, now.isoformat()
    elif before and now < before and now < today:
        yield "sunset-date-changed-too-small", before.isoformat(), now.isoformat()


def _stability(old: Any, new: Any) -> Iterator[Event]:
    if old == new:
        return
    if new is not None and new not in STABILITIES:
        yield "invalid-stability-level", old, new
        return
    # Without a word something is stable.
    before = STABILITIES.index(old) if old in STABILITIES else len(STABILITIES) - 1
    now = STABILITIES.index(new) if new in STABILITIES else len(STABILITIES) - 1
    if before != now:
        yield "stability-decreased" if now < before else "stability-increased", old or "stable", new or "stable"
