"""What a comparison finds: one change, and how much it matters to whoever calls the API."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    """How much a change matters to a caller; the first is the worst."""

    BREAKING = "breaking"
    MAY_BREAK = "may_break"
    COMPATIBLE = "compatible"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return _RANKS[self]


_RANKS = {level: number for number, level in enumerate(Level)}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two documents.

    ``method`` ("GET") and ``path`` ("/orders/{id}", as the new document writes it) are empty for changes of the whole
    document; ``operation_id`` is the new document's, else the old one's. ``place`` says where in the operation.
    """

    rule: str
    level: Level
    sentence: str
    method: str = ""
    path: str = ""
    operation_id: str = ""
    place: str = ""

    def as_dict(self) -> dict[str, str]:
        """JSON data."""
        return {**asdict(self), "level": self.level.value}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Change":
        """The change that ``as_dict`` wrote."""
        return cls(**{**data, "level": Level(data["level"])})


def worst(changes: Iterable[Change]) -> Level | None:
    """The worst level among ``changes``; none if there is no change."""
    return min((change.level for change in changes), key=lambda level: level.rank, default=None)
