"""Several workers on PostgreSQL: one dies or sleeps, another carries on, nothing happens twice."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.faults.house import House
from tests.postgresql import NoPostgreSQL, cluster
from tests.processes import until
from tests.runs.furniture import ADD, text_of
from tests.runs.ledger import Ledger

pytestmark = pytest.mark.faults

SLOW = text_of({"add": ADD}, {"pause": {"wait": {"seconds": 4}}}, {"again": ADD})


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """An installation on PostgreSQL, Django's tables and DBOS's in one database."""
    try:
        with cluster() as url:
            house = House(tmp_path, DATABASE_URL=url)
            yield house
            house.close()
    except NoPostgreSQL as reason:
        pytest.skip(str(reason))


def test_two_workers_one_killed_the_other_takes_over(house: House, ledger: Ledger) -> None:
    instance = str(house.act("prepare", ledger.url, "yes", SLOW))
    runs = [str(house.act("start", instance)) for _ in range(4)]
    workers = [house.worker(), house.worker()]
    for run in runs:
        house.run_until(run, "waiting", "succeeded")
    workers[0].kill()
    workers[0].wait()
    found = [house.run_until(run, "succeeded") for run in runs]
    assert (ledger.deliveries, len(ledger.entries), len(set(ledger.keys))) == (8, 8, 8)
    assert [row["fsck"] for row in found] == [{}] * 4


def test_a_worker_that_sleeps_through_its_takeover_writes_nothing_more(house: House, ledger: Ledger) -> None:
    instance = str(house.act("prepare", ledger.url, "yes", SLOW))
    run = str(house.act("start", instance))
    sleeper = house.worker()
    before = house.run_until(run, "waiting")
    sleeper.send_signal(signal.SIGSTOP)
    house.worker()
    found = house.run_until(run, "succeeded")
    assert found["executor"] != before["executor"]
    sleeper.send_signal(signal.SIGCONT)
    until(lambda: house.act("show", run) == found)
    assert ledger.deliveries == 2
    assert sleeper.poll() is None
