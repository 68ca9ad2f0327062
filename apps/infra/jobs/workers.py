"""Which workers live, and what happens to the work of those that do not. The database's clock decides."""

import os
import platform
import uuid
from collections.abc import Callable
from datetime import timedelta

from django.db import connection, transaction
from django.db.models.functions import Now

from apps.infra.jobs import place
from apps.infra.models import Worker

BEAT = timedelta(seconds=2)
TIME_TO_LIVE = timedelta(seconds=15)

_me: str | None = None


class TakenOver(Exception):
    """Another worker holds this worker's work now; nothing of ours may be written any more."""


def enlist() -> str:
    """Write this process down as a worker and return its executor id, which no process had before."""
    global _me  # noqa: PLW0603 - a process is at most one worker
    _me = str(uuid.uuid4())
    Worker.objects.create(
        executor_id=_me,
        hostname=platform.node(),
        pid=os.getpid(),
        place=place.here(),
        process_start=place.started(os.getpid()),
        started_at=Now(),
        seen_at=Now(),
    )
    return _me


def own_executor_id() -> str:
    """Return the executor id of the worker in this process; empty where it is none."""
    return _me or ""


def beat(executor_id: str) -> bool:
    """Say that the worker lives. False: it was taken over and must end."""
    return bool(Worker.objects.filter(executor_id=executor_id, taken_over_at=None).update(seen_at=Now()))


def retire(executor_id: str) -> None:
    """Say that the worker ended in order; what it left may be taken over at once."""
    Worker.objects.filter(executor_id=executor_id).update(stopped_at=Now())


def workers_alive() -> int:
    """Return how many workers can carry out runs now."""
    return Worker.objects.alive(TIME_TO_LIVE).count()


def fenced[**P, R](work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run ``work`` in a transaction that can commit only while this worker has not been taken over.

    Raises ``TakenOver``. In a process that is no worker there is nothing to check.
    """
    with transaction.atomic():
        if _me is not None:
            _hold_own_row(_me)
        return work(*args, **kwargs)


def _hold_own_row(executor_id: str) -> None:
    # SQLite's immediate transactions already exclude each other; on PostgreSQL the share lock makes a takeover wait
    # for writes under way, and them not for each other.
    lock = " FOR SHARE" if connection.vendor == "postgresql" else ""
    query = f"SELECT 1 FROM infra_worker WHERE executor_id = %s AND taken_over_at IS NULL{lock}"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(query, [executor_id])
        if cursor.fetchone() is None:
            raise TakenOver
