"""The steps of a connector version's pipeline that people asked for."""

from uuid import uuid4

from django.db import models
from django.db.models import Q

from apps.accounts.models import User
from apps.connectors.enums import JOBS_UNDER_WAY, JobState, Step
from apps.connectors.models.builds import Build
from apps.connectors.models.versions import ConnectorVersion


class PipelineRecord(models.Model):
    """One step of a version's pipeline that was taken: when, by whom, how it went. Rows are only ever added."""

    version = models.ForeignKey(ConnectorVersion, on_delete=models.CASCADE, related_name="pipeline_records")
    step = models.CharField(max_length=20, choices=Step)
    build = models.ForeignKey(Build, on_delete=models.PROTECT, null=True, related_name="+")
    succeeded = models.BooleanField()
    sentence = models.TextField(help_text="How it went, for people")
    details = models.JSONField(default=list, help_text="Problems of a build, or the masked call of a test")
    by_name = models.CharField(max_length=150)
    at = models.DateTimeField()
    elapsed_ms = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ("-at", "-pk")

    def __str__(self) -> str:
        return f"{self.get_step_display()} of {self.version}"


class PipelineJobQuerySet(models.QuerySet["PipelineJob"]):
    """Sets of jobs by what may happen to them."""

    def queued(self) -> "PipelineJobQuerySet":
        """Jobs that no worker has taken yet, oldest first."""
        return self.filter(state=JobState.QUEUED).order_by("queued_at")

    def under_way(self) -> "PipelineJobQuerySet":
        """Jobs that are queued or running."""
        return self.filter(state__in=JOBS_UNDER_WAY)


class PipelineJob(models.Model):
    """One step of a version's pipeline that somebody asked for. A queued row is the outbox: its id is the workflow's.

    A version has one job under way at a time, so two people who press *Build* at once get one build.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    version = models.ForeignKey(ConnectorVersion, on_delete=models.CASCADE, related_name="pipeline_jobs")
    step = models.CharField(max_length=20, choices=Step)
    state = models.CharField(max_length=20, choices=JobState, default=JobState.QUEUED)
    build = models.ForeignKey(
        Build, on_delete=models.PROTECT, null=True, related_name="+", help_text="What was asked to be synced, or made"
    )
    reason = models.TextField(blank=True)
    retry_of = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="retries")
    asked_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    asked_by_name = models.CharField(max_length=150)
    queued_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    sentence = models.TextField(blank=True, help_text="How it went, for people")
    details = models.JSONField(default=list, help_text="Problems of a build, or the masked calls of a test")

    objects = PipelineJobQuerySet.as_manager()

    class Meta:
        ordering = ("-queued_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=["version"], condition=Q(state__in=JOBS_UNDER_WAY), name="pipeline_job_under_way_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()} of {self.version}"


class PipelineLine(models.Model):
    """One line of a job's log, written as it happens. A resumed job writes on under the lines of its first attempt."""

    job = models.ForeignKey(PipelineJob, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        ordering = ("position",)
        constraints = [models.UniqueConstraint(fields=["job", "position"], name="pipeline_line_position")]

    def __str__(self) -> str:
        return self.text
