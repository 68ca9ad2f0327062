"""Runs and their steps: a projection for pages, report and admin. DBOS decides what happens; these rows tell it."""

from uuid import uuid4

from django.db import models
from django.urls import reverse

from apps.accounts.models import User
from apps.audit.actor import Actor
from apps.deployments.models import Deployment, Instance
from apps.environments.models import Environment
from apps.releases.models import Release, Snapshot
from apps.runs.states import UNDER_WAY, IntentState, Resolution, RunKind, RunState, SlotState, StepState


class RunQuerySet(models.QuerySet["Run"]):
    """Sets of runs by what may happen to them."""

    def queued(self) -> "RunQuerySet":
        """Runs that no worker has taken yet, oldest first."""
        return self.filter(state=RunState.QUEUED).order_by("queued_at")

    def under_way(self) -> "RunQuerySet":
        """Runs that a worker has taken and that are not over."""
        return self.filter(state__in=UNDER_WAY)


class Run(models.Model):
    """One execution of a deployed or test-run release. A queued row is the outbox: its id is the workflow's id.

    ``snapshot``, ``pinned`` and ``input`` are fixed when the run is queued; nothing that changes later touches it.
    """

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="runs")
    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="+")
    environment = models.ForeignKey(Environment, on_delete=models.PROTECT, related_name="runs")
    instance = models.ForeignKey(Instance, on_delete=models.PROTECT, null=True, blank=True, related_name="runs")
    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, null=True, blank=True, related_name="runs")
    kind = models.CharField(max_length=20, choices=RunKind)
    state = models.CharField(max_length=20, choices=RunState, default=RunState.QUEUED)
    pinned = models.JSONField(help_text="{config_revision, slots: {slot: {connection, build, digest}}}")
    input = models.JSONField(null=True)
    output = models.JSONField(null=True)
    error = models.JSONField(null=True, help_text="RFC 7807 problem details")
    retry_of = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="retries")
    started_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    started_by_name = models.CharField(max_length=150)
    executor_id = models.CharField(max_length=64, blank=True)
    queued_at = models.DateTimeField(db_index=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = RunQuerySet.as_manager()

    class Meta:
        ordering = ("-queued_at",)
        indexes = [models.Index(fields=["state", "queued_at"], name="run_state")]

    def __str__(self) -> str:
        return f"Run {str(self.pk)[:8]}"

    def get_absolute_url(self) -> str:
        return reverse("runs:run_detail", args=[self.pk])

    @property
    def status(self) -> RunState:
        """The state as a member of its list."""
        return RunState(self.state)

    @property
    def why_failed(self) -> str:
        """What went wrong, in one sentence; empty for a run that did not fail."""
        problem = self.error or {}
        return str(problem.get("detail") or problem.get("title") or "")

    @property
    def actor(self) -> User | Actor:
        """Who started it: a person, or the part of Slipway by its name."""
        return self.started_by or Actor.system(self.started_by_name)


class RunStep(models.Model):
    """One attempt of one step of a run. Secrets are masked before anything is written here."""

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="steps")
    sequence = models.PositiveIntegerField()
    path = models.CharField(max_length=1000, help_text="/do/2/upsertContact, with [3] for the third round of a loop")
    attempt = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=30)
    state = models.CharField(max_length=20, choices=StepState)
    request = models.JSONField(null=True)
    response = models.JSONField(null=True)
    result = models.JSONField(null=True)
    error = models.JSONField(null=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("sequence", "pk")
        constraints = [models.UniqueConstraint(fields=["run", "path", "attempt"], name="run_step_once")]

    def __str__(self) -> str:
        return f"{self.name} of {self.run}"

    @property
    def status(self) -> StepState:
        """The state as a member of its list."""
        return StepState(self.state)


class CallIntent(models.Model):
    """What is known about one call that must not happen twice: written before it is sent, settled after.

    ``key`` is the same for every attempt of one step in one round. ``answer``: kept so that a worker that died after
    the answer need not ask again.
    """

    run = models.ForeignKey(Run, on_delete=models.CASCADE, related_name="intents")
    path = models.CharField(max_length=1000)
    attempt = models.PositiveIntegerField()
    key = models.CharField(max_length=64)
    state = models.CharField(max_length=20, choices=IntentState, default=IntentState.INTENT)
    answer = models.JSONField(null=True)
    resolution = models.CharField(max_length=20, choices=Resolution, blank=True)
    resolved_by_name = models.CharField(max_length=150, blank=True)
    resolved_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("pk",)
        constraints = [models.UniqueConstraint(fields=["run", "path", "attempt"], name="call_intent_once")]

    def __str__(self) -> str:
        return f"{self.path} of {self.run}"


class ScheduleSlot(models.Model):
    """A time at which the schedule of an instance was due; the row makes it happen at most once."""

    instance = models.ForeignKey(Instance, on_delete=models.CASCADE, related_name="schedule_slots")
    at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=SlotState)
    run = models.ForeignKey(Run, on_delete=models.SET_NULL, null=True, related_name="+")
    note = models.TextField(blank=True)

    class Meta:
        ordering = ("-at",)
        constraints = [models.UniqueConstraint(fields=["instance", "at"], name="schedule_slot_once")]

    def __str__(self) -> str:
        return f"{self.instance} at {self.at:%Y-%m-%d %H:%M}"
