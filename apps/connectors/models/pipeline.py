"""The steps of a connector version's pipeline that people asked for."""

from datetime import timedelta
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.urls import reverse

from apps.accounts.models import User
from apps.audit.actor import Actor
from apps.connectors.enums import JOBS_UNDER_WAY, JobState, Step
from apps.connectors.models.builds import Build
from apps.connectors.models.versions import ConnectorVersion
from apps.core.badges import Badge


class PipelineJobQuerySet(models.QuerySet["PipelineJob"]):
    """Sets of jobs by what may happen to them."""

    def queued(self) -> "PipelineJobQuerySet":
        """Jobs that no worker has taken yet, oldest first."""
        return self.filter(state=JobState.QUEUED).order_by("queued_at")

    def under_way(self) -> "PipelineJobQuerySet":
        """Jobs that are queued or running."""
        return self.filter(state__in=JOBS_UNDER_WAY)

    def over(self) -> "PipelineJobQuerySet":
        """Jobs that have ended."""
        return self.exclude(state__in=JOBS_UNDER_WAY)


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
    executor_id = models.CharField(max_length=64, blank=True, help_text="The worker that holds it")
    state_before = models.CharField(max_length=30, blank=True, help_text="State of the version before its build")
    sent_at = models.DateTimeField(null=True, help_text="When a test began to call; until the end nobody knows more")

    objects = PipelineJobQuerySet.as_manager()
    # Whether whoever asked met a job that somebody had asked for already.
    is_joined = False

    class Meta:
        ordering = ("-queued_at", "-pk")
        constraints = [
            models.UniqueConstraint(
                fields=["version"], condition=Q(state__in=JOBS_UNDER_WAY), name="pipeline_job_under_way_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()} of {self.version}"

    def get_absolute_url(self) -> str:
        return reverse("connectors:pipeline_job", args=[self.version.connector.slug, self.version.number, self.pk])

    @property
    def by(self) -> User | Actor:
        """Who asked, as the services take it."""
        return self.asked_by or Actor.system(self.asked_by_name)

    @property
    def badge(self) -> Badge:
        """What the state looks like and means."""
        return JobState(self.state).badge

    @property
    def is_under_way(self) -> bool:
        """It is queued or running."""
        return self.state in JOBS_UNDER_WAY

    @property
    def succeeded(self) -> bool:
        """It is over, and well."""
        return self.state == JobState.SUCCEEDED

    @property
    def failed(self) -> bool:
        """It is over, and not well."""
        return self.state == JobState.FAILED

    @property
    def duration(self) -> timedelta | None:
        """How long it was carried out; None while it is not over or where it never began."""
        return self.finished_at - self.started_at if self.finished_at and self.started_at else None

    @property
    def seconds(self) -> float | None:
        """The same in seconds."""
        return self.duration.total_seconds() if self.duration is not None else None

    @property
    def told(self) -> str:
        """What became of it, for a toast; why it failed stands on the page beneath."""
        return f"{self} succeeded: {self.sentence}" if self.succeeded else f"{self} failed."


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
