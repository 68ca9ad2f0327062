"""Pipeline steps carried out at once, in the caller's process: for the demo company's past, for shells and for tests.

The same request, the same steps and rows as on a worker, without the durable engine: what fails here is raised, too.
"""

from apps.accounts.models import User
from apps.audit.actor import Actor
from apps.connectors.enums import Step
from apps.connectors.models import Build, ConnectorVersion, PipelineJob, Sync
from apps.connectors.pipeline import SYNCS
from apps.connectors.services import jobs
from apps.core.errors import Conflict, Refused
from apps.environments.models import EnvironmentKind
from apps.infra.jobs import workers

EXECUTOR = "in process"


def build_version(*, by: User | Actor, version: ConnectorVersion) -> Build:
    """Compile source and configuration into an immutable build; the same content gives the same build.

    Raises ``SourceRefused`` for a document that cannot be built (recorded; older builds keep serving) and ``Conflict``
    if source or configuration changed meanwhile.
    """
    build = _done(by, version, Step.BUILD).build
    if build is None:
        raise Refused(f"{version} was not built.")
    return build


def sync_version(
    *,
    by: User | Actor,
    version: ConnectorVersion,
    kind: EnvironmentKind,
    build: Build | None = None,
    reason: str = "",
) -> list[Sync]:
    """Let a build (without one: the newest) serve every environment of ``kind``.

    To production: after the test, or with a reason. Naming an older build brings that one back and leaves the
    pipeline where it is.
    """
    job = _done(by, version, SYNCS[EnvironmentKind(kind)], build=build, reason=reason)
    syncs = Sync.objects.filter(version=job.version_id, build=job.build_id, environment__kind=kind)
    return list(syncs.select_related("environment", "build"))


def test_version(*, by: User | Actor, version: ConnectorVersion) -> PipelineJob:
    """Call the chosen test operations in development, for real, and record what came back."""
    return _done(by, version, Step.TEST)


def release_version(*, by: User | Actor, version: ConnectorVersion) -> ConnectorVersion:
    """Offer the version to builders: the end of its pipeline."""
    return _done(by, version, Step.RELEASE).version


def carry_out_now(job: PipelineJob) -> PipelineJob:
    """Carry out a job to its end and return it as it is then. Raises what stopped it, after writing that down."""
    taken = workers.fenced(jobs.take, job.pk, EXECUTOR)
    if taken is not None:
        _carry_out(taken)
    return PipelineJob.objects.select_related("version__connector", "build", "asked_by").get(pk=job.pk)


def _carry_out(job: PipelineJob) -> None:
    try:
        workers.fenced(jobs.finish, job.pk, jobs.prepare(job))
    except Refused as refused:
        workers.fenced(jobs.fail, job.pk, refused)
        raise
    except BaseException:
        workers.fenced(jobs.fail, job.pk)
        raise


def _done(
    by: User | Actor, version: ConnectorVersion, step: Step, *, build: Build | None = None, reason: str = ""
) -> PipelineJob:
    job = jobs.request_step(by=by, version=version, step=step, build=build, reason=reason, executor_id=EXECUTOR)
    if job.is_joined:
        raise Conflict(jobs.already(job, by))
    return carry_out_now(job)
