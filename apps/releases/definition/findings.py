"""What a reader or a linter has to say about a definition, and where."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Level(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark: what is wrong, where, and how to mend it.

    `step` is the dotted path of the step ("forEachOrder.upsertContact") or "", `path` the JSON pointer of
    the node, `line` and `column` count from 1 in the text as typed.
    """

    level: Level
    code: str
    step: str
    path: str
    line: int | None
    message: str
    mend: str = ""
    column: int | None = None

    @property
    def is_error(self) -> bool:
        return self.level is Level.ERROR

    @property
    def place(self) -> str:
        """Where, for a person: "line 12, column 3"."""
        if self.line is None:
            return ""
        return f"line {self.line}" + (f", column {self.column}" if self.column else "")

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Finding:
        return cls(**{**data, "level": Level(data["level"])})


class DefinitionError(Exception):
    """The text cannot be read as a definition; `findings` say where and why."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("; ".join(_told(finding) for finding in self.findings))


def _told(finding: Finding) -> str:
    return f"{finding.message} ({finding.place})" if finding.place else finding.message


def did_you_mean(name: str, known: Iterable[str], otherwise: str = "") -> str:
    """'Did you mean listOrders?' when a known name is near, else the sentence given."""
    names = {each.lower(): each for each in known}
    near = difflib.get_close_matches(name.lower(), names, n=1, cutoff=0.6)
    return f"Did you mean “{names[near[0]]}”?" if near else otherwise
