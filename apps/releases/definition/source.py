"""A document that has been read, and where its parts stand in the text."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

from .expressions import Expression, expressions
from .findings import Finding, Level
from .shapes import Json, leaves
from .steps import Step, TaskList, flattened, task_lists


@dataclass(frozen=True)
class Source:
    """Plain data of a definition; nothing is promised about its shape."""

    document: dict[str, Json]
    lines: dict[str, int] = field(default_factory=dict, repr=False)
    text: str = field(default="", repr=False)

    @cached_property
    def steps(self) -> list[Step]:
        """Every step in the order of the text, each followed by the steps inside it."""
        return flattened(self.document, self.lines)

    @cached_property
    def task_lists(self) -> list[TaskList]:
        return list(task_lists(self.document))

    @cached_property
    def leaves(self) -> list[tuple[str, Json]]:
        """Every scalar of the document with its JSON pointer, in the order of the text."""
        return list(leaves(self.document))

    @cached_property
    def expressions(self) -> list[Expression]:
        """Every jq expression of the document once, in no particular order."""
        return expressions(self.document)

    @cached_property
    def _paths(self) -> dict[str, str]:
        """The dotted path of each step by its pointer."""
        return {step.pointer: step.path for step in reversed(self.steps)}

    def line(self, path: str) -> int | None:
        """The line of the node, or of the nearest node around it that stands in the text."""
        while path and path not in self.lines:
            path = path.rpartition("/")[0]
        return self.lines.get(path)

    def step_at(self, path: str) -> str:
        """The dotted path of the innermost step that holds the node, or ""."""
        while path and path not in self._paths:
            path = path.rpartition("/")[0]
        return self._paths.get(path, "")

    def error(self, code: str, path: str, message: str, mend: str = "") -> Finding:
        return self._finding(Level.ERROR, code, path, message, mend)

    def warning(self, code: str, path: str, message: str, mend: str = "") -> Finding:
        return self._finding(Level.WARNING, code, path, message, mend)

    def _finding(self, level: Level, code: str, path: str, message: str, mend: str) -> Finding:
        return Finding(level, code, self.step_at(path), path, self.line(path), message, mend)
