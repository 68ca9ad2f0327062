"""A worker takes a queued run, or takes it up again."""

import logging

from apps.audit.actor import actor_of
from apps.audit.refusals import record_refusal
from apps.core import clock
from apps.core.errors import Refused
from apps.releases import reading
from apps.releases.definition import DefinitionError
from apps.runs import projection
from apps.runs.assignments import Assignment, Pin
from apps.runs.interpreter.problems import problem
from apps.runs.models import Run
from apps.runs.rules import refuse_start
from apps.runs.states import RunState

log = logging.getLogger(__name__)


def take(run_id: str, executor_id: str) -> Assignment | None:
    """Make the run this worker's and return all it needs; None where nothing is left to do.

    A run that waited in the queue is checked once more: rights may have been taken away, the release quarantined.
    """
    run = (
        Run.objects.select_for_update(of=("self",), no_key=True)
        .select_related("release", "snapshot", "environment", "instance__customer", "started_by")
        .get(pk=run_id)
    )
    if run.status.is_over:
        return None
    if run.status is RunState.QUEUED and not _may_start(run):
        return None
    run.executor_id = executor_id
    run.started_at = run.started_at or clock.now()
    run.state = RunState.RUNNING if run.status is RunState.QUEUED else run.state
    run.save(update_fields=["executor_id", "started_at", "state"])
    return _assignment(run)


def _may_start(run: Run) -> bool:
    try:
        refuse_start(run)
    except Refused as refusal:
        record_refusal(actor_of(run.actor), verb="run.started", target=run, sentence=refusal.message)
        projection.finished(str(run.pk), problem=problem("authorization", instance="/", detail=refusal.message))
        return False
    return True


def _assignment(run: Run) -> Assignment | None:
    try:
        definition = reading.accepted(run.snapshot.text)
    except (DefinitionError, Refused) as error:
        log.warning("Run %s cannot be read.", run.pk)
        projection.finished(str(run.pk), problem=problem("configuration", instance="/", detail=str(error)))
        return None
    return Assignment(
        run_id=str(run.pk),
        document=definition.document,
        input=run.input,
        started_at=run.started_at or clock.now(),
        environment_id=run.environment_id,
        customer_id=run.instance.customer_id if run.instance else None,
        pins={slot: Pin.from_dict(stored) for slot, stored in run.pinned["slots"].items()},
        safe_to_repeat=definition.safe_to_repeat,
    )
