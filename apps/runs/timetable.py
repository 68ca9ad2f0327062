"""At which times a schedule is due, and which of the missed ones are made up for. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile
from zoneinfo import ZoneInfo

from cronsim import CronSim

from apps.releases.definition import MissedRuns, Schedule
from apps.runs.interpreter.durations import seconds_of

# A time that is handled this late was missed: every worker was down, or the sweep could not keep up.
PUNCTUAL = timedelta(seconds=60)
# After a long pause only the last times are looked at.
MOST_SLOTS = 1_000
SHORTEST_EVERY_S = 1.0


@dataclass(frozen=True)
class Due:
    """A time of the schedule, and whether its run starts."""

    at: datetime
    starts: bool


def due(schedule: Schedule, *, anchor: datetime, after: datetime, until: datetime) -> list[Due]:
    """Return every time in (``after``, ``until``] in order. ``anchor`` is where the intervals of ``every`` begin.

    Of the times that were missed, all, the last or none start, as the schedule says.
    """
    times = list(times_after(schedule, anchor=anchor, after=after, until=until))[-MOST_SLOTS:]
    return [Due(at, starts=_starts(schedule.missed_runs, at, times, until)) for at in times]


def times_after(schedule: Schedule, *, anchor: datetime, after: datetime, until: datetime) -> Iterator[datetime]:
    """Yield the times of the schedule in (``after``, ``until``], in UTC."""
    if schedule.cron:
        times = _cron_times(schedule.cron, schedule.time_zone, after)
    else:
        times = _every_times(schedule, anchor, after)
    return takewhile(lambda at: at <= until, times)


def next_time(schedule: Schedule, *, anchor: datetime, after: datetime) -> datetime | None:
    """Return the first time after ``after``."""
    return next(times_after(schedule, anchor=anchor, after=after, until=after + timedelta(days=4 * 366)), None)


def next_times(schedule: Schedule, *, after: datetime, count: int) -> list[datetime]:
    """Return the first times after ``after`` in the schedule's own time zone, as if it were deployed then."""
    until = after + timedelta(days=10 * 366)
    times = islice(times_after(schedule, anchor=after, after=after, until=until), count)
    return [at.astimezone(ZoneInfo(schedule.time_zone)) for at in times]


def _cron_times(cron: str, time_zone: str, after: datetime) -> Iterator[datetime]:
    for local in CronSim(cron, after.astimezone(ZoneInfo(time_zone))):
        at = local.astimezone(UTC)
        if at > after:
            yield at


def _every_times(schedule: Schedule, anchor: datetime, after: datetime) -> Iterator[datetime]:
    length = timedelta(seconds=max(seconds_of(schedule.every), SHORTEST_EVERY_S))
    number = max((after - anchor) // length, 0) + 1
    while True:
        yield (anchor + number * length).astimezone(UTC)
        number += 1


def _starts(policy: MissedRuns, at: datetime, times: list[datetime], until: datetime) -> bool:
    if until - at <= PUNCTUAL or policy is MissedRuns.ALL:
        return True
    return policy is MissedRuns.ONCE and at == times[-1]
