"""What must never be true of runs."""

from collections.abc import Iterable
from datetime import timedelta

from apps.audit.fsck import register_check
from apps.core import clock
from apps.infra.jobs.workers import TIME_TO_LIVE, workers_alive
from apps.infra.models import Worker
from apps.runs.models import Run

LONGEST_IN_QUEUE = timedelta(minutes=2)


def runs_without_worker() -> Iterable[str]:
    """C5: runs that wait although workers are there, and runs whose worker is gone without a successor."""
    if workers_alive():
        for run in Run.objects.queued().filter(queued_at__lt=clock.now() - LONGEST_IN_QUEUE):
            yield f"{run} has waited for a worker since {run.queued_at:%Y-%m-%d %H:%M}"
        left = Run.objects.under_way().exclude(executor_id__in=_holders())
        for run in left.filter(started_at__lt=clock.now() - LONGEST_IN_QUEUE):
            yield f"{run} is under way, but its worker is gone and nobody took it over"


def _holders() -> list[str]:
    alive = Worker.objects.alive(TIME_TO_LIVE)
    return list(alive.values_list("executor_id", flat=True))


register_check("C5", "Runs that nobody carries out", runs_without_worker)
