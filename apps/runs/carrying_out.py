"""The workflow of one run on the durable engine, and its effects."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from apps.connectors.calls import perform
from apps.core import clock
from apps.core.errors import Refused
from apps.infra.children import ExpressionFailed as JqFailed
from apps.infra.children import shared_pool
from apps.infra.crash import crash_point
from apps.infra.egress import EgressError
from apps.infra.jobs import durable, workers
from apps.infra.jobs.threads import in_database
from apps.runs import projection
from apps.runs.assignments import Assignment
from apps.runs.certainty import Move, next_move
from apps.runs.interpreter import Fault, Interpreter, Unsupported
from apps.runs.interpreter.effects import Answer, Call, CallFailed, ExpressionFailed, Step
from apps.runs.interpreter.problems import Problem, problem
from apps.runs.projection import RunOver
from apps.runs.sending import Errand, answer_of, errand_for, failure_of, maybe_arrived
from apps.runs.states import IntentState
from apps.runs.taking import take

log = logging.getLogger(__name__)

# Shorter waits are not worth saying that the run waits.
SHOWN_WAIT_S = 0.5

type Recorded = dict[str, Any]


async def carry_out(run_id: str) -> str:
    """Carry out a run from its start, or from its last recorded step. Never raises for what happens in the run."""
    assignment = await durable.write(take, run_id, workers.own_executor_id())
    if assignment is None:
        return "nothing to do"
    try:
        output, found = await _result(assignment)
        await durable.write(projection.finished, run_id, output=output, problem=found)
    except RunOver:
        return "over"
    return "failed" if found else "succeeded"


async def _result(assignment: Assignment) -> tuple[Any, Problem | None]:
    effects = DurableEffects(assignment)
    interpreter = Interpreter(assignment.document, effects, run_id=assignment.run_id, started_at=assignment.started_at)
    try:
        return await interpreter.run(assignment.input), None
    except (Fault, Unsupported) as ended:
        return None, ended.problem
    except RunOver:
        raise
    except Exception:
        log.exception("Run %s met an error of Slipway's own.", assignment.run_id)
        return None, problem("runtime", instance="/", detail="Slipway itself failed here; its log says how.")


class DurableEffects:
    """The world of a run that survives its worker: recorded calls and waits, rows for the page."""

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = assignment
        self.run_id = assignment.run_id
        self._moment = assignment.started_at

    def now(self) -> datetime:
        """The moment at which the last recorded effect ended."""
        return self._moment

    async def evaluate(self, program: str, value: Any, arguments: Mapping[str, Any]) -> Any:
        """Evaluate jq in a child that serves nobody else. Not recorded: it gives the same again."""
        try:
            return await shared_pool().evaluate(program, value, arguments, tenant=self.assignment.tenant)
        except JqFailed as failed:
            raise ExpressionFailed(failed.sentence) from None

    async def began(self, step: Step) -> None:
        """Show the step as running."""
        await durable.write(projection.step_began, self.run_id, step)

    async def ended(self, step: Step, *, result: Any = None, problem: Problem | None = None) -> None:
        """Show how the step ended."""
        await durable.write(projection.step_ended, self.run_id, step, result=result, problem=problem)

    async def skipped(self, step: Step) -> None:
        """Show that the step was skipped."""
        await durable.write(projection.step_skipped, self.run_id, step)

    async def wait(self, step: Step, seconds: float) -> None:
        """Sleep durably."""
        if seconds >= SHOWN_WAIT_S:
            await durable.write(projection.step_waits, self.run_id, step)
        await durable.sleep(seconds)
        self._moment += timedelta(seconds=seconds)
        if seconds >= SHOWN_WAIT_S:
            await durable.write(projection.step_goes_on, self.run_id, step)

    async def call(self, step: Step, call: Call) -> Answer:
        """Call once, and record what came of it."""

        async def one_call() -> Recorded:
            return await _CallUnderWay(self.assignment, step).recorded(call)

        recorded = await durable.recorded(f"call {step.path} {step.attempt}", one_call)
        if "over" in recorded:
            raise RunOver(self.run_id)
        self._moment = datetime.fromisoformat(recorded["at"])
        if failed := recorded.get("failed"):
            raise CallFailed(failed["kind"], failed["detail"], status=failed["status"])
        return Answer(**recorded["answer"])


class _CallUnderWay:
    """One call: intent, sending, and what to do where nobody knows whether it arrived."""

    def __init__(self, assignment: Assignment, step: Step) -> None:
        self.assignment = assignment
        self.run_id = assignment.run_id
        self.step = step

    async def recorded(self, call: Call) -> Recorded:
        """Return what is recorded: JSON data, whatever happened."""
        try:
            answer = await self._answer(call)
        except RunOver:
            return {"over": True}
        except CallFailed as failed:
            reason = {"kind": failed.kind, "detail": str(failed), "status": failed.status}
            return {"at": clock.now().isoformat(), "failed": reason}
        return {"at": clock.now().isoformat(), "answer": projection.answer_as_dict(answer)}

    async def _answer(self, call: Call) -> Answer:
        errand = await in_database(errand_for, self.assignment, self.step, call)
        if errand.manner.safe:
            await self._write(projection.call_requested, request=errand.request)
            return await self._sent(errand, self._answered)
        return await self._unsafe(errand)

    async def _unsafe(self, errand: Errand) -> Answer:
        intent = await self._write(projection.call_intended, key=errand.key, request=errand.request)
        crash_point("call.after_intent")
        state, resolution = intent.state, intent.resolution
        while True:
            move = next_move(state, resolution, errand.manner)
            try:
                if move is not Move.ASK:
                    return await self._done(move, errand, intent)
                resolution = await self._decision()
            except _Uncertain:
                resolution = ""
            state = IntentState.UNCERTAIN

    async def _done(self, move: Move, errand: Errand, intent: projection.IntentView) -> Answer:
        if move is Move.SEND:
            await self._write(projection.call_sent)
            return await self._sent(errand, self._settled)
        if move is Move.ACCEPT:
            return await self._accepted(errand)
        if move is Move.KEEP and intent.answer is not None:
            return Answer(**intent.answer)
        await self._settled(answer=None, response=None)
        raise CallFailed("communication", "It is not known whether the call arrived, and it counts as failed.")

    async def _sent(self, errand: Errand, keep: Callable[..., Awaitable[None]]) -> Answer:
        try:
            result = await perform(errand.plan, **errand.sending)
        except (EgressError, Refused) as error:
            if maybe_arrived(error) and not errand.manner.may_repeat:
                raise _Uncertain from error
            await keep(answer=None, response=None)
            raise failure_of(error) from None
        crash_point("call.after_send")
        answer = answer_of(result)
        await keep(answer=answer, response=result.response_masked)
        return answer

    async def _accepted(self, errand: Errand) -> Answer:
        """A person knows that the call was done; what it answered, nobody does."""
        asked = errand.request
        request = {"method": asked["method"].lower(), "uri": asked["url"], "headers": asked["headers"]}
        answer = Answer(status=200, headers={}, content=None, request=request)
        await self._settled(answer=answer, response=None)
        return answer

    async def _decision(self) -> str:
        await self._write(projection.call_uncertain)
        while not (decision := await self._write(projection.decision_on)):
            await durable.flights().parked(self.run_id)
        await self._write(projection.step_goes_on)
        return decision

    async def _answered(self, *, answer: Answer | None, response: dict[str, Any] | None) -> None:
        await self._write(projection.call_answered, response=response)

    async def _settled(self, *, answer: Answer | None, response: dict[str, Any] | None) -> None:
        await self._write(projection.call_settled, answer=answer, response=response)

    async def _write[R](self, work: Callable[..., R], **arguments: Any) -> R:
        return await durable.write(work, self.run_id, self.step, **arguments)


class _Uncertain(Exception):
    """The call got no answer, may have arrived, and must not be repeated without asking."""
