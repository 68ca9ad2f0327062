"""What a kind of task gets to do its work."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from apps.runs.interpreter.durations import seconds_of
from apps.runs.interpreter.effects import Effects, Step
from apps.runs.interpreter.expressions import Evaluator
from apps.runs.interpreter.flow import Done, Task, TaskList
from apps.runs.interpreter.places import Scope
from apps.runs.interpreter.problems import Fault, problem

if TYPE_CHECKING:
    from apps.runs.interpreter.interpreter import Interpreter


@dataclass(frozen=True)
class Work:
    """One task with its transformed input ``data`` and the variables that its expressions see."""

    run: "Interpreter"
    step: Step
    task: Task
    scope: Scope
    data: Any
    variables: Mapping[str, Any]

    @property
    def effects(self) -> Effects:
        """The world."""
        return self.run.effects

    @property
    def evaluator(self) -> Evaluator:
        """The evaluator of the task's own definition."""
        return self.run.evaluator(self.variables, reference=self.scope.reference)

    def binding(self, **variables: Any) -> "Work":
        """Return the work with more variables, for its expressions and for the tasks inside."""
        return replace(self, variables={**self.variables, **variables}, scope=self.scope.binding(**variables))

    async def run_list(self, tasks: list[dict[str, Task]], scope: Scope, data: Any) -> Done:
        """Carry out tasks inside this one."""
        return await self.run.run_list(TaskList.of(tasks), scope, data)

    def fault(self, kind: str, detail: str) -> Fault:
        """Return an error of a standard type that happened here."""
        return Fault(problem(kind, instance=self.scope.reference, detail=detail))

    def seconds_of(self, duration: Any) -> float:
        """Return the seconds of a duration, or fault where it is none."""
        try:
            return seconds_of(duration)
        except ValueError as error:
            raise self.fault("configuration", str(error)) from None

    def reusable(self, group: str, name: str) -> Any:
        """Return a component of ``use`` by its name, or fault where there is none."""
        components = (self.run.document.get("use") or {}).get(group) or {}
        if name not in components:
            raise self.fault("configuration", f"“{name}” is not among use.{group}.")
        return components[name]
