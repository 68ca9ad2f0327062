"""What must never be true of pipelines."""

from collections.abc import Iterable
from datetime import timedelta

from apps.audit.fsck import register_check
from apps.connectors.enums import JobState, Step, VersionState
from apps.connectors.models import ConnectorVersion, PipelineJob
from apps.core import clock
from apps.infra.jobs.workers import TIME_TO_LIVE, workers_alive
from apps.infra.models import Worker

LONGEST_IN_QUEUE = timedelta(minutes=2)


def stuck_jobs() -> Iterable[str]:
    """P1: jobs that wait although workers are there, or whose worker is gone without a successor."""
    if workers_alive():
        yield from _waiting_too_long()
        yield from _left_alone()


def stuck_versions() -> Iterable[str]:
    """P2: versions that say they are being built while nobody builds them."""
    building = PipelineJob.objects.under_way().filter(step=Step.BUILD).values("version")
    for version in ConnectorVersion.objects.filter(state=VersionState.BUILDING).exclude(pk__in=building):
        yield f"{version} says that it is being built, but no build of it is under way"


def _waiting_too_long() -> Iterable[str]:
    late = PipelineJob.objects.queued().filter(queued_at__lt=clock.now() - LONGEST_IN_QUEUE)
    for job in late.select_related("version__connector"):
        yield f"{job} has waited for a worker since {job.queued_at:%Y-%m-%d %H:%M}"


def _left_alone() -> Iterable[str]:
    alive = Worker.objects.alive(TIME_TO_LIVE).values_list("executor_id", flat=True)
    running = PipelineJob.objects.filter(state=JobState.RUNNING, started_at__lt=clock.now() - LONGEST_IN_QUEUE)
    for job in running.exclude(executor_id__in=list(alive)).select_related("version__connector"):
        yield f"{job} is under way, but its worker is gone and nobody took it over"


register_check("P1", "Steps of pipelines that nobody carries out", stuck_jobs)
register_check("P2", "Versions that are being built for ever", stuck_versions)
