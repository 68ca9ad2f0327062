"""What would an act on a release mean where it is installed and offered? Apps above know; they register sentences."""

from collections.abc import Callable
from enum import Enum, auto

from apps.releases.models import Release


class Act(Enum):
    """What somebody is about to do."""

    MAKE_LIVE = auto()
    WITHDRAW = auto()
    DEPRECATE = auto()
    UNDEPRECATE = auto()
    QUARANTINE = auto()
    UNQUARANTINE = auto()
    PAUSE = auto()
    RESUME = auto()


type Tell = Callable[[Act, Release], list[str]]

_tells: list[Tell] = []


def register_consequences(tell: Tell) -> None:
    """Register a function that says what an act would mean, in whole sentences. Call it in the app's ``ready``."""
    if tell not in _tells:
        _tells.append(tell)


def consequences(act: Act, release: Release) -> list[str]:
    """Return a sentence for everything that an act on a release would mean above."""
    return [sentence for tell in _tells for sentence in tell(act, release)]
