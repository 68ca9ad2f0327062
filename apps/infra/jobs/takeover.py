"""What happens to the work of a worker that is gone."""

from datetime import timedelta

from django.db import transaction
from django.db.models.functions import Now

from apps.infra.jobs import engine, place, workers
from apps.infra.models import Worker

KEPT = timedelta(days=7)


def take_over_the_dead(executor_id: str) -> list[str]:
    """Take over the work of every worker that ended or fell silent, and return their ids."""
    forget_old_workers()
    left = Worker.objects.exclude(executor_id=executor_id).filter(drained_at=None)
    return [worker.executor_id for worker in left if take_over(worker.executor_id, by=executor_id)]


def take_over(executor_id: str, *, by: str) -> bool:
    """Take the right to write from a dead worker, then queue its work anew. False where it lives.

    First the fence, then the queue: a worker that was only asleep finds its writes refused before anybody else
    carries on. A taker that dies in between leaves ``drained_at`` empty, and the next one repeats both.
    """
    if not _bar(executor_id, by=by):
        return False
    engine.resume_workflows_of(executor_id)
    if engine.is_drained(executor_id):
        Worker.objects.filter(executor_id=executor_id).update(drained_at=Now())
    return True


def forget_old_workers() -> None:
    """Delete rows of workers whose work was taken over long ago."""
    Worker.objects.filter(drained_at__lt=Now() - KEPT).delete()


@transaction.atomic
def _bar(executor_id: str, *, by: str) -> bool:
    worker = Worker.objects.select_for_update().get(executor_id=executor_id)
    if worker.taken_over_at is None and not _is_dead(worker):
        return False
    Worker.objects.filter(pk=worker.pk, taken_over_at=None).update(taken_over_at=Now(), taken_over_by=by)
    return True


def _is_dead(worker: Worker) -> bool:
    if worker.stopped_at is not None:
        return True
    if place.is_gone(place=worker.place, pid=worker.pid, start=worker.process_start):
        return True
    return not Worker.objects.alive(workers.TIME_TO_LIVE).filter(pk=worker.pk).exists()
