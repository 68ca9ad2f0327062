"""Limits of calls: kept to by everybody together, waited for without a thread, and bounded."""

import time
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection as database
from django.test.utils import CaptureQueriesContext

from apps.connectors.calls import PaceRefused
from apps.connectors.calls.pace import Limits, Rate, book, give_back
from apps.connectors.enums import RatePer
from apps.connectors.models import CallLease, CallPace, ConnectorVersion
from apps.core import clock
from apps.infra.egress import SendFailed
from tests.connectors.calling import called, plan_of, served
from tests.connectors.scripted import Reply, scripted
from tests.factories import connectors as make
from tests.processes import python

SETUP_CODE = """
import os, django
os.environ["DJANGO_SETTINGS_MODULE"] = "config.test_settings"
django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from apps.infra import sealed
from tests.connectors.calling import served
from tests.connectors.scripted import Scripted
served(Scripted({url!r}, []), **{execution!r})
"""


def limits(version: ConnectorVersion, *, calls: int = 0, per: RatePer = RatePer.HOUR, at_once: int = 0) -> Limits:
    rate = Rate(calls, per) if calls else None
    return Limits(version.pk, make.environment().pk, rate, at_once, timeout_s=5)


def booked(wanted: Limits, count: int, *, patience_s: float = 1e9) -> list[float]:
    found = [book(wanted, patience_s=patience_s) for _ in range(count)]
    return [booking.wait_s for booking in found if booking]


@pytest.mark.parametrize(
    ("calls", "per"), [(1, "second"), (3, "second"), (10, "second"), (100, "minute"), (1000, "hour")]
)
def test_no_span_ever_holds_more_calls_than_the_limit(db: None, calls: int, per: str) -> None:
    version, span = make.built_version(), RatePer(per).seconds

    begun = time.monotonic()
    waits = booked(limits(version, calls=calls, per=RatePer(per)), 2 * calls + 2)
    # Booking itself takes a moment, by which later calls wait less.
    spent = time.monotonic() - begun

    assert waits == sorted(waits)
    for first in range(len(waits) - calls):
        assert waits[first + calls] - waits[first] >= span - spent - 0.01
    assert waits[-1] <= span * (2 * calls + 2) / (calls - max(1, calls // 4) + 1)


def test_a_quarter_of_the_calls_may_come_at_once(db: None) -> None:
    waits = booked(limits(make.built_version(), calls=100), 26)

    assert waits[:25] == [0.0] * 25
    assert waits[25] > 30


def test_what_was_not_used_does_not_pile_up(db: None) -> None:
    wanted = limits(make.built_version(), calls=100)
    booked(wanted, 1)
    CallPace.objects.update(used_up_until=clock.now() - timedelta(days=30))

    assert booked(wanted, 26)[24:][0] == 0.0
    assert booked(wanted, 1)[0] > 30


def test_who_would_wait_too_long_is_refused_and_books_nothing(db: None) -> None:
    wanted = limits(make.built_version(), calls=1)
    booked(wanted, 1)

    for _ in range(3):
        with pytest.raises(PaceRefused, match="1 call per hour is used up for the next 3600 seconds") as refused:
            book(wanted, patience_s=5)

    assert refused.value.maybe_sent is False
    assert CallPace.objects.get().used_up_until < clock.now() + timedelta(hours=1, seconds=5)


def test_each_environment_has_a_pace_of_its_own(db: None) -> None:
    version = make.built_version()
    staging = make.environment("Staging")
    here = limits(version, calls=1)
    booked(here, 1)

    assert booked(Limits(version.pk, staging.pk, here.rate, 0, 5), 1) == [0.0]


def test_calls_at_once_are_counted_and_given_back(db: None) -> None:
    wanted = limits(make.built_version(), at_once=2)
    first = book(wanted, patience_s=0)
    assert first is not None
    assert book(wanted, patience_s=0) is not None

    assert book(wanted, patience_s=0) is None
    if first.holder:
        give_back(first.holder)
    assert book(wanted, patience_s=0) is not None


def test_a_dead_workers_lease_ends_by_itself(db: None) -> None:
    wanted = limits(make.built_version(), at_once=1)
    assert book(wanted, patience_s=0) is not None
    assert book(wanted, patience_s=0) is None
    CallLease.objects.update(until=clock.now() - timedelta(seconds=1))

    assert book(wanted, patience_s=0) is not None
    assert CallLease.objects.count() == 1


def test_a_call_waits_for_its_turn(db: None) -> None:
    with scripted() as api:
        plan = plan_of(served(api, rate={"calls": 2, "per": "second"}))
        for _ in range(4):
            called(plan)

    gaps = [later.at - earlier.at for earlier, later in zip(api.hits, api.hits[1:], strict=False)]
    assert all(gap >= 0.4 for gap in gaps)


def test_a_call_that_finds_no_room_is_not_sent(db: None) -> None:
    with scripted() as api:
        plan = plan_of(served(api, rate={"calls": 1, "per": "hour"}))
        called(plan)
        with pytest.raises(PaceRefused, match="This call was not sent"):
            called(plan, patience_s=0.1)

    assert len(api.hits) == 1


def test_a_call_gives_its_place_back_even_when_it_fails(db: None) -> None:
    with scripted(Reply(closes=True)) as api:
        plan = plan_of(served(api, at_once=1))
        for _ in range(2):
            with pytest.raises(SendFailed):
                called(plan, patience_s=0)

    assert CallLease.objects.count() == 0


def test_without_limits_nothing_is_asked_of_the_database(db: None) -> None:
    with scripted() as api:
        plan = plan_of(served(api))
        with CaptureQueriesContext(database) as asked:
            called(plan)

    assert not [query for query in asked if "connectors_call" in query["sql"]]


@pytest.mark.faults
@pytest.mark.parametrize(
    "execution",
    [{"rate": {"calls": 10, "per": "second"}}, {"at_once": 2}, {"rate": {"calls": 20, "per": "second"}, "at_once": 3}],
    ids=["rate", "at once", "both"],
)
def test_two_processes_keep_to_the_limits_together(tmp_path: Path, execution: dict[str, object]) -> None:
    """24 calls begin at the same moment; each process's event loop goes on ticking while they wait."""
    meeting = tmp_path / "meeting"
    meeting.mkdir()
    with scripted(Reply(takes_s=0.05)) as api:
        assert python(tmp_path, "-c", SETUP_CODE.format(url=api.url, execution=execution)).wait() == 0
        callers = [python(tmp_path, "-m", "tests.connectors.caller", str(meeting), str(me), "12") for me in (1, 2)]
        assert [caller.communicate()[0].strip() for caller in callers] == ["12 answered, ticking"] * 2

    at_once, rate = execution.get("at_once"), execution.get("rate")
    assert len(api.hits) == 24
    if isinstance(at_once, int):
        assert api.most_at_once <= at_once
    if isinstance(rate, dict):
        allowed = Rate(rate["calls"], RatePer.SECOND)
        times = sorted(hit.at for hit in api.hits)
        # A request arrives a little after its moment, and the first ones of a young process later still. Two processes
        # that did not agree would send twice as many in a second.
        fullest = max(sum(1 for at in times if begin <= at < begin + 1) for begin in times)
        assert fullest <= allowed.calls + 3
        assert times[-1] - times[0] >= (24 - allowed.burst - 1) * allowed.spacing.total_seconds() - 0.4
