"""The states of a rollout and of its items, and how they follow one another."""

from django.db.models import TextChoices

from apps.core.badges import Badge


class RolloutState(TextChoices):
    """Where a rollout stands. ``MOVES`` says what may follow what."""

    RUNNING = "running", "Running"
    PAUSED = "paused", "Paused"
    CANCELLED = "cancelled", "Cancelled"
    FINISHED = "finished", "Finished"

    @property
    def badge(self) -> Badge:
        """How the state looks."""
        return _ROLLOUT_BADGES[self]

    @property
    def is_over(self) -> bool:
        """Nothing waits for a worker any more."""
        return self in (RolloutState.CANCELLED, RolloutState.FINISHED)

    def may_become(self, other: "RolloutState") -> bool:
        """Tell whether the other state may follow."""
        return other in MOVES[self]


class ItemState(TextChoices):
    """Where one instance of a rollout stands. Only a queued one is a worker's to take."""

    QUEUED = "queued", "Queued"
    SUCCEEDED = "succeeded", "Done"
    SKIPPED = "skipped", "Nothing to do"
    WAITING = "waiting", "Needs you"
    FAILED = "failed", "Failed"
    CANCELLED = "cancelled", "Cancelled"

    @property
    def badge(self) -> Badge:
        """How the state looks."""
        return _ITEM_BADGES[self]


MOVES: dict[RolloutState, frozenset[RolloutState]] = {
    RolloutState.RUNNING: frozenset({RolloutState.PAUSED, RolloutState.CANCELLED, RolloutState.FINISHED}),
    RolloutState.PAUSED: frozenset({RolloutState.RUNNING, RolloutState.CANCELLED}),
    RolloutState.FINISHED: frozenset({RolloutState.RUNNING}),
    RolloutState.CANCELLED: frozenset(),
}
RETRIED = (ItemState.FAILED, ItemState.WAITING)
"""What "try again" hands to the workers once more."""

_ROLLOUT_BADGES = {
    RolloutState.RUNNING: Badge("Running", "Workers update one instance after the other.", "accent", "player-play"),
    RolloutState.PAUSED: Badge(
        "Paused", "No further instance is touched until it is resumed.", "amber", "player-pause"
    ),
    RolloutState.CANCELLED: Badge(
        "Cancelled", "It was ended early; what was updated stays updated until it is put back.", "gray", "ban"
    ),
    RolloutState.FINISHED: Badge("Finished", "Every instance had its turn.", "green", "circle-check"),
}
_ITEM_BADGES = {
    ItemState.QUEUED: Badge("Queued", "A worker takes it as soon as it is its turn.", "gray", "clock"),
    ItemState.SUCCEEDED: Badge("Done", "The deployment was made, once.", "green", "circle-check"),
    ItemState.SKIPPED: Badge("Nothing to do", "It ran this version already.", "gray", "circle-check"),
    ItemState.WAITING: Badge("Needs you", "A person has to answer or choose something first.", "amber", "user"),
    ItemState.FAILED: Badge("Failed", "The deployment was refused; nothing was changed there.", "red", "circle-x"),
    ItemState.CANCELLED: Badge("Cancelled", "The rollout was cancelled before its turn.", "gray", "ban"),
}
