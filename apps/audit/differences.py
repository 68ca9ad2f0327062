"""What an act changed beyond the columns of its row: kept with its event, before and after, in words."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

FACT = "differences"
MOST_LETTERS = 500


@dataclass(frozen=True)
class Change:
    """One thing before and after. ``before`` is None where there was nothing, ``after`` where there is nothing now."""

    label: str
    before: Any
    after: Any


def as_fact(changes: Iterable[Change]) -> dict[str, Any]:
    """Return the fact for ``op.about(…, **as_fact(changes))``. Nothing secret may be among them."""
    told = [asdict(Change(one.label, _short(one.before), _short(one.after))) for one in changes]
    return {FACT: told} if told else {}


def of_facts(facts: Mapping[str, Any]) -> list[Change]:
    """Return what an event's facts tell."""
    return [Change(one["label"], one["before"], one["after"]) for one in facts.get(FACT, [])]


def _short(value: Any) -> str | None:
    if value is None:
        return None
    text = str(value)
    return text if len(text) <= MOST_LETTERS else f"{text[:MOST_LETTERS]}…"
