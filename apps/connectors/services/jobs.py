"""Steps of pipelines that people ask for: queued, taken by a worker, ended. Each version has one under way at a time.

A queued row is the outbox (see ``outbox.py``): workers take it, prepare its step and finish it. Everything here is
safe to repeat, because a worker may die at any moment and the next one begins where the database says.
"""

from typing import Any
from uuid import UUID

from django.db import IntegrityError

from apps.accounts.models import User
from apps.accounts.permissions import authorise
from apps.audit.actor import Actor, actor_of
from apps.audit.operations import operation
from apps.audit.refusals import record_refusal
from apps.connectors import pipeline, selectors
from apps.connectors.documents import SourceRefused
from apps.connectors.enums import JobState, Step, VersionState
from apps.connectors.models import Build, ConnectorVersion, PipelineJob
from apps.connectors.services.job_log import JobLog, add_line
from apps.connectors.services.locking import locked_version, refuse_binned
from apps.connectors.services.pipeline import WORKS
from apps.connectors.services.pipeline.work import Ending, keep_state
from apps.core import clock
from apps.core.errors import Conflict, Forbidden, Refused
from apps.infra.crash import crash_point

OWN_ERROR = "An unexpected error of Slipway itself stopped it. The log of the worker says more; try it again."


class _UnderWay(Exception):
    """The version has a job already: it was met under the lock, so nothing was written."""

    def __init__(self, job: PipelineJob) -> None:
        super().__init__(str(job))
        self.job = job


def request_step(
    *,
    by: User | Actor,
    version: ConnectorVersion,
    step: Step,
    build: Build | None = None,
    reason: str = "",
    retry_of: PipelineJob | None = None,
    executor_id: str = "",
) -> PipelineJob:
    """Ask for a step of the version's pipeline; a worker carries it out.

    Where the same step (with the same build) is under way already, that job is returned with ``is_joined`` set.
    ``build`` names what is synced, without one the newest. ``executor_id``: whoever asks carries it out itself, so no
    worker takes it. Raises ``Forbidden``, ``Refused`` where the step may not follow now, and ``Conflict`` while
    another step is under way.
    """
    authorise(by, pipeline.VERBS[step])
    try:
        return _queued(by, version, step, build=build, reason=reason, retry_of=retry_of, executor_id=executor_id)
    except _UnderWay as met:
        return _joined(met.job, version, step, build)
    except IntegrityError:
        # Somebody else was faster. The lock prevents it; the database keeps the promise all the same.
        job = selectors.job_under_way(version)
        if job is None:
            raise
        return _joined(job, version, step, build)


def retry_step(*, by: User | Actor, job: PipelineJob) -> PipelineJob:
    """Ask for the same once more: the same step, build and reason."""
    if not job.failed:
        raise Refused(f"{job} did not fail, so there is nothing to try again.")
    step = Step(job.step)
    build = job.build if step in pipeline.SYNCS.values() else None
    return request_step(by=by, version=job.version, step=step, build=build, reason=job.reason, retry_of=job)


def take(job_id: UUID | str, executor_id: str) -> PipelineJob | None:
    """Make the job this worker's, or take it up again; None where nothing is left to do. Call it in a transaction.

    Whoever asked must still have the right to.
    """
    job = locked(job_id)
    if job is None or not job.is_under_way:
        return None
    if not _may_go_on(job):
        return None
    add_line(job.pk, "The worker before ended in the middle; starting again." if job.started_at else "Started.")
    job.state, job.executor_id, job.started_at = JobState.RUNNING, executor_id, job.started_at or clock.now()
    job.save(update_fields=["state", "executor_id", "started_at"])
    return job


def prepare(job: PipelineJob) -> Any:
    """Do what takes time, outside of any transaction, and return it for ``finish``."""
    work = WORKS[Step(job.step)]
    return work.prepare(job, JobLog(job.pk).tell) if work.prepare else None


def finish(job_id: UUID | str, prepared: Any) -> None:
    """Change what the step changes and end the job, all in the caller's transaction. A job that is over stays so."""
    job = locked(job_id)
    if job is None or not job.is_under_way:
        return
    work = WORKS[Step(job.step)]
    with operation(work.verb, by=job.by, reason=job.reason) as op:
        op.about(job.version, within=job.version.connector)
        _end(job, work.finish(job, prepared, op))
        crash_point(f"pipeline.{job.step}.before_commit")


def fail(job_id: UUID | str, error: Refused | None = None) -> None:
    """End the job as failed: refused by a rule, or (without one) stopped by an error of ours."""
    job = locked(job_id)
    if job is not None and job.is_under_way:
        _fail(job, error)


def locked(job_id: UUID | str) -> PipelineJob | None:
    """Return the job with its version locked, always in that order; None where it is gone."""
    version = PipelineJob.objects.filter(pk=job_id).values("version")
    if ConnectorVersion.objects.select_for_update().filter(pk__in=version).first() is None:
        return None
    jobs = PipelineJob.objects.select_for_update(of=("self",))
    return jobs.select_related("version__connector", "build", "asked_by").get(pk=job_id)


def already(job: PipelineJob, by: User | Actor) -> str:
    """Return what to tell somebody who asked for what is under way."""
    who = "You asked for it already" if job.asked_by and job.asked_by == by else _doing(job, "it already")
    return f"{who}: this is that {Step(job.step).label.lower()}."


def _queued(
    by: User | Actor,
    version: ConnectorVersion,
    step: Step,
    *,
    build: Build | None,
    reason: str,
    retry_of: PipelineJob | None,
    executor_id: str,
) -> PipelineJob:
    with operation("connector_version.step_requested", by=by, reason=reason) as op:
        version = locked_version(version)
        deed, place = pipeline.ASKED[step]
        op.about(version, within=version.connector, deed=deed, place=place)
        if met := selectors.job_under_way(version):
            raise _UnderWay(met)
        chosen = WORKS[step].check(version, build, reason)
        job = PipelineJob.objects.create(
            version=version,
            step=step,
            state=JobState.RUNNING if executor_id else JobState.QUEUED,
            build=chosen,
            reason=reason.strip(),
            retry_of=retry_of,
            asked_by=by if isinstance(by, User) else None,
            asked_by_name=str(by),
            queued_at=clock.now(),
            executor_id=executor_id,
            state_before=version.state,
        )
        if step is Step.BUILD:
            version.state = VersionState.BUILDING
            version.save(update_fields=["state"])
    return job


def _joined(job: PipelineJob, version: ConnectorVersion, step: Step, build: Build | None) -> PipelineJob:
    wanted = build if build or step is Step.BUILD else selectors.newest_build(version)
    if (job.step, job.build_id) != (step, wanted.pk if wanted else None):
        raise Conflict(f"{_doing(job, str(version))}. Wait until that has ended, then try again.")
    job.is_joined = True
    return job


def _doing(job: PipelineJob, what: str) -> str:
    return f"{job.asked_by_name} {pipeline.DOING[Step(job.step)].format(what)}"


def _may_go_on(job: PipelineJob) -> bool:
    try:
        authorise(job.by, pipeline.VERBS[Step(job.step)])
        refuse_binned(job.version)
    except Refused as refused:
        if isinstance(refused, Forbidden):
            verb = WORKS[Step(job.step)].verb
            record_refusal(actor_of(job.by), verb=verb, target=job.version, sentence=refused.message)
        _fail(job, refused)
        return False
    return True


def _fail(job: PipelineJob, error: Refused | None) -> None:
    sentence, details = _told(error)
    step = Step(job.step)
    verb = "connector_version.build_failed" if step is Step.BUILD else "connector_version.step_failed"
    deed, place = pipeline.ASKED[step]
    with operation(verb, by=job.by) as op:
        op.about(job.version, within=job.version.connector, why=sentence, deed=deed, place=place)
        if job.version.state == VersionState.BUILDING:
            keep_state(job.version, _state_after_failure(job, error))
        _end(job, Ending(sentence, job.build, details, succeeded=False))


def _state_after_failure(job: PipelineJob, error: Refused | None) -> VersionState:
    """A source that cannot be built says so; whatever else stopped a build leaves the version as it was."""
    if isinstance(error, SourceRefused):
        return VersionState.BUILD_FAILED
    before = VersionState(job.state_before or VersionState.UPDATED)
    return VersionState.UPDATED if before is VersionState.BUILDING else before


def _told(error: Refused | None) -> tuple[str, list[Any]]:
    if error is None:
        return OWN_ERROR, []
    if isinstance(error, SourceRefused):
        return error.problems[0], [finding.as_dict() for finding in error.findings]
    return " ".join([error.message, *error.problems]), []


def _end(job: PipelineJob, ending: Ending) -> None:
    add_line(job.pk, ending.sentence)
    job.state = JobState.SUCCEEDED if ending.succeeded else JobState.FAILED
    job.build = ending.build or job.build
    job.sentence, job.details = ending.sentence, ending.details
    job.finished_at = clock.now()
    job.save(update_fields=["state", "build", "sentence", "details", "finished_at"])
