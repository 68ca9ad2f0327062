"""How often and how many at once an API is called, agreed between all workers through the database.

The rate is kept by GCRA: one row says by when the calls so far are used up. A call books its moment and waits for it
without holding a thread. Calls at once are leases that end by themselves where a worker dies.
"""

import asyncio
import math
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models.functions import Now

from apps.connectors.enums import RatePer
from apps.connectors.models import CallLease, CallPace
from apps.infra.egress import EgressError

# What a lease lasts beyond the time limits of sign-in and call.
SPARE_S = 5.0
SHORTEST_LOOK_S, LONGEST_LOOK_S = 0.05, 0.5

type InDatabase = Callable[..., Awaitable[Any]]


class PaceRefused(EgressError):
    """The limits of the connector left no room in time. Nothing was sent."""

    def __init__(self, sentence: str) -> None:
        super().__init__(f"{sentence} This call was not sent.", maybe_sent=False)


@dataclass(frozen=True, slots=True)
class Rate:
    """At most ``calls`` in any span of ``per``. A quarter of them may come at once, the rest is spread evenly."""

    calls: int
    per: RatePer

    @property
    def burst(self) -> int:
        return max(1, self.calls // 4)

    @property
    def spacing(self) -> timedelta:
        """So far apart that burst and steady calls together never exceed ``calls`` in a span."""
        return timedelta(seconds=self.per.seconds / (self.calls - self.burst + 1))

    @property
    def words(self) -> str:
        return f"{self.calls:,} {'call' if self.calls == 1 else 'calls'} per {self.per.label}"


@dataclass(frozen=True, slots=True)
class Limits:
    """What holds for the calls of a connector version in an environment."""

    version_id: int
    environment_id: int
    rate: Rate | None
    at_once: int
    timeout_s: float


@dataclass(frozen=True, slots=True)
class Booking:
    """A call may go out after ``wait_s`` seconds; ``holder`` is its lease, if it needs one."""

    wait_s: float
    holder: uuid.UUID | None


def rate_of(execution: Mapping[str, Any]) -> Rate | None:
    """Read the rate limit of a build, None where there is none."""
    given = execution.get("rate") or {}
    return Rate(int(given["calls"]), RatePer(given["per"])) if given.get("calls") else None


def limits_of(
    execution: Mapping[str, Any], *, version_id: int | None, environment_id: int, timeout_s: float
) -> Limits | None:
    """Return what limits the calls, None where nothing does."""
    rate, at_once = rate_of(execution), int(execution.get("at_once") or 0)
    if version_id is None or (rate is None and not at_once):
        return None
    return Limits(version_id, environment_id, rate, at_once, timeout_s)


@asynccontextmanager
async def admitted(limits: Limits | None, *, patience_s: float, in_database: InDatabase) -> AsyncIterator[None]:
    """Wait until a call may go out, and count it for as long as the block lasts. Raises ``PaceRefused``."""
    if limits is None:
        yield
        return
    booking = await _booked(limits, patience_s, in_database)
    try:
        await asyncio.sleep(booking.wait_s)
        yield
    finally:
        if booking.holder:
            await in_database(give_back, booking.holder)


async def _booked(limits: Limits, patience_s: float, in_database: InDatabase) -> Booking:
    until, look = time.monotonic() + patience_s, SHORTEST_LOOK_S
    while True:
        left = until - time.monotonic()
        booking: Booking | None = await in_database(book, limits, patience_s=max(0.0, left))
        if booking is not None:
            return booking
        if left <= look:
            told = f"{limits.at_once} calls are under way already, and no more are allowed at once."
            raise PaceRefused(told if limits.at_once > 1 else "Another call is under way, and only one is allowed.")
        await asyncio.sleep(look)
        look = min(look * 1.5, LONGEST_LOOK_S)


def book(limits: Limits, *, patience_s: float) -> Booking | None:
    """Book a call's moment and lease; None while too many are under way.

    Raises ``PaceRefused`` where the moment is further away than ``patience_s``; then nothing is booked. Whoever holds
    the row of version and environment decides; the database's clock counts.
    """
    place = {"version_id": limits.version_id, "environment_id": limits.environment_id}
    with transaction.atomic():
        CallPace.objects.get_or_create(**place, defaults={"used_up_until": Now()})
        pace = CallPace.objects.select_for_update().annotate(present=Now()).get(**place)
        now: datetime = pace.present
        if limits.at_once and _under_way(place, now) >= limits.at_once:
            return None
        wait = _moved_on(pace, limits.rate, now, patience_s) if limits.rate else timedelta()
        holder = _leased(place, now + wait, limits) if limits.at_once else None
    return Booking(wait.total_seconds(), holder)


def give_back(holder: uuid.UUID) -> None:
    """The call is over: another may begin."""
    CallLease.objects.filter(holder=holder).delete()


def _under_way(place: Mapping[str, int], now: datetime) -> int:
    leases = CallLease.objects.filter(**place)
    leases.filter(until__lte=now).delete()
    return leases.count()


def _moved_on(pace: CallPace, rate: Rate, now: datetime, patience_s: float) -> timedelta:
    used_up = max(pace.used_up_until, now)
    wait = max(timedelta(), used_up - rate.spacing * (rate.burst - 1) - now)
    if wait.total_seconds() > patience_s:
        told = f"The limit of {rate.words} is used up for the next {math.ceil(wait.total_seconds())} seconds."
        raise PaceRefused(told)
    pace.used_up_until = used_up + rate.spacing
    pace.save(update_fields=["used_up_until"])
    return wait


def _leased(place: Mapping[str, int], begin: datetime, limits: Limits) -> uuid.UUID:
    holder = uuid.uuid4()
    until = begin + timedelta(seconds=2 * limits.timeout_s + SPARE_S)
    CallLease.objects.create(**place, holder=holder, until=until)
    return holder
