"""A worker dies at the worst moment: what was sent, what is sent again, and what a person is asked."""

import signal

import pytest

from tests.faults.house import House, killed_itself
from tests.processes import PATIENCE_S, until
from tests.runs.furniture import ADD, LIST, text_of
from tests.runs.ledger import Ledger

pytestmark = pytest.mark.faults

ONE_ENTRY = text_of({"add": ADD}, {"note": {"set": {"added": "${ .amount }"}}})


def prepared(house: House, ledger: Ledger, text: str = ONE_ENTRY, *, honours_key: bool = True) -> str:
    instance = house.act("prepare", ledger.url, "yes" if honours_key else "no", text)
    return str(house.act("start", str(instance)))


def test_a_worker_killed_after_a_send_is_replaced_and_the_second_delivery_has_no_second_effect(
    house: House, ledger: Ledger
) -> None:
    run = prepared(house, ledger)
    assert killed_itself(house.worker(crash="call.after_send=kill"))
    assert (ledger.deliveries, len(ledger.entries)) == (1, 1)
    house.worker()
    found = house.run_until(run, "succeeded")
    assert (ledger.deliveries, len(ledger.entries)) == (2, 1)
    assert len(set(ledger.keys)) == 1
    assert found["output"] == {"added": 7}
    assert found["steps"] == [["/do/0/add", 1, "succeeded"], ["/do/1/note", 1, "succeeded"]]
    assert found["fsck"] == {}


def test_a_worker_killed_before_the_send_leaves_one_delivery(house: House, ledger: Ledger) -> None:
    run = prepared(house, ledger)
    assert killed_itself(house.worker(crash="call.after_intent=kill"))
    assert ledger.deliveries == 0
    house.worker()
    house.run_until(run, "succeeded")
    assert (ledger.deliveries, len(ledger.entries)) == (1, 1)


def test_a_worker_killed_right_after_taking_a_run_loses_nothing(house: House, ledger: Ledger) -> None:
    run = prepared(house, ledger)
    assert killed_itself(house.worker(crash="worker.after_claim=kill"))
    house.worker()
    house.run_until(run, "succeeded")
    assert (ledger.deliveries, len(ledger.entries)) == (1, 1)


@pytest.mark.parametrize(
    ("decision", "state", "deliveries"), [("done", "succeeded", 1), ("repeat", "succeeded", 2), ("fail", "failed", 1)]
)
def test_where_no_key_is_honoured_a_person_decides(
    house: House, ledger: Ledger, decision: str, state: str, deliveries: int
) -> None:
    run = prepared(house, ledger, text_of({"add": ADD}), honours_key=False)
    assert killed_itself(house.worker(crash="call.after_send=kill"))
    house.worker()
    found = house.run_until(run, "uncertain")
    assert ledger.deliveries == 1
    assert found["steps"] == [["/do/0/add", 1, "uncertain"]]
    house.act("resolve", run, decision)
    house.run_until(run, state)
    assert ledger.deliveries == deliveries


def test_a_run_that_waits_for_a_person_still_does_after_another_restart(house: House, ledger: Ledger) -> None:
    run = prepared(house, ledger, honours_key=False)
    assert killed_itself(house.worker(crash="call.after_send=kill"))
    second = house.worker()
    house.run_until(run, "uncertain")
    second.kill()
    second.wait()
    house.act("resolve", run, "done")
    house.worker()
    house.run_until(run, "succeeded")
    assert ledger.deliveries == 1


def test_a_release_may_declare_that_repeating_is_safe(house: House, ledger: Ledger) -> None:
    safe = {**ADD, "metadata": {"slipway": {"safeToRepeat": True}}}
    run = prepared(house, ledger, text_of({"add": safe}), honours_key=False)
    assert killed_itself(house.worker(crash="call.after_send=kill"))
    house.worker()
    house.run_until(run, "succeeded")
    assert ledger.deliveries == 2


def test_recorded_steps_of_a_loop_are_not_repeated(house: House, ledger: Ledger) -> None:
    pause = {"if": "$index == 1", "wait": {"seconds": 8}}
    loop = {"for": {"in": "[range(3)]"}, "do": [{"add": ADD}, {"pause": pause}]}
    run = prepared(house, ledger, text_of({"all": loop}, {"look": LIST}))
    worker = house.worker()
    house.run_until(run, "waiting")
    worker.kill()
    worker.wait()
    house.worker()
    found = house.run_until(run, "succeeded")
    assert (ledger.deliveries, len(ledger.entries), len(set(ledger.keys))) == (3, 3, 3)
    assert len(found["output"]["items"]) == 3
    assert "ledger-key" not in str(found)


def test_an_orderly_stop_waits_for_the_answer_of_a_call_under_way(house: House, ledger: Ledger) -> None:
    ledger.delay_s = 3
    run = prepared(house, ledger, text_of({"add": ADD}, {"pause": {"wait": {"seconds": 1}}}), honours_key=False)
    worker = house.worker()
    until(lambda: ledger.deliveries == 1)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=PATIENCE_S) == 0
    assert house.act("show", run)["intents"][0][0] == "confirmed"
    house.worker()
    house.run_until(run, "succeeded")
    assert ledger.deliveries == 1
