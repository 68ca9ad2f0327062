"""What a state looks like: a word, a tone, an icon, and the sentence that explains it."""

from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

type Tone = Literal["gray", "accent", "green", "amber", "red", "blue", "purple"]


@dataclass(frozen=True, slots=True)
class Badge:
    """A state as people see it. ``meaning`` is one sentence that says what the word means for them."""

    label: str
    meaning: str = ""
    tone: Tone = "gray"
    icon: str = ""


@runtime_checkable
class HasBadge(Protocol):
    """A state that knows its badge, such as a member of an enum."""

    @property
    def badge(self) -> Badge: ...
