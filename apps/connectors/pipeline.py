"""The pipeline of a connector version: its steps, their order and the moves that are allowed."""

from dataclasses import dataclass
from typing import Literal

from apps.accounts.permissions import Verb
from apps.connectors.enums import Step, VersionState
from apps.environments.models import EnvironmentKind

type Progress = Literal["done", "failed", "next", "ahead"]

S = VersionState

AFTER: dict[Step, VersionState] = {
    Step.BUILD: S.BUILT,
    Step.SYNC_TO_DEV: S.SYNCED_TO_DEV,
    Step.TEST: S.TESTED,
    Step.SYNC_TO_PROD: S.SYNCED_TO_PROD,
    Step.RELEASE: S.RELEASED,
}
FAILED: dict[Step, VersionState] = {Step.BUILD: S.BUILD_FAILED, Step.TEST: S.TEST_FAILED}
# How many steps lie behind a version in each state.
DEPTH = {
    S.UPDATED: 0,
    S.BUILDING: 0,
    S.BUILD_FAILED: 0,
    S.BUILT: 1,
    S.SYNCED_TO_DEV: 2,
    S.TEST_FAILED: 2,
    S.TESTED: 3,
    S.SYNCED_TO_PROD: 4,
    S.RELEASED: 5,
}
ORDER = tuple(Step)
SYNCS = {EnvironmentKind.DEVELOPMENT: Step.SYNC_TO_DEV, EnvironmentKind.PRODUCTION: Step.SYNC_TO_PROD}

VERBS: dict[Step, Verb] = {
    Step.BUILD: Verb.DRAFT_EDIT,
    Step.SYNC_TO_DEV: Verb.DRAFT_EDIT,
    Step.TEST: Verb.DRAFT_EDIT,
    Step.SYNC_TO_PROD: Verb.RELEASE_MANAGE,
    Step.RELEASE: Verb.RELEASE_MANAGE,
}
"""Who may ask for a step."""

# The step in words: "asked to … Demo Shop v1 …", "Bea … Demo Shop v1 …".
ASKED: dict[Step, tuple[str, str]] = {
    Step.BUILD: ("build", ""),
    Step.SYNC_TO_DEV: ("sync", " to dev"),
    Step.TEST: ("test", ""),
    Step.SYNC_TO_PROD: ("sync", " to prod"),
    Step.RELEASE: ("release", ""),
}
DOING: dict[Step, str] = {
    Step.BUILD: "is building {}",
    Step.SYNC_TO_DEV: "is syncing {} to dev",
    Step.TEST: "is testing {}",
    Step.SYNC_TO_PROD: "is syncing {} to prod",
    Step.RELEASE: "is releasing {}",
}

UNBUILT = (1, "Build it first: the newest source and configuration have no build yet.")
UNTESTED = "The test has not passed yet. Test it first, or give a reason."
NEEDED: dict[Step, tuple[tuple[int, str], ...]] = {
    Step.SYNC_TO_DEV: (UNBUILT,),
    Step.TEST: (UNBUILT, (2, "Sync it to dev first: the test calls the API from there.")),
    Step.SYNC_TO_PROD: (UNBUILT, (3, UNTESTED)),
    Step.RELEASE: (UNBUILT, (4, "Sync it to prod first.")),
}


@dataclass(frozen=True, slots=True)
class Move:
    """Whether a step may be taken now. ``why_not`` is the sentence; ``with_reason``: a person may insist."""

    allowed: bool
    why_not: str = ""
    with_reason: bool = False


def move(state: VersionState, step: Step) -> Move:
    """Return whether ``step`` may follow ``state``. Building may always begin anew."""
    if step is Step.BUILD:
        return Move(True)
    if state is S.BUILDING:
        return Move(False, "The version is being built; wait for it to end.")
    if step is Step.RELEASE and state is S.RELEASED:
        return Move(False, "The newest build is released already.")
    for depth, why_not in NEEDED[step]:
        if DEPTH[state] < depth:
            return Move(False, why_not, with_reason=why_not is UNTESTED)
    return Move(True)


def state_after(state: VersionState, step: Step, *, succeeded: bool = True) -> VersionState:
    """Return the state after a step. Repeating an earlier step of the same build never takes progress back."""
    if not succeeded:
        return FAILED[step] if step is Step.BUILD or DEPTH[state] <= ORDER.index(Step.TEST) + 1 else state
    reached = AFTER[step]
    return reached if step is Step.BUILD or DEPTH[reached] > DEPTH[state] else state


def is_synced_anew(state: VersionState, *, chosen: bool, newest: bool) -> bool:
    """Tell whether a sync brings back a build beside the pipeline, whose state then stays as it is.

    ``chosen``: a person named the build. ``newest``: it is the newest one.
    """
    return not newest or (chosen and DEPTH[state] == 0)


def is_ready_for_test(state: VersionState) -> bool:
    """Tell whether the newest build was synced to dev, so that its test may call."""
    return DEPTH[state] >= DEPTH[S.SYNCED_TO_DEV]


def progress(state: VersionState, step: Step) -> Progress:
    """Return how a step of the strip looks in this state."""
    index = ORDER.index(step)
    if state == FAILED.get(step):
        return "failed"
    if index < DEPTH[state]:
        return "done"
    return "next" if index == DEPTH[state] else "ahead"
