"""Reads about pipelines."""

from dataclasses import dataclass

from django.db.models import F, QuerySet, Window
from django.db.models.functions import RowNumber

from apps.connectors.enums import JobState, Step, VersionState
from apps.connectors.models import Build, Connection, Connector, ConnectorVersion, PipelineJob, PipelineLine
from apps.connectors.models.pipeline import PipelineJobQuerySet
from apps.connectors.pipeline import is_ready_for_test
from apps.connectors.selectors.builds import newest_build
from apps.environments.models import Environment, EnvironmentKind


@dataclass(frozen=True, slots=True)
class LatestJobs:
    """``newest`` of all, whatever became of it; ``succeeded``: the last one of each step that did."""

    newest: PipelineJob | None
    succeeded: dict[str, PipelineJob]

    @property
    def under_way(self) -> PipelineJob | None:
        """The job that a worker carries out or will; there is one at most, and it is the newest."""
        return self.newest if self.newest and self.newest.is_under_way else None


def jobs_of(version: ConnectorVersion) -> PipelineJobQuerySet:
    """Return the jobs of a version's pipeline, newest first, complete for a list."""
    found = PipelineJob.objects.filter(version=version).select_related("version__connector", "build", "asked_by")
    return found.order_by("-queued_at", "-pk")


def job_under_way(version: ConnectorVersion) -> PipelineJob | None:
    """Return the job that is queued or running for the version."""
    return jobs_of(version).under_way().first()


def latest_jobs(version: ConnectorVersion) -> LatestJobs:
    """Return the jobs that say how the pipeline stands."""
    rank = Window(RowNumber(), partition_by="step", order_by=F("queued_at").desc())
    succeeded = jobs_of(version).filter(state=JobState.SUCCEEDED).annotate(rank=rank).filter(rank=1)
    return LatestJobs(jobs_of(version).first(), {Step(job.step): job for job in succeeded})


def job_lines(job: PipelineJob, *, after: int = -1) -> QuerySet[PipelineLine]:
    """Return the lines of a job's log behind a position, in order."""
    return job.lines.filter(position__gt=after)


def test_environment() -> Environment | None:
    """Return where tests call from: the first development environment, else the first of all.

    With production environments only, the test runs from there against the development server.
    """
    development = Environment.objects.filter(kind=EnvironmentKind.DEVELOPMENT)
    return development.first() or Environment.objects.first()


def builds_tested_from(connector: Connector, environment: Environment) -> list[Build]:
    """Return the builds that are made ready for their test from a production environment, highest version first.

    Only where there is no development environment: "sync to dev" then serves nothing, and the test runs from here.
    """
    if environment.kind == EnvironmentKind.DEVELOPMENT or environment != test_environment():
        return []
    versions = connector.versions.filter(binned_at=None).order_by("-number").select_related("connector")
    ready = [version for version in versions if is_ready_for_test(VersionState(version.state))]
    return [build for version in ready if (build := newest_build(version))]


def test_connections(version: ConnectorVersion) -> QuerySet[Connection]:
    """Return the connections that the test of a version may use: the team's, where it calls from."""
    tested_from = test_environment()
    kind = tested_from.kind if tested_from else EnvironmentKind.DEVELOPMENT
    return Connection.objects.filter(connector=version.connector, customer=None, environment__kind=kind).defer("sealed")
