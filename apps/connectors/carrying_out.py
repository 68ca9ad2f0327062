"""The workflow of one step of a pipeline on the durable engine."""

import logging
from datetime import timedelta
from typing import Any, NoReturn

from apps.connectors.enums import JobState, Step
from apps.connectors.models import PipelineJob
from apps.connectors.services import at_once, jobs
from apps.connectors.services.pipeline import WORKS
from apps.core import clock
from apps.core.errors import Refused
from apps.infra.crash import crash_point
from apps.infra.jobs import durable, engine, workers
from apps.infra.jobs.threads import aside

log = logging.getLogger(__name__)

SETTLED_FOR = timedelta(seconds=60)
# No worker holds such a job; whoever does is done by then, or gone.
AT_ONCE_FOR = timedelta(minutes=10)
INTERRUPTED = "It was interrupted and cannot go on: its journal has ended or is gone. Try it again."

type Recorded = dict[str, Any]


async def carry_out(job_id: str) -> str:
    """Carry out a job from its start, or again after its worker died. Never raises for what happens in it."""
    job = await durable.write(jobs.take, job_id, workers.own_executor_id())
    if job is None:
        return "nothing to do"
    crash_point(f"pipeline.{job.step}.taken")
    try:
        prepared = await _prepared(job)
        crash_point(f"pipeline.{job.step}.prepared")
        await durable.write(jobs.finish, job_id, prepared)
        crash_point(f"pipeline.{job.step}.after_commit")
    except Refused as refused:
        await durable.write(jobs.fail, job_id, refused)
    except Exception:
        log.exception("The pipeline job %s met an error of Slipway's own.", job_id)
        await durable.write(jobs.fail, job_id)
    return "done"


def reconcile() -> int:
    """Fail jobs that say they run although nobody carries them out any more. Return how many."""
    lost = [*_without_workflow(), *_left_in_process()]
    for pk in lost:
        workers.fenced(jobs.fail, pk, Refused(INTERRUPTED))
    return len(lost)


async def _prepared(job: PipelineJob) -> Any:
    if not WORKS[Step(job.step)].is_recorded:
        async with durable.flights().one():
            return await _aside(job)

    async def once() -> Recorded:
        try:
            return {"prepared": await _aside(job)}
        except Refused as refused:
            return {"refused": " ".join([refused.message, *refused.problems])}

    recorded = await durable.recorded(job.step, once)
    if sentence := recorded.get("refused"):
        raise Refused(sentence)
    return recorded["prepared"]


async def _aside(job: PipelineJob) -> Any:
    """Prepare in a thread of its own: a build takes seconds, and a test waits for somebody else's server."""
    try:
        return await aside(jobs.prepare, job)
    except workers.TakenOver:
        return await _taken_over()


async def _taken_over() -> NoReturn:
    durable.flights().lost.set()
    await durable.stand_still()


def _without_workflow() -> list[str]:
    running = PipelineJob.objects.filter(state=JobState.RUNNING, started_at__lt=clock.now() - SETTLED_FOR)
    ids = [str(pk) for pk in running.exclude(executor_id=at_once.EXECUTOR).values_list("pk", flat=True)]
    alive = engine.under_way(ids) if ids else set()
    return [job_id for job_id in ids if job_id not in alive]


def _left_in_process() -> list[str]:
    old = PipelineJob.objects.filter(state=JobState.RUNNING, executor_id=at_once.EXECUTOR)
    return [str(pk) for pk in old.filter(queued_at__lt=clock.now() - AT_ONCE_FOR).values_list("pk", flat=True)]
