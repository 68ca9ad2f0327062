"""A worker dies in the middle of a rollout: nobody is forgotten, and nobody is updated twice."""

from typing import Any

import pytest

from tests.faults.house import House, killed_itself
from tests.processes import until

pytestmark = pytest.mark.faults

SIZE = 25
ENDED = {"state": "finished", "items": {"succeeded": 23, "waiting": 2}, "deployments": {"rollout": 23}, "most": 1}


def found(house: House, rollout: str) -> dict[str, Any]:
    """Wait for the end of the rollout and return what became of it."""
    answer: dict[str, Any] = {}

    def is_over() -> bool:
        answer.update(house.act("show_rollout", rollout))
        return bool(answer["state"] == "finished")

    until(is_over, lambda: answer)
    assert answer.pop("fsck") == {}
    return answer


@pytest.fixture
def rollout(house: House) -> str:
    """A rollout to 25 instances, two of which need input."""
    return str(house.act("prepare_rollout", str(SIZE)))


@pytest.mark.parametrize("point", ["rollout.mid_batch", "rollout.after_item"])
def test_a_worker_that_dies_during_a_turn_is_replaced_and_each_instance_is_updated_once(
    house: House, rollout: str, point: str
) -> None:
    assert killed_itself(house.worker(crash=f"{point}=kill"))
    before = house.act("show_rollout", rollout)
    assert (before["state"], before["fsck"]) == ("running", {})
    assert before["items"]["queued"] >= SIZE - 1
    house.worker()
    assert found(house, rollout) == ENDED


def test_a_worker_killed_from_outside_in_the_middle(house: House, rollout: str) -> None:
    worker = house.worker(crash="rollout.mid_batch=sleep@0.4")
    until(lambda: house.act("show_rollout", rollout)["items"].get("succeeded", 0) >= 3)
    worker.kill()
    worker.wait()
    left = house.act("show_rollout", rollout)
    assert 3 <= left["items"]["succeeded"] < SIZE - 2
    assert left["fsck"] == {}
    house.worker()
    assert found(house, rollout) == ENDED


def test_two_deaths_and_a_way_back(house: House, rollout: str) -> None:
    for _ in range(2):
        assert killed_itself(house.worker(crash="rollout.after_item=kill"))
    house.worker()
    assert found(house, rollout) == ENDED
    way_back = str(house.act("put_back", rollout))
    back = found(house, way_back)
    assert (back["items"], back["deployments"]) == ({"succeeded": 23}, {"rollout": 23, "undo": 23})
