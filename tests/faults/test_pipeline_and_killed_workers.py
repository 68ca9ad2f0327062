"""A worker dies at each step of a pipeline, at each of its moments; the next one finishes it, once."""

import json
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from config.environment import BASE_DIR
from tests.faults.house import House, killed_itself
from tests.postgresql import NoPostgreSQL, cluster
from tests.processes import PATIENCE_S, until
from tests.runs.ledger import Ledger

pytestmark = pytest.mark.faults

STEPS = ["build", "sync_to_dev", "test", "sync_to_prod", "release"]
# Before anything is done, with the work done but nothing written, with all written but the commit, and after that.
POINTS = ["taken", "prepared", "before_commit", "after_commit"]


def ended(house: House, version: str) -> dict[str, Any]:
    """Wait until no job of the version is under way, and return what became of it."""
    found: dict[str, Any] = {}

    def is_over() -> bool:
        found.update(house.act("show_pipeline", version))
        return all(state not in ("queued", "running") for _, state, _ in found["jobs"])

    until(is_over, lambda: found)
    return found


@pytest.mark.timeout(300)
@pytest.mark.parametrize("point", POINTS)
def test_killed_at_each_step_the_next_worker_finishes_it_once(house: House, ledger: Ledger, point: str) -> None:
    version = str(house.act("prepare_pipeline", ledger.url, "listEntries"))
    before = house.act("show_pipeline", version)
    worker = house.worker(crash=f"pipeline.build.{point}=kill")
    for step, following in pairwise([*STEPS, "nothing"]):
        house.act("ask", version, step)
        assert killed_itself(worker), step
        assert house.act("show_pipeline", version)["fsck"] == {}, step
        # The worker that finishes this step is the one that dies at the next.
        worker = house.worker(crash=f"pipeline.{following}.{point}=kill")
        ended(house, version)

    found = ended(house, version)
    assert [[step, state] for step, state, _ in found["jobs"][-5:]] == [[step, "succeeded"] for step in STEPS]
    assert (found["state"], found["fsck"]) == ("released", {})
    assert found["builds"] - before["builds"] == 1
    assert found["serving"] == {"Development": True, "Production": True}
    assert found["syncs"]["Development"] - before["syncs"]["Development"] == 1
    assert found["syncs"]["Production"] == 1
    made = {verb: number - before["events"].get(verb, 0) for verb, number in found["events"].items()}
    assert {verb: number for verb, number in made.items() if number} == {
        "connector_version.step_requested": 5,
        "connector_version.built": 1,
        "connector_version.synced": 2,
        "connector_version.tested": 1,
        "connector_version.released": 1,
    }
    again = "The worker before ended in the middle; starting again."
    assert found["lines"].count(again) == (0 if point == "after_commit" else 5)


def test_what_serves_keeps_serving_while_a_build_waits_for_its_next_worker(house: House, ledger: Ledger) -> None:
    version = str(house.act("prepare_pipeline", ledger.url, "listEntries"))
    house.act("ask", version, "build")
    assert killed_itself(house.worker(crash="pipeline.build.prepared=kill"))

    left = house.act("show_pipeline", version)
    assert (left["state"], left["jobs"][-1][:2]) == ("building", ["build", "running"])
    assert (left["builds"], left["serving"]) == (1, {"Development": True})
    house.worker()
    assert ended(house, version)["state"] == "built"


def test_a_test_that_may_have_changed_something_is_not_repeated(house: House, ledger: Ledger) -> None:
    version = str(house.act("prepare_pipeline", ledger.url, "addEntry"))
    house.act("ask", version, "build")
    house.worker()
    ended(house, version)
    house.workers[-1].kill()
    house.workers[-1].wait()
    house.act("ask", version, "sync_to_dev")
    house.worker()
    ended(house, version)
    house.workers[-1].kill()
    house.workers[-1].wait()
    house.act("ask", version, "test")
    assert killed_itself(house.worker(crash="pipeline.test.sent=kill"))
    delivered = ledger.deliveries
    house.worker()

    found = ended(house, version)
    step, state, sentence = found["jobs"][-1]
    assert (step, state, "is unknown" in sentence) == ("test", "failed", True)
    assert (ledger.deliveries, found["state"], found["fsck"]) == (delivered, "synced_to_dev", {})


@pytest.fixture(params=["sqlite", "postgresql"])
def any_house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    """An installation on either database."""
    if request.param == "sqlite":
        house = House(tmp_path / "house")
        yield house
        house.close()
        return
    try:
        with cluster() as url:
            house = House(tmp_path / "house", DATABASE_URL=url)
            yield house
            house.close()
    except NoPostgreSQL as reason:
        pytest.skip(str(reason))


def test_two_people_who_press_build_at_once_get_one_build(any_house: House, ledger: Ledger, tmp_path: Path) -> None:
    house = any_house
    version = str(house.act("prepare_pipeline", ledger.url, "listEntries"))
    before = house.act("show_pipeline", version)["builds"]
    answers = _together(house, tmp_path, version, ["build"] * 4)

    assert {job for job, _ in answers} == {answers[0][0]}
    assert sorted(joined for _, joined in answers) == [False, True, True, True]
    house.worker()
    found = ended(house, version)
    assert (found["builds"] - before, found["state"], found["fsck"]) == (1, "built", {})


def test_of_two_different_steps_at_once_one_is_told_to_wait(any_house: House, ledger: Ledger, tmp_path: Path) -> None:
    house = any_house
    version = str(house.act("prepare_pipeline", ledger.url, "listEntries"))
    house.act("ask", version, "build")
    house.worker()
    ended(house, version)
    house.workers[-1].kill()
    house.workers[-1].wait()

    answers = _together(house, tmp_path, version, ["build", "sync_to_dev"])
    (job,) = [answer for answer in answers if isinstance(answer, list)]
    (sentence,) = [answer for answer in answers if isinstance(answer, str)]
    assert job[1] is False
    assert sentence.endswith("Wait until that has ended, then try again.")


def _together(house: House, folder: Path, version: str, steps: list[str]) -> list[Any]:
    meeting = folder / "meeting"
    meeting.mkdir()
    command = [sys.executable, "-m", "tests.faults.stage"]
    started = [
        subprocess.Popen(command, cwd=BASE_DIR, env=house.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        for _ in steps
    ]
    for me, (process, step) in enumerate(zip(started, steps, strict=True)):
        assert process.stdin
        process.stdin.write(json.dumps(["ask_together", version, step, str(meeting), str(me), str(len(steps))]) + "\n")
        process.stdin.flush()
    return [json.loads(process.communicate(timeout=PATIENCE_S)[0]) for process in started]
