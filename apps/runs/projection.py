"""Writes what happens in a run to its rows, for pages and people.

Plain functions in the caller's transaction, each of them idempotent: a resumed run says everything again. They read
the time from ``clock.now()`` and raise ``RunOver`` where the run ended meanwhile, for instance by a person.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from apps.core import clock
from apps.runs.interpreter.effects import Answer, Step
from apps.runs.interpreter.problems import Problem
from apps.runs.models import CallIntent, Run, RunStep
from apps.runs.states import IntentState, RunState, StepState
from apps.runs.storable import storable


class RunOver(Exception):
    """The run ended while something still wanted to happen in it; nothing may."""


@dataclass(frozen=True)
class IntentView:
    """How far a call has come, as the row says."""

    state: IntentState
    resolution: str
    answer: dict[str, Any] | None


def step_began(run_id: str, step: Step) -> None:
    """A step with effects or steps of its own begins."""
    _under_way(run_id)
    _step_row(run_id, step, StepState.RUNNING)


def step_ended(run_id: str, step: Step, *, result: Any = None, problem: Problem | None = None) -> None:
    """A step ended with its result or with a problem."""
    _under_way(run_id)
    state = StepState.FAILED if problem else StepState.SUCCEEDED
    _end_step(_step_row(run_id, step, state), state, result=storable(result), error=storable(problem))


def step_skipped(run_id: str, step: Step) -> None:
    """A step's condition said no."""
    _under_way(run_id)
    _end_step(_step_row(run_id, step, StepState.SKIPPED), StepState.SKIPPED, result=None, error=None)


def step_waits(run_id: str, step: Step) -> None:
    """The run lets time pass."""
    _move(_under_way(run_id), RunState.WAITING)
    _steps(run_id, step).filter(finished_at=None).update(state=StepState.WAITING)


def step_goes_on(run_id: str, step: Step) -> None:
    """The wait, or a person's decision, is over."""
    _move(_under_way(run_id), RunState.RUNNING)
    _steps(run_id, step).filter(finished_at=None).update(state=StepState.RUNNING)


def call_requested(run_id: str, step: Step, request: dict[str, Any]) -> None:
    """A call is about to be sent; ``request`` is masked."""
    _under_way(run_id)
    _steps(run_id, step).update(request=storable(request))


def call_answered(run_id: str, step: Step, response: dict[str, Any] | None) -> None:
    """An answer came, masked; none for a call that got none."""
    _under_way(run_id)
    _steps(run_id, step).update(response=storable(response))


def call_intended(run_id: str, step: Step, *, key: str, request: dict[str, Any]) -> IntentView:
    """Write down that an unsafe call is about to be sent, or say how far an earlier worker came with it."""
    call_requested(run_id, step, request)
    intent, _ = CallIntent.objects.get_or_create(
        run_id=run_id, path=step.path, attempt=step.attempt, defaults={"key": key}
    )
    return IntentView(IntentState(intent.state), intent.resolution, intent.answer)


def call_sent(run_id: str, step: Step) -> None:
    """From here on the other side may have received the call."""
    _under_way(run_id)
    _intents(run_id, step).update(state=IntentState.SENT, sent_at=clock.now(), resolution="")


def call_settled(run_id: str, step: Step, *, answer: Answer | None, response: dict[str, Any] | None) -> None:
    """What came of the call is known: an answer, or certainty that it did not arrive or may be counted as failed."""
    call_answered(run_id, step, response)
    _intents(run_id, step).update(
        state=IntentState.CONFIRMED if answer else IntentState.FAILED,
        answer=storable(answer_as_dict(answer), limit=None) if answer else None,
        settled_at=clock.now(),
    )


def call_uncertain(run_id: str, step: Step) -> None:
    """Nobody knows whether the call arrived: a person must decide."""
    _move(_under_way(run_id), RunState.UNCERTAIN)
    _steps(run_id, step).filter(finished_at=None).update(state=StepState.UNCERTAIN)
    _intents(run_id, step).update(state=IntentState.UNCERTAIN)


def decision_on(run_id: str, step: Step) -> str:
    """Return what a person decided about an uncertain call, or an empty text."""
    _under_way(run_id)
    return str(_intents(run_id, step).values_list("resolution", flat=True).get())


def finished(run_id: str, *, output: Any = None, problem: Problem | None = None) -> None:
    """The run ended with its output or with a problem. A run that is over stays as it is."""
    run = Run.objects.select_for_update(no_key=True).get(pk=run_id)
    if run.status.is_over:
        return
    run.state = RunState.FAILED if problem else RunState.SUCCEEDED
    run.output, run.error, run.finished_at = storable(output, limit=None), storable(problem), clock.now()
    run.save(update_fields=["state", "output", "error", "finished_at"])
    run.steps.filter(finished_at=None).update(state=StepState.FAILED, finished_at=run.finished_at)


def answer_as_dict(answer: Answer) -> dict[str, Any]:
    """Return an answer as JSON data."""
    return {
        "status": answer.status,
        "headers": dict(answer.headers),
        "content": answer.content,
        "request": dict(answer.request),
    }


def _under_way(run_id: str) -> Run:
    run = Run.objects.select_for_update(no_key=True).only("state").get(pk=run_id)
    if run.status.is_over:
        raise RunOver(run_id)
    return run


def _move(run: Run, state: RunState) -> None:
    if run.status is not state:
        run.state = state
        run.save(update_fields=["state"])


def _steps(run_id: str, step: Step) -> QuerySet[RunStep]:
    return RunStep.objects.filter(run_id=run_id, path=step.path, attempt=step.attempt)


def _intents(run_id: str, step: Step) -> QuerySet[CallIntent]:
    return CallIntent.objects.filter(run_id=run_id, path=step.path, attempt=step.attempt)


def _step_row(run_id: str, step: Step, state: StepState) -> RunStep:
    row, _ = RunStep.objects.get_or_create(
        run_id=run_id,
        path=step.path,
        attempt=step.attempt,
        defaults={
            "sequence": step.sequence,
            "name": step.name,
            "kind": step.kind,
            "state": state,
            "started_at": clock.now(),
        },
    )
    return row


def _end_step(row: RunStep, state: StepState, **columns: Any) -> None:
    if row.finished_at is None:
        RunStep.objects.filter(pk=row.pk).update(state=state, finished_at=clock.now(), **columns)
