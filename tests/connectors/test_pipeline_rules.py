"""Which step may follow which state, without a database."""

import pytest

from apps.connectors.enums import Step, VersionState
from apps.connectors.pipeline import is_synced_anew, move, progress, state_after

WAY = [
    (Step.BUILD, VersionState.BUILT),
    (Step.SYNC_TO_DEV, VersionState.SYNCED_TO_DEV),
    (Step.TEST, VersionState.TESTED),
    (Step.SYNC_TO_PROD, VersionState.SYNCED_TO_PROD),
    (Step.RELEASE, VersionState.RELEASED),
]


def test_the_way_leads_from_updated_to_released() -> None:
    state = VersionState.UPDATED
    for step, reached in WAY:
        assert move(state, step).allowed
        assert progress(state, step) == "next"
        state = state_after(state, step)
        assert state is reached
    assert [progress(state, step) for step in Step] == ["done"] * 5


@pytest.mark.parametrize("state", VersionState)
def test_building_is_always_possible(state: VersionState) -> None:
    assert move(state, Step.BUILD).allowed


@pytest.mark.parametrize("step", [Step.SYNC_TO_DEV, Step.TEST, Step.SYNC_TO_PROD, Step.RELEASE])
@pytest.mark.parametrize("state", [VersionState.UPDATED, VersionState.BUILD_FAILED, VersionState.BUILDING])
def test_nothing_but_building_follows_a_change(state: VersionState, step: Step) -> None:
    assert not move(state, step).allowed


def test_production_without_a_test_takes_a_reason() -> None:
    for state in (VersionState.BUILT, VersionState.SYNCED_TO_DEV, VersionState.TEST_FAILED):
        assert move(state, Step.SYNC_TO_PROD).with_reason


def test_repeating_an_earlier_step_keeps_the_progress() -> None:
    assert state_after(VersionState.RELEASED, Step.SYNC_TO_DEV) is VersionState.RELEASED
    assert state_after(VersionState.RELEASED, Step.TEST, succeeded=False) is VersionState.RELEASED


def test_a_failed_step_has_its_own_state() -> None:
    assert state_after(VersionState.BUILDING, Step.BUILD, succeeded=False) is VersionState.BUILD_FAILED
    assert state_after(VersionState.TESTED, Step.TEST, succeeded=False) is VersionState.TEST_FAILED
    assert progress(VersionState.TEST_FAILED, Step.TEST) == "failed"


@pytest.mark.parametrize(
    ("state", "chosen", "newest", "anew"),
    [
        (VersionState.BUILT, False, True, False),
        (VersionState.BUILT, True, True, False),
        (VersionState.BUILT, True, False, True),
        (VersionState.UPDATED, True, True, True),
        (VersionState.UPDATED, False, True, False),
        (VersionState.RELEASED, True, False, True),
    ],
)
def test_a_build_beside_the_pipeline_leaves_it_where_it_is(
    state: VersionState, chosen: bool, newest: bool, anew: bool
) -> None:
    assert is_synced_anew(state, chosen=chosen, newest=newest) is anew
