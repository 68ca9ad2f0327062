"""The states and marks of a release: what each is called, how it looks, what it means, where it may go."""

from enum import StrEnum

from apps.core.badges import Badge


class State(StrEnum):
    """How far a release has come."""

    DRAFT = "draft"
    VERSION = "version"
    LIVE = "live"
    SUPERSEDED = "superseded"

    @property
    def badge(self) -> Badge:
        return _STATES[self]

    @property
    def label(self) -> str:
        return self.badge.label


class Mark(StrEnum):
    """What a person says about a release, beside its state."""

    NONE = "none"
    DEPRECATED = "deprecated"
    QUARANTINED = "quarantined"

    @property
    def badge(self) -> Badge:
        return _MARKS[self]

    @property
    def label(self) -> str:
        return self.badge.label


_STATES = {
    State.DRAFT: Badge("Draft", "A working copy that people edit; nothing runs from it directly.", "purple", "pencil"),
    State.VERSION: Badge("Version", "Frozen for good; the team may deploy it anywhere.", "blue", "tag"),
    State.LIVE: Badge("Live", "The version that new customer installs get by default.", "green", "broadcast"),
    State.SUPERSEDED: Badge("Superseded", "Was live until another version took its place.", "gray", "history"),
}

_MARKS = {
    Mark.NONE: Badge("Not marked", "Nobody has marked this release."),
    Mark.DEPRECATED: Badge("Deprecated", "Runs on where it runs, but nobody can pick it any more.", "amber", "archive"),
    Mark.QUARANTINED: Badge("Quarantined", "Dangerous: nothing starts from it or runs on it.", "red", "shield-x"),
}

LATEST = Badge("Latest", "The draft that saving and deploying go to.", "accent", "point")
PAUSED = Badge("Paused", "No run of this release starts until somebody resumes it.", "amber", "player-pause")
BINNED = Badge("In the bin", "Put away; it can be taken out again.", "red", "trash")

MOVES: dict[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.VERSION, State.LIVE}),
    State.VERSION: frozenset({State.LIVE}),
    State.LIVE: frozenset({State.SUPERSEDED, State.VERSION}),
    State.SUPERSEDED: frozenset({State.LIVE}),
}
