"""When a call is tried again, and after how long. Pure.

Only calls that may arrive twice: safe ones, and unsafe ones with a key that the API knows.
"""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from apps.connectors.enums import RetryOn

MOST_RETRIES = 5
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.5, 8.0
# Less time than this is not worth a try.
SHORTEST_TRY_S = 0.1
TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class Retries:
    """``attempts``: how often a call is tried again; ``on``: after what (``RetryOn``)."""

    attempts: int = 0
    on: frozenset[str] = frozenset()

    def cover(self, status: int | None) -> bool:
        """Tell whether this outcome is one to try again after. ``None``: there was no answer."""
        if status is None:
            return RetryOn.NO_ANSWER in self.on
        if status == TOO_MANY:
            return RetryOn.TOO_MANY in self.on
        return 500 <= status <= 599 and RetryOn.SERVER_ERROR in self.on


def retries_of(execution: Mapping[str, Any]) -> Retries:
    """Read what a build says about trying again."""
    given = execution.get("retries") or {}
    return Retries(min(int(given.get("attempts", 0)), MOST_RETRIES), frozenset(given.get("on", ())))


def pause_before(
    retries: Retries,
    *,
    tries: int,
    left_s: float,
    status: int | None,
    retry_after: str = "",
    now: datetime | None = None,
) -> float | None:
    """Return how long to wait before the next try, None for no further one.

    ``tries`` were made and ``left_s`` seconds are left for waiting and trying. What the API asks for by
    ``Retry-After`` is kept to; an API that asks for more than is left gets no further call.
    """
    if tries > retries.attempts or not retries.cover(status):
        return None
    asked = asked_pause(retry_after, now or datetime.now(UTC))
    pause = _growing(tries) if asked is None else asked
    return pause if pause + SHORTEST_TRY_S <= left_s else None


def asked_pause(retry_after: str, now: datetime) -> float | None:
    """Read ``Retry-After`` (RFC 9110, 10.2.3): seconds, or a moment; None if it says neither."""
    text = retry_after.strip()
    if text.isdecimal() and len(text) < 10:
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())


def _growing(tries: int) -> float:
    """Twice as long each time, up to a cap, and by chance a little less, so that callers do not return together."""
    longest: float = min(FIRST_PAUSE_S * 2 ** (tries - 1), LONGEST_PAUSE_S)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads calls, protects nothing
