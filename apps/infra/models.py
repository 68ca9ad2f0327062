"""Tables of the machinery: the workers, and the keys of owners."""

from datetime import timedelta

from django.db import models
from django.db.models.functions import Now

from apps.core import clock


class WorkerQuerySet(models.QuerySet["Worker"]):
    """Sets of workers, told apart by the database's clock."""

    def alive(self, time_to_live: timedelta) -> "WorkerQuerySet":
        """Workers that were heard of within ``time_to_live`` and still may write."""
        return self.filter(stopped_at=None, taken_over_at=None, seen_at__gt=Now() - time_to_live)


class Worker(models.Model):
    """One start of one worker process. ``executor_id`` is its fencing token: it is never used twice.

    ``place`` and ``process_start`` tell a successor on the same machine for certain that the process is gone.
    ``drained_at``: all its work was queued anew.
    """

    executor_id = models.CharField(max_length=36, unique=True)
    hostname = models.CharField(max_length=255)
    pid = models.PositiveIntegerField()
    place = models.CharField(max_length=400, blank=True)
    process_start = models.CharField(max_length=40, blank=True)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)
    taken_over_at = models.DateTimeField(null=True, blank=True)
    taken_over_by = models.CharField(max_length=36, blank=True)
    drained_at = models.DateTimeField(null=True, blank=True)

    objects = WorkerQuerySet.as_manager()

    class Meta:
        ordering = ["-started_at"]

    def __str__(self) -> str:
        return f"{self.hostname} ({self.pid})"


class DataKey(models.Model):
    """The data key of one owner ("team" or "customer:<pk>"), wrapped by the key file's key."""

    scope = models.CharField(max_length=100, unique=True)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField(default=clock.now)

    def __str__(self) -> str:
        return self.scope
