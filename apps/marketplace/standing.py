"""How an installed integration stands, in words that its owner understands. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from apps.core.badges import Badge


class Word(StrEnum):
    """The one word for it."""

    RUNNING = "running"
    PAUSED = "paused"
    NEEDS_YOU = "needs you"

    @property
    def badge(self) -> Badge:
        """How the word looks."""
        return _BADGES[self]


_BADGES = {
    Word.RUNNING: Badge("Running", "It does its work.", "green", "circle-check"),
    Word.PAUSED: Badge("Paused", "Nothing runs until it is resumed.", "gray", "player-pause"),
    Word.NEEDS_YOU: Badge("Needs you", "It cannot do its work until somebody has a look.", "red", "alert-circle"),
}
UPDATE = Badge("Update available", "A newer version is offered. Nothing changes before you update.", "blue", "sparkles")


@dataclass(frozen=True)
class Facts:
    """What decides. ``broken``: names of connections that do not work. ``failure``: why the last run failed, or ""."""

    is_paused: bool = False
    is_stopped: bool = False
    broken: Sequence[str] = ()
    is_uncertain: bool = False
    failure: str = ""


@dataclass(frozen=True)
class Standing:
    """The word, and the sentence that says why and what to do; "" where there is nothing to say."""

    word: Word
    sentence: str = ""


def standing_of(facts: Facts) -> Standing:
    """Say how an integration stands; what keeps it from working comes first."""
    if facts.is_stopped:
        return Standing(
            Word.PAUSED, "Our team has stopped this version. It goes on with an update, or when we resume it."
        )
    if facts.is_paused:
        return Standing(Word.PAUSED, "Nothing runs until it is resumed.")
    if facts.broken:
        names = " and ".join(f"“{name}”" for name in facts.broken)
        verb = "does" if len(facts.broken) == 1 else "do"
        return Standing(Word.NEEDS_YOU, f"{names} {verb} not let us in any more. Enter the access details again.")
    if facts.is_uncertain:
        return Standing(Word.NEEDS_YOU, "A run was cut off, and nobody knows whether its last message arrived.")
    if facts.failure:
        return Standing(Word.NEEDS_YOU, f"The last run did not finish. {facts.failure}")
    return Standing(Word.RUNNING)
