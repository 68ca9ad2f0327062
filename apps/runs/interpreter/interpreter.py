"""One execution of one document."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from apps.runs.interpreter import calls, composites, flow, simple
from apps.runs.interpreter.effects import Effects, Step
from apps.runs.interpreter.expressions import Evaluator
from apps.runs.interpreter.flow import Done, Task, TaskList
from apps.runs.interpreter.places import Scope
from apps.runs.interpreter.problems import Fault, Unsupported, problem
from apps.runs.interpreter.schemas import check
from apps.runs.interpreter.work import Work

MOST_STEPS = 10_000

KINDS = {
    "do": composites.do,
    "for": composites.for_each,
    "try": composites.try_catch,
    "switch": simple.switch,
    "set": simple.set_data,
    "raise": simple.raise_error,
    "wait": simple.wait,
    "call": calls.call,
}
NOT_YET = ("fork", "emit", "listen", "run")
# Steps whose beginning is worth a record of its own: they take time or hold other steps.
_LASTING = frozenset({"do", "for", "try", "wait", "call"})


class Interpreter:
    """Carries out a document. Use an instance for one run."""

    def __init__(self, document: Mapping[str, Any], effects: Effects, *, run_id: str, started_at: datetime) -> None:
        self.document = document
        self.effects = effects
        self.run_id = run_id
        self.started_at = started_at
        self.raw_input: Any = None
        self.context: Any = None
        self._sequence = 0
        self._attempts: Counter[str] = Counter()

    async def run(self, raw_input: Any) -> Any:
        """Return the workflow's output. Raises ``Fault`` for its own errors, ``Unsupported`` for what we lack."""
        self._refuse_timeout(self.document, "/")
        self.raw_input = raw_input
        evaluator = self.evaluator({}, reference="/")
        data_in = self.document.get("input") or {}
        check(data_in.get("schema"), raw_input, what="input", reference="/input/schema")
        data = raw_input
        if "from" in data_in:
            data = await evaluator.transformed(data_in["from"], data)
        self.context = data
        done = await self.run_list(TaskList.of(self.document["do"]), Scope().enter("do"), data)
        return await self._output(done.output)

    async def _output(self, output: Any) -> Any:
        data_out = self.document.get("output") or {}
        if "as" in data_out:
            output = await self.evaluator({}, reference="/output/as").transformed(data_out["as"], output)
        check(data_out.get("schema"), output, what="output", reference="/output/schema")
        return output

    async def run_list(self, tasks: TaskList, scope: Scope, data: Any) -> Done:
        """Carry out a list of tasks; the directive of the result is ``continue`` or ``end``."""
        visits: Counter[int] = Counter()
        index: int | None = 0
        while index is not None and index < len(tasks.tasks):
            name, task = tasks.tasks[index]
            visits[index] += 1
            done = await self._run_task(name, task, scope.task(index, name, visits[index]), data)
            data = done.output
            if done.then == flow.END:
                return done
            index = self._next(tasks, index, done.then, scope)
        return Done(data)

    @staticmethod
    def _next(tasks: TaskList, index: int, then: str, scope: Scope) -> int | None:
        if then == flow.CONTINUE:
            return index + 1
        if then == flow.EXIT:
            return None
        target = tasks.index_of(then)
        if target is None:
            detail = f"“then” leads to “{then}”, which is no task of this list."
            raise Fault(problem("configuration", instance=scope.reference, detail=detail))
        return target

    async def _run_task(self, name: str, task: Task, scope: Scope, raw: Any) -> Done:
        step = self._step(name, task, scope)
        self._refuse_timeout(task, scope.reference)
        described = self._described(step, task, raw)
        before = self.evaluator({**scope.variables, "task": described}, reference=scope.reference)
        if "if" in task and not await self._is_wanted(step, task, before, raw):
            return Done(raw)
        if step.kind in _LASTING:
            await self.effects.began(step)
        try:
            done = await self._carry_out(step, task, scope, described, raw)
        except Fault as fault:
            await self.effects.ended(step, problem=fault.problem)
            raise
        await self.effects.ended(step, result=done.output)
        return done

    async def _is_wanted(self, step: Step, task: Task, evaluator: Evaluator, raw: Any) -> bool:
        try:
            wanted = await evaluator.condition(task["if"], raw)
        except Fault as fault:
            await self.effects.ended(step, problem=fault.problem)
            raise
        if not wanted:
            await self.effects.skipped(step)
        return wanted

    async def _carry_out(self, step: Step, task: Task, scope: Scope, described: dict[str, Any], raw: Any) -> Done:
        variables = {**scope.variables, "task": described}
        data_in = task.get("input") or {}
        check(data_in.get("schema"), raw, what="input", reference=scope.reference)
        data = raw
        if "from" in data_in:
            data = await self.evaluator(variables, reference=scope.reference).transformed(data_in["from"], raw)
        variables["input"] = data
        done = await KINDS[step.kind](Work(self, step, task, scope, data, variables))
        if done.then == flow.END and step.kind in ("do", "for", "try"):
            return Done(done.output, flow.END)
        variables["task"] = {**described, "output": done.output}
        output = await self._flowed_out(task, scope, variables, done.output)
        return Done(output, done.then if done.then != flow.CONTINUE else task.get("then", flow.CONTINUE))

    async def _flowed_out(self, task: Task, scope: Scope, variables: dict[str, Any], output: Any) -> Any:
        evaluator = self.evaluator(variables, reference=scope.reference)
        data_out, export = task.get("output") or {}, task.get("export") or {}
        if "as" in data_out:
            output = await evaluator.transformed(data_out["as"], output)
        check(data_out.get("schema"), output, what="output", reference=scope.reference)
        if "as" in export:
            evaluator = self.evaluator({**variables, "output": output}, reference=scope.reference)
            context = await evaluator.transformed(export["as"], output)
            check(export.get("schema"), context, what="exported context", reference=scope.reference)
            self.context = context
        return output

    def evaluator(self, variables: Mapping[str, Any], *, reference: str) -> Evaluator:
        """Return the evaluator for a stage: the run's own arguments and the given variables."""
        known = {"context": self.context, "secrets": {}, "workflow": self._workflow(), "runtime": _RUNTIME}
        return Evaluator(self.effects, {**known, **variables}, reference)

    def _step(self, name: str, task: Task, scope: Scope) -> Step:
        kind = next((key for key in KINDS if key in task), None)
        # ``for`` and ``try`` tasks hold a ``do`` or ``catch`` beside their own key.
        kind = next((key for key in ("for", "try") if key in task), kind)
        if kind is None:
            lacking = next((key for key in NOT_YET if key in task), "this kind of task")
            raise Unsupported(f"“{lacking}”", scope.reference)
        self._sequence += 1
        if self._sequence > MOST_STEPS:
            detail = f"The run took more than {MOST_STEPS} steps."
            raise Fault(problem("runtime", instance=scope.reference, detail=detail))
        self._attempts[scope.path] += 1
        return Step(
            path=scope.path,
            reference=scope.reference,
            name=name,
            kind=kind,
            attempt=self._attempts[scope.path],
            sequence=self._sequence,
            metadata=task.get("metadata") or {},
        )

    def _described(self, step: Step, task: Task, raw: Any) -> dict[str, Any]:
        return {
            "name": step.name,
            "reference": step.reference,
            "definition": task,
            "input": raw,
            "output": None,
            "startedAt": _moment(self.effects.now()),
        }

    def _workflow(self) -> dict[str, Any]:
        return {
            "id": self.run_id,
            "definition": self.document,
            "input": self.raw_input,
            "startedAt": _moment(self.started_at),
        }

    @staticmethod
    def _refuse_timeout(holder: Mapping[str, Any], reference: str) -> None:
        if "timeout" in holder:
            raise Unsupported("“timeout”", reference)


_RUNTIME = {"name": "slipway", "version": "1", "metadata": {}}


def _moment(moment: datetime) -> dict[str, Any]:
    milliseconds = int(moment.timestamp() * 1000)
    return {
        "iso8601": moment.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "epoch": {"seconds": milliseconds // 1000, "milliseconds": milliseconds},
    }
