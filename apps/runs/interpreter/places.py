"""Where in a document the interpreter is, and in which round of which loop."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any


@dataclass(frozen=True)
class Scope:
    """A list of tasks under way: its JSON pointer, the same with rounds, and the variables of loops and catches."""

    reference: str = ""
    path: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)

    def enter(self, key: str) -> "Scope":
        """Return the scope of the list under ``key``: ``do``, ``try``."""
        return replace(self, reference=f"{self.reference}/{key}", path=f"{self.path}/{key}")

    def binding(self, **variables: Any) -> "Scope":
        """Return the scope with more variables."""
        return replace(self, variables={**self.variables, **variables})

    def round(self, number: int) -> "Scope":
        """Return the scope of one round of a loop, counted from 1: ``/do/2/each[3]``."""
        return replace(self, path=f"{self.path}[{number}]")

    def task(self, index: int, name: str, visit: int) -> "Scope":
        """Return the scope of a task; a ``then`` that leads back to it makes later visits rounds of their own."""
        pointer = f"/{index}/{name.replace('~', '~0').replace('/', '~1')}"
        return replace(
            self,
            reference=self.reference + pointer,
            path=self.path + pointer + (f"[{visit}]" if visit > 1 else ""),
        )
