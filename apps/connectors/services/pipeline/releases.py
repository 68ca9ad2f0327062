"""Release: offer the version to builders, the end of its pipeline."""

from apps.audit.operations import Operation
from apps.connectors import selectors
from apps.connectors.enums import Step
from apps.connectors.models import Build, ConnectorVersion, PipelineJob
from apps.connectors.services.pipeline.work import Ending, Work, advance, check_move


def check(version: ConnectorVersion, _build: Build | None, _reason: str) -> Build | None:
    """Return the newest build, which serves production."""
    check_move(version, Step.RELEASE)
    return selectors.newest_build(version)


def finish(job: PipelineJob, _prepared: None, op: Operation) -> Ending:
    """Offer the version, if production still serves what it was asked for."""
    op.about(job.version)
    check_move(job.version, Step.RELEASE)
    advance(job.version, Step.RELEASE)
    return Ending("Offered to builders.", job.build)


WORK = Work("connector_version.released", check, finish)
