"""Where the flow goes after a task."""

from dataclasses import dataclass
from typing import Any

CONTINUE, EXIT, END = "continue", "exit", "end"


@dataclass(frozen=True)
class Done:
    """A task's transformed output and its directive: ``continue``, ``exit``, ``end`` or the name of a task."""

    output: Any
    then: str = CONTINUE


type Task = dict[str, Any]


@dataclass(frozen=True)
class TaskList:
    """A ``do`` list: named tasks in order."""

    tasks: tuple[tuple[str, Task], ...]

    @classmethod
    def of(cls, items: list[dict[str, Task]]) -> "TaskList":
        """Read the DSL's list of one-key maps."""
        return cls(tuple(next(iter(item.items())) for item in items))

    def index_of(self, name: str) -> int | None:
        """Return the place of a task in this list, or None."""
        return next((index for index, (known, _) in enumerate(self.tasks) if known == name), None)
