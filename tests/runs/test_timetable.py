"""When schedules are due: zones, summer time, intervals, and what happens to missed times."""

from datetime import UTC, datetime, timedelta

import pytest

from apps.releases.definition import MissedRuns, Schedule
from apps.runs.timetable import due, next_time

ANCHOR = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def cron(expression: str, zone: str = "UTC", missed: MissedRuns = MissedRuns.ONCE) -> Schedule:
    return Schedule(expression, None, zone, missed)


def every(length: object, missed: MissedRuns = MissedRuns.ALL) -> Schedule:
    return Schedule(None, length, "UTC", missed)


def times(schedule: Schedule, after: datetime, until: datetime) -> list[str]:
    return [slot.at.strftime("%d %H:%M") for slot in due(schedule, anchor=ANCHOR, after=after, until=until)]


def test_a_cron_schedule_follows_its_zone_through_summer_time() -> None:
    after, until = datetime(2026, 3, 27, 12, tzinfo=UTC), datetime(2026, 3, 30, 12, tzinfo=UTC)
    assert times(cron("30 8 * * *", "Europe/Berlin"), after, until) == ["28 07:30", "29 06:30", "30 06:30"]


def test_an_hour_that_occurs_twice_runs_a_daily_schedule_once() -> None:
    after, until = datetime(2026, 10, 24, 12, tzinfo=UTC), datetime(2026, 10, 26, 12, tzinfo=UTC)
    assert times(cron("30 2 * * *", "Europe/Berlin"), after, until) == ["25 00:30", "26 01:30"]


def test_a_time_is_due_after_the_last_one_and_up_to_now() -> None:
    at = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
    assert times(cron("0 * * * *"), at, at) == []
    assert times(cron("0 * * * *"), at, at + timedelta(hours=1)) == ["02 10:00"]


def test_intervals_count_from_the_deployment() -> None:
    after = ANCHOR + timedelta(minutes=20)
    assert times(every({"minutes": 15}), after, ANCHOR + timedelta(hours=1)) == ["01 12:30", "01 12:45", "01 13:00"]
    assert times(every("PT15M"), ANCHOR, ANCHOR + timedelta(minutes=15)) == ["01 12:15"]


@pytest.mark.parametrize(
    ("missed", "starting"),
    [(MissedRuns.ALL, ["13", "14", "15"]), (MissedRuns.ONCE, ["15"]), (MissedRuns.SKIP, [])],
)
def test_missed_times_start_all_once_or_not_at_all(missed: MissedRuns, starting: list[str]) -> None:
    until = ANCHOR + timedelta(hours=3, minutes=30)
    slots = due(cron("0 * * * *", missed=missed), anchor=ANCHOR, after=ANCHOR, until=until)
    assert len(slots) == 3
    assert [slot.at.strftime("%H") for slot in slots if slot.starts] == starting


def test_a_punctual_time_starts_whatever_the_policy() -> None:
    until = ANCHOR + timedelta(hours=1, seconds=5)
    slots = due(cron("0 * * * *", missed=MissedRuns.SKIP), anchor=ANCHOR, after=ANCHOR, until=until)
    assert [slot.starts for slot in slots] == [True]


def test_the_next_time_is_known() -> None:
    assert next_time(cron("0 6 1 1 *"), anchor=ANCHOR, after=ANCHOR) == datetime(2027, 1, 1, 6, tzinfo=UTC)
