"""Calls that are tried again: when, how often, after how long, and when never."""

import time
from datetime import UTC, datetime

import pytest

from apps.connectors.calls.retries import Retries, asked_pause, pause_before
from apps.connectors.enums import RetryOn
from apps.infra.egress import DeadlinePassed, SendFailed
from tests.connectors.calling import called, plan_of, served
from tests.connectors.scripted import Reply, scripted

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
EVERY = Retries(3, frozenset(RetryOn.values))
THREE = {"attempts": 3, "on": list(RetryOn.values)}


def test_an_overloaded_server_is_asked_again_until_it_answers(db: None) -> None:
    with scripted(Reply(503), Reply(502), Reply(200, [1])) as api:
        result = called(plan_of(served(api, retries=THREE)))

    assert (result.status, result.body, result.tries, len(api.hits)) == (200, [1], 3, 3)
    assert result.response_masked["tries"] == 3


def test_the_last_answer_stands_when_the_tries_are_used_up(db: None) -> None:
    with scripted(Reply(503)) as api:
        result = called(plan_of(served(api, retries={"attempts": 1, "on": ["5xx"]})))

    assert (result.status, result.tries, len(api.hits)) == (503, 2, 2)


def test_retry_after_is_kept_to(db: None) -> None:
    with scripted(Reply(429, headers={"Retry-After": "1"}), Reply(200)) as api:
        result = called(plan_of(served(api, retries=THREE)))

    assert result.status == 200
    assert api.hits[1].at - api.hits[0].at >= 1.0


def test_an_api_that_asks_for_more_time_than_there_is_gets_no_further_call(db: None) -> None:
    with scripted(Reply(429, headers={"Retry-After": "60"}), Reply(200)) as api:
        result = called(plan_of(served(api, retries=THREE)))

    assert (result.status, len(api.hits)) == (429, 1)


def test_a_broken_connection_is_no_answer(db: None) -> None:
    with scripted(Reply(closes=True), Reply(200)) as api:
        result = called(plan_of(served(api, retries={"attempts": 2, "on": ["no_answer"]})))

    assert (result.status, result.tries) == (200, 2)


def test_without_an_answer_at_last_the_call_may_have_arrived(db: None) -> None:
    with scripted(Reply(closes=True)) as api:
        plan = plan_of(served(api, retries={"attempts": 1, "on": ["no_answer"]}))
        with pytest.raises(SendFailed) as failed:
            called(plan)

    assert (failed.value.maybe_sent, len(api.hits)) == (True, 2)


def test_all_tries_together_keep_to_the_time_limit(db: None) -> None:
    with scripted(Reply(503), Reply(200, takes_s=5)) as api:
        plan = plan_of(served(api, timeout_s=2, retries=THREE))
        started = time.monotonic()
        with pytest.raises(DeadlinePassed):
            called(plan)
        took = time.monotonic() - started

    assert len(api.hits) == 2
    assert took < 4


@pytest.mark.parametrize(("header", "key"), [("", "run-1"), ("Idempotency-Key", "")])
def test_what_changes_something_is_never_repeated_without_a_key(db: None, header: str, key: str) -> None:
    with scripted(Reply(503), Reply(201)) as api:
        plan = plan_of(served(api, header=header, retries=THREE), "createOrder", body={"item": "chair"})
        result = called(plan, key=key)

    assert (result.status, len(api.hits)) == (503, 1)


def test_with_a_key_that_the_api_knows_it_is_repeated_with_the_same_key(db: None) -> None:
    with scripted(Reply(503), Reply(201)) as api:
        plan = plan_of(served(api, header="Idempotency-Key", retries=THREE), "createOrder", body={"item": "chair"})
        result = called(plan, key="run-1:3")

    assert (result.status, [hit.headers["idempotency-key"] for hit in api.hits]) == (201, ["run-1:3", "run-1:3"])


@pytest.mark.parametrize("status", [400, 401, 404, 409])
def test_an_answer_that_will_not_change_is_not_asked_for_again(db: None, status: int) -> None:
    with scripted(Reply(status), Reply(200)) as api:
        assert called(plan_of(served(api, retries=THREE))).status == status

    assert len(api.hits) == 1


def test_pauses_grow_and_stay_below_their_cap() -> None:
    found = [pause_before(Retries(5, EVERY.on), tries=tries, left_s=60, status=503) for tries in range(1, 7)]

    caps = [0.5, 1.0, 2.0, 4.0, 8.0]
    assert found[5] is None
    assert all(pause is not None and cap / 2 <= pause <= cap for pause, cap in zip(found[:5], caps, strict=True))


@pytest.mark.parametrize(
    ("status", "on", "again"),
    [
        (None, {"no_answer"}, True),
        (None, {"5xx"}, False),
        (429, {"429"}, True),
        (429, {"5xx"}, False),
        (500, {"5xx"}, True),
        (599, {"5xx"}, True),
        (600, {"5xx"}, False),
        (499, {"429", "5xx"}, False),
    ],
)
def test_only_what_was_chosen_is_tried_again(status: int | None, on: set[str], again: bool) -> None:
    assert (pause_before(Retries(1, frozenset(on)), tries=1, left_s=60, status=status) is not None) is again


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("7", 7.0),
        (" 0 ", 0.0),
        ("Sat, 21 Nov 2026 12:00:30 GMT", 30.0),
        ("Sat, 21 Nov 2026 11:00:00 GMT", 0.0),
        ("", None),
        ("soon", None),
        ("-1", None),
        ("9" * 400, None),
    ],
)
def test_retry_after_is_seconds_or_a_moment(written: str, seconds: float | None) -> None:
    assert asked_pause(written, NOON) == seconds
