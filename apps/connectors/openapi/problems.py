"""What is wrong with a document, and where."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

type Json = Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One remark. ``path`` is a JSON pointer into the document, ``line`` and ``column`` count from 1 in the text.

    ``file`` is empty for the document itself.
    """

    message: str
    path: str = ""
    line: int | None = None
    column: int | None = None
    mend: str = ""
    file: str = ""

    @property
    def level(self) -> str:
        """How an editor marks the line."""
        return "error"

    @property
    def place(self) -> str:
        """Where, for a person: "line 12, column 3", "#/paths/~1orders/get", "schemas/order.yaml, line 3"."""
        line = f"line {self.line}" if self.line else f"#{self.path}" if self.path else ""
        column = f"column {self.column}" if self.line and self.column else ""
        return ", ".join(filter(None, (self.file, line, column)))

    @property
    def sentence(self) -> str:
        """Place, reason and remedy in one line."""
        told = f"{self.place}: {self.message}" if self.place else self.message
        return f"{told} {self.mend}".strip()

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


class Unreadable(Exception):
    """The text is not a document that can be built; ``problems`` say where and why.

    ``candidates`` are the files that could be the document, where nobody said which it is.
    """

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(problem.sentence for problem in problems))
        self.problems = problems
        self.candidates: tuple[str, ...] = ()


def escaped(key: str) -> str:
    """A key as a part of a JSON pointer."""
    return key.replace("~", "~0").replace("/", "~1")


def pointer(parts: Sequence[str | int]) -> str:
    """The JSON pointer of a path: ``/paths/~1orders/get``."""
    return "".join(f"/{escaped(str(part))}" for part in parts)
