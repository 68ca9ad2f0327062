"""The demo company: started in time, stopped in mid-run, its worker killed; every run ends as it should."""

import re
import time
from collections.abc import Iterator

import httpx2
import pytest

from tests.start.processes import Process
from tests.start.signing_in import post, signed_in
from tests.start.stack import Company, Stack

pytestmark = [pytest.mark.start, pytest.mark.timeout(900)]

FIRST_START_S = 300
SECOND_START_S = 60
RUN_S = 150
LONG_RUN = "Weekly sales report"
STATUS = re.compile(r'id="run-status">.*?</svg>([A-Z]\w+)<', re.DOTALL)


@pytest.fixture
def slipway(company: Company) -> Iterator[Stack]:
    """The demo company as it was first loaded, started for the second time."""
    with company.fresh() as stack:
        yield stack


def _status(rita: httpx2.Client, run: str) -> str:
    found = STATUS.search(rita.get(run).text)
    assert found
    return found[1]


def _wait_until(rita: httpx2.Client, run: str, *statuses: str) -> str:
    """Look as often as the page itself does, until the run has one of the statuses."""
    end = time.monotonic() + RUN_S
    while (status := _status(rita, run)) not in statuses:
        assert time.monotonic() < end, f"{run} is still {status}"
        # The page of a run is asked over HTTP, as a browser does; nothing is pushed.
        time.sleep(0.2)
    return status


def _start_a_run_of_five_seconds(rita: httpx2.Client) -> str:
    """Start the report of the team in production, wait until it is on its way, and return its address."""
    instances = rita.get("/instances/", params={"template": "weekly-sales-report", "environment": "production"}).text
    address = re.search(r'href="(/instances/\d+/)"', instances)
    assert address
    run = post(rita, f"{address[1]}run/", found_on=address[1]).headers["Location"]
    _wait_until(rita, run, "Running")
    return run


def test_the_first_start_takes_minutes_at_most_and_the_second_seconds(company: Company) -> None:
    company.stack.restore_data(company.aside)
    with company.stack.running() as stack:
        second_start_s = stack.seconds_to_start

    assert (company.first_start_s < FIRST_START_S, second_start_s < SECOND_START_S) == (True, True)


def test_a_run_that_ctrl_c_interrupts_ends_well_after_the_next_start(slipway: Stack) -> None:
    with signed_in(slipway.url, "rita") as rita:
        run = _start_a_run_of_five_seconds(rita)
        slipway.stop()
        slipway.start()

        assert _wait_until(rita, run, "Succeeded", "Failed", "Uncertain") == "Succeeded"


def test_a_worker_that_is_killed_is_started_again_and_its_run_ends_well(slipway: Stack) -> None:
    with signed_in(slipway.url, "rita") as rita:
        run = _start_a_run_of_five_seconds(rita)
        killed = _worker(slipway)
        killed.kill()

        assert _wait_until(rita, run, "Succeeded", "Failed", "Uncertain") == "Succeeded"

    assert _worker(slipway) != killed


def _worker(stack: Stack) -> Process:
    return stack.process_of("manage.py worker")
