"""Closed lists of the runs app: what each state means, how it looks, where it may go. Pure."""

from django.db.models import TextChoices

from apps.core.badges import Badge


class RunState(TextChoices):
    """How a run stands."""

    QUEUED = "queued", "Queued"
    RUNNING = "running", "Running"
    WAITING = "waiting", "Waiting"
    SUCCEEDED = "succeeded", "Succeeded"
    FAILED = "failed", "Failed"
    UNCERTAIN = "uncertain", "Uncertain"
    CANCELLED = "cancelled", "Cancelled"

    @property
    def badge(self) -> Badge:
        """How the state looks, with its meaning in one sentence."""
        return _RUNS[self]

    @property
    def is_over(self) -> bool:
        """Nothing happens to the run any more."""
        return self in OVER


class RunKind(TextChoices):
    """What started a run."""

    MANUAL = "manual", "By hand"
    SCHEDULE = "schedule", "By schedule"
    TEST = "test", "Test run"
    RETRY = "retry", "Retry"


class StepState(TextChoices):
    """How a step stands."""

    RUNNING = "running", "Running"
    WAITING = "waiting", "Waiting"
    SUCCEEDED = "succeeded", "Succeeded"
    FAILED = "failed", "Failed"
    UNCERTAIN = "uncertain", "Uncertain"
    SKIPPED = "skipped", "Skipped"

    @property
    def badge(self) -> Badge:
        """How the state looks, with its meaning in one sentence."""
        return _STEPS[self]


class IntentState(TextChoices):
    """How far a call that must not happen twice has come."""

    INTENT = "intent", "About to be sent"
    SENT = "sent", "Sent"
    UNCERTAIN = "uncertain", "Nobody knows"
    CONFIRMED = "confirmed", "Answered"
    FAILED = "failed", "Failed"


class Resolution(TextChoices):
    """What a person decides about a call whose outcome is unknown."""

    DONE = "done", "It was done"
    REPEAT = "repeat", "Send it again"
    FAIL = "fail", "Let the step fail"


class SlotState(TextChoices):
    """What became of a time at which a schedule was due."""

    STARTED = "started", "Started a run"
    MISSED = "missed", "Missed"
    PAUSED = "paused", "Paused"
    REFUSED = "refused", "Refused"


UNDER_WAY = frozenset({RunState.RUNNING, RunState.WAITING, RunState.UNCERTAIN})
OVER = frozenset({RunState.SUCCEEDED, RunState.FAILED, RunState.CANCELLED})

MOVES: dict[RunState, frozenset[RunState]] = {
    RunState.QUEUED: frozenset({RunState.RUNNING, RunState.FAILED, RunState.CANCELLED}),
    RunState.RUNNING: frozenset({RunState.WAITING, RunState.UNCERTAIN, *OVER}),
    RunState.WAITING: frozenset({RunState.RUNNING, RunState.FAILED, RunState.CANCELLED}),
    RunState.UNCERTAIN: frozenset({RunState.RUNNING, RunState.FAILED, RunState.CANCELLED}),
    RunState.SUCCEEDED: frozenset(),
    RunState.FAILED: frozenset(),
    RunState.CANCELLED: frozenset(),
}

_RUNS = {
    RunState.QUEUED: Badge("Queued", "Waits for a worker to take it.", "gray", "clock"),
    RunState.RUNNING: Badge("Running", "A worker carries it out now.", "blue", "loader-2"),
    RunState.WAITING: Badge("Waiting", "Lets time pass before its next step.", "blue", "hourglass"),
    RunState.SUCCEEDED: Badge("Succeeded", "Every step was done.", "green", "circle-check"),
    RunState.FAILED: Badge("Failed", "A step ended in an error that nothing caught.", "red", "circle-x"),
    RunState.UNCERTAIN: Badge(
        "Uncertain", "Nobody knows whether a call arrived; a person must say how to go on.", "amber", "help-circle"
    ),
    RunState.CANCELLED: Badge("Cancelled", "Somebody stopped it before its end.", "gray", "ban"),
}

_STEPS = {
    StepState.RUNNING: Badge("Running", "Is being done now.", "blue", "loader-2"),
    StepState.WAITING: Badge("Waiting", "Lets time pass.", "blue", "hourglass"),
    StepState.SUCCEEDED: Badge("Succeeded", "Was done.", "green", "circle-check"),
    StepState.FAILED: Badge("Failed", "Ended in an error.", "red", "circle-x"),
    StepState.UNCERTAIN: Badge("Uncertain", "Nobody knows whether the call arrived.", "amber", "help-circle"),
    StepState.SKIPPED: Badge("Skipped", "Its condition said no.", "gray", "player-skip-forward"),
}
