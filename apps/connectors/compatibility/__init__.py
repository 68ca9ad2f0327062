"""Compares two OpenAPI documents as a caller sees them: what breaks, what may break, what does not. Pure.

The names of the rules and their levels are those of oasdiff, whose test cases the tests of this package run; where it
has no rule for a difference, ours is named in the same way. What is inside webhooks and callbacks is not compared.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from apps.connectors.compatibility.changes import Change, Level, worst
from apps.connectors.compatibility.documents import Comparison

__all__ = ["ENGINE", "Change", "Level", "compare", "worst"]

# Raised when the engine gives another result for the same documents: it is a part of the key of a kept result.
ENGINE = 1


def compare(old: Mapping[str, Any], new: Mapping[str, Any], *, today: date | None = None) -> list[Change]:
    """Return what changed from ``old`` to ``new``, by operation, the worst of each first.

    Both are OpenAPI 3.0 or 3.1 as data; references stay inside them. ``today`` decides whether a day that was announced
    for a removal has come (by default the day in UTC).
    """
    changes = Comparison(old, new, today or datetime.now(UTC).date()).run()
    return sorted(dict.fromkeys(changes), key=_order)


def _order(change: Change) -> tuple[str, str, int, str, str, str]:
    return change.path, change.method, change.level.rank, change.place, change.rule, change.sentence
