"""What is sent again and what is asked, the durations and addresses of the DSL: tables and properties."""

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.runs.certainty import Manner, Move, is_safe_to_repeat, key_of, next_move
from apps.runs.interpreter.durations import seconds_of
from apps.runs.interpreter.problems import BASE, matches
from apps.runs.interpreter.uris import expanded
from apps.runs.states import IntentState
from apps.runs.storable import LIMIT, storable

DARING = Manner(safe=False, honours_key=False, declared=False)
KEYED = Manner(safe=False, honours_key=True, declared=False)


@pytest.mark.parametrize(
    ("state", "resolution", "manner", "move"),
    [
        (IntentState.INTENT, "", DARING, Move.SEND),
        (IntentState.SENT, "", DARING, Move.ASK),
        (IntentState.SENT, "", KEYED, Move.SEND),
        (IntentState.SENT, "", Manner(safe=False, honours_key=False, declared=True), Move.SEND),
        (IntentState.UNCERTAIN, "", DARING, Move.ASK),
        (IntentState.UNCERTAIN, "done", DARING, Move.ACCEPT),
        (IntentState.UNCERTAIN, "repeat", DARING, Move.SEND),
        (IntentState.UNCERTAIN, "fail", DARING, Move.FAIL),
        (IntentState.CONFIRMED, "", DARING, Move.KEEP),
        (IntentState.FAILED, "", KEYED, Move.KEEP),
    ],
)
def test_what_happens_to_a_call_that_has_come_so_far(
    state: IntentState, resolution: str, manner: Manner, move: Move
) -> None:
    assert next_move(state, resolution, manner) is move


def test_a_step_declares_for_itself_and_the_document_for_the_rest() -> None:
    assert is_safe_to_repeat({"slipway": {"safeToRepeat": False}}, otherwise=True) is False
    assert is_safe_to_repeat({}, otherwise=True) is True
    assert is_safe_to_repeat({"slipway": "?"}, otherwise=False) is False


def test_a_key_belongs_to_a_run_and_a_round() -> None:
    keys = {key_of(run, path) for run in "ab" for path in ("/do/0/all[1]/do/0/add", "/do/0/all[2]/do/0/add")}
    assert len(keys) == 4
    assert key_of("a", "x") == key_of("a", "x")


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [
        ({"minutes": 2, "seconds": 30}, 150),
        ({"days": 1, "milliseconds": 500}, 86_400.5),
        ("PT15M", 900),
        ("P1DT2H3.5S", 93_603.5),
        ("P2W", 1_209_600),
    ],
)
def test_durations(duration: object, seconds: float) -> None:
    assert seconds_of(duration) == seconds


@pytest.mark.parametrize(
    "duration", [{}, {"weeks": 1}, {"seconds": -1}, {"seconds": True}, "P", "P1M", "soon", 5, None]
)
def test_what_is_no_duration_is_refused(duration: object) -> None:
    with pytest.raises(ValueError, match=r"\S"):
        seconds_of(duration)


@given(st.text())
def test_no_value_changes_host_or_depth_of_an_address(value: str) -> None:
    try:
        uri = expanded("https://api.test/contacts/{id}/notes?source={id}", {"id": value})
    except (ValueError, UnicodeEncodeError):
        return
    parts = urlsplit(uri)
    assert (parts.scheme, parts.netloc, parts.fragment) == ("https", "api.test", "")
    assert len(parts.path.split("/")) == 4


def test_the_spellings_of_an_error_type_are_one() -> None:
    found = {"type": BASE + "timeout", "status": 408}
    for spelling in (
        "https://open-workflow-specification.org/dsl/errors/types/timeout",
        "https://serverlessworkflow.io/spec/1.0.0/errors/timeout",
    ):
        assert matches(found, {"type": spelling})
    assert not matches(found, {"type": BASE + "communication"})


def test_large_data_are_kept_as_their_beginning() -> None:
    kept = storable({"a": "x" * LIMIT})
    assert len(kept["shortened"]) < LIMIT
    assert storable([1, "a", None]) == [1, "a", None]
