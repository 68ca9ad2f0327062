"""Carries out a run at once, in the caller's thread and transaction: for the demo company's past, and for tests.

The same interpreter, calls and rows as on a worker, without the durable engine: what fails here is not taken up again.
Waits take no time; the clock moves on by them until the run is over.
"""

from collections.abc import Coroutine, Mapping
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any

from apps.connectors.calls import perform_now
from apps.core import clock
from apps.core.errors import Refused
from apps.infra.children import ExpressionFailed as JqFailed
from apps.infra.children import shared_pool
from apps.infra.egress import EgressError
from apps.runs import projection
from apps.runs.assignments import Assignment
from apps.runs.interpreter import Fault, Interpreter, Unsupported
from apps.runs.interpreter.effects import Answer, Call, ExpressionFailed, Step
from apps.runs.interpreter.problems import Problem
from apps.runs.models import Run
from apps.runs.sending import Errand, answer_of, errand_for, failure_of
from apps.runs.taking import take

EXECUTOR = "in process"


def carry_out_now(run: Run) -> Run:
    """Carry out a queued run to its end and return it as it is then. Errors of Slipway's own are raised."""
    run_id = str(run.pk)
    if assignment := take(run_id, EXECUTOR):
        with ExitStack() as later:
            output, found = _result(assignment, later)
            projection.finished(run_id, output=output, problem=found)
    run.refresh_from_db()
    return run


def _result(assignment: Assignment, later: ExitStack) -> tuple[Any, Problem | None]:
    effects = ImmediateEffects(assignment, later)
    interpreter = Interpreter(assignment.document, effects, run_id=assignment.run_id, started_at=assignment.started_at)
    try:
        return _at_once(interpreter.run(assignment.input)), None
    except (Fault, Unsupported) as ended:
        return None, ended.problem


def _at_once[T](work: Coroutine[Any, Any, T]) -> T:
    """Return what the coroutine returns. None of its effects ever suspends it, so it needs no event loop."""
    try:
        work.send(None)
    except StopIteration as ended:
        result: T = ended.value
        return result
    work.close()
    raise RuntimeError("A run that is carried out at once must not wait for anything.")


class ImmediateEffects:
    """The world of a run that nobody waits for. ``later`` holds the clock's shifts until the run is over."""

    def __init__(self, assignment: Assignment, later: ExitStack) -> None:
        self.assignment = assignment
        self.run_id = assignment.run_id
        self._later = later

    def now(self) -> datetime:
        """The moment by the shifted clock."""
        return clock.now()

    async def evaluate(self, program: str, value: Any, arguments: Mapping[str, Any]) -> Any:
        """Evaluate jq in a child that serves nobody else."""
        try:
            return shared_pool().evaluate_now(program, value, arguments, tenant=self.assignment.tenant)
        except JqFailed as failed:
            raise ExpressionFailed(failed.sentence) from None

    async def began(self, step: Step) -> None:
        """Show the step as running."""
        projection.step_began(self.run_id, step)

    async def ended(self, step: Step, *, result: Any = None, problem: Problem | None = None) -> None:
        """Show how the step ended."""
        projection.step_ended(self.run_id, step, result=result, problem=problem)

    async def skipped(self, step: Step) -> None:
        """Show that the step was skipped."""
        projection.step_skipped(self.run_id, step)

    async def wait(self, step: Step, seconds: float) -> None:
        """Move the clock on."""
        self._later.enter_context(clock.shifted_to(clock.now() + timedelta(seconds=seconds)))

    async def call(self, step: Step, call: Call) -> Answer:
        """Call once. A call without an answer counts as failed: nobody is there to be asked."""
        errand = errand_for(self.assignment, step, call)
        if errand.manner.safe:
            projection.call_requested(self.run_id, step, request=errand.request)
        else:
            projection.call_intended(self.run_id, step, key=errand.key, request=errand.request)
            projection.call_sent(self.run_id, step)
        return self._sent(errand, step)

    def _sent(self, errand: Errand, step: Step) -> Answer:
        try:
            result = perform_now(errand.plan, **errand.sending)
        except (EgressError, Refused) as error:
            self._keep(errand, step, answer=None, response=None)
            raise failure_of(error) from None
        answer = answer_of(result)
        self._keep(errand, step, answer=answer, response=result.response_masked)
        return answer

    def _keep(self, errand: Errand, step: Step, *, answer: Answer | None, response: dict[str, Any] | None) -> None:
        if errand.manner.safe:
            projection.call_answered(self.run_id, step, response=response)
        else:
            projection.call_settled(self.run_id, step, answer=answer, response=response)
