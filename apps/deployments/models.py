"""Templates installed for somebody: instances, what was deployed onto them, and wizards under way."""

from typing import ClassVar, Self
from uuid import uuid4

from django.db import models
from django.db.models.functions import Coalesce
from django.urls import reverse

from apps.accounts.models import Customer, User
from apps.audit.actor import Actor
from apps.audit.history import tracked
from apps.connectors.models import Connection
from apps.core.badges import Badge
from apps.deployments.enums import AHEAD, LIVE, PAUSED, REMOVED, DeploymentKind, behind_live
from apps.deployments.rollouts.states import ItemState, RolloutState
from apps.environments.models import Environment
from apps.releases.models import IntegrationTemplate, Release
from apps.releases.states import Mark

TEAM = "Team"


def _labelled(label: str) -> str:
    return f" ({label})" if label else ""


class InstanceQuerySet(models.QuerySet["Instance"]):
    """The named sets of instances."""

    def installed(self) -> Self:
        """Those that hold something and were not removed."""
        return self.filter(current_deployment__isnull=False, removed_at=None)


class Instance(models.Model):
    """One template in one environment for one owner: a customer or (none) the team itself."""

    integration_template = models.ForeignKey(IntegrationTemplate, on_delete=models.PROTECT, related_name="instances")
    environment = models.ForeignKey(Environment, on_delete=models.PROTECT, related_name="instances")
    customer = models.ForeignKey(Customer, on_delete=models.PROTECT, null=True, blank=True, related_name="instances")
    label = models.CharField(max_length=80, blank=True, help_text="Tells several instances of one owner apart")
    current_deployment = models.ForeignKey(
        "Deployment", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    paused_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(
        null=True, blank=True, help_text="Since then its owner has no use for it; deploying to it again brings it back"
    )
    created_at = models.DateTimeField()
    history = tracked()

    objects: ClassVar[models.Manager["Instance"]] = models.Manager.from_queryset(InstanceQuerySet)()

    class Meta:
        ordering = (
            "integration_template__name",
            "environment__position",
            models.F("customer__name").asc(nulls_first=True),
            "label",
        )
        constraints = [
            # SQLite has no NULLS NOT DISTINCT: the team stands as customer 0.
            models.UniqueConstraint(
                "integration_template", "environment", Coalesce("customer", 0), "label", name="instance_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.integration_template} · {self.owner_name}{_labelled(self.label)} · {self.environment}"

    def get_absolute_url(self) -> str:
        return reverse("deployments:instance_detail", args=[self.pk])

    @property
    def owner_name(self) -> str:
        """The customer's name, or "Team"."""
        return self.customer.name if self.customer else TEAM

    @property
    def behind(self) -> int:
        """By how many versions it is behind live; negative when ahead. Needs ``selectors.with_versions``."""
        live: int | None = getattr(self, "live_number", None)
        running = self.current_deployment.release.number if self.current_deployment else None
        return live - running if live and running else 0

    @property
    def badges(self) -> list[Badge]:
        """How it stands to the live version, its release's mark, and whether it is paused or removed."""
        if self.removed_at:
            return [REMOVED]
        return [*self._standing(), *([PAUSED] if self.paused_at else [])]

    def _standing(self) -> list[Badge]:
        if self.current_deployment is None:
            return []
        release = self.current_deployment.release
        shown = [Mark(release.mark).badge] if release.mark != Mark.NONE else []
        if self.behind:
            return [behind_live(self.behind) if self.behind > 0 else AHEAD, *shown]
        return [LIVE, *shown] if release.is_live else shown


class ConfigRevision(models.Model):
    """The answers of the wizard, frozen."""

    instance = models.ForeignKey(Instance, on_delete=models.PROTECT, related_name="config_revisions")
    number = models.PositiveIntegerField()
    data = models.JSONField()
    created_at = models.DateTimeField()
    created_by_name = models.CharField(max_length=150)

    class Meta:
        ordering = ("-number",)
        constraints = [models.UniqueConstraint(fields=["instance", "number"], name="config_revision_number")]

    def __str__(self) -> str:
        return f"Configuration {self.number}"


class Deployment(models.Model):
    """The append-only record that put release, configuration and connections onto an instance."""

    instance = models.ForeignKey(Instance, on_delete=models.PROTECT, related_name="deployments")
    number = models.PositiveIntegerField(help_text="Counts the deployments of the instance")
    release = models.ForeignKey(Release, on_delete=models.PROTECT, related_name="deployments")
    config_revision = models.ForeignKey(ConfigRevision, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=20, choices=DeploymentKind)
    previous = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    restores = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="+", help_text="For an undo: what it brought back"
    )
    actor = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=150)
    reason = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ("-number",)
        constraints = [models.UniqueConstraint(fields=["instance", "number"], name="deployment_number")]

    def __str__(self) -> str:
        return f"Deployment {self.number} of {self.instance}: {self.release.title}"

    def get_absolute_url(self) -> str:
        return reverse("deployments:deployment_detail", args=[self.instance_id, self.number])

    @property
    def title(self) -> str:
        """The deployment on its instance's own page."""
        return f"Deployment {self.number}"

    @property
    def badge(self) -> Badge:
        """What kind of deployment it was."""
        return DeploymentKind(self.kind).badge

    @property
    def return_url(self) -> str:
        """Where a person brings it back."""
        return f"{reverse('deployments:instance_undo', args=[self.instance_id])}?to={self.number}"


class SlotBinding(models.Model):
    """Which connection a deployment uses for a slot of its release."""

    deployment = models.ForeignKey(Deployment, on_delete=models.PROTECT, related_name="bindings")
    slot = models.CharField(max_length=60)
    connection = models.ForeignKey(Connection, on_delete=models.PROTECT, related_name="bindings")

    class Meta:
        ordering = ("slot",)
        constraints = [models.UniqueConstraint(fields=["deployment", "slot"], name="slot_bound_once")]

    def __str__(self) -> str:
        return f"{self.slot}: {self.connection}"


class WizardDraft(models.Model):
    """A wizard under way: it survives logout and makes at most one deployment. It never holds a secret."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="wizard_drafts")
    integration_template = models.ForeignKey(IntegrationTemplate, on_delete=models.CASCADE, related_name="+")
    environment = models.ForeignKey(Environment, on_delete=models.CASCADE, related_name="+")
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    label = models.CharField(max_length=80, blank=True)
    instance = models.ForeignKey(Instance, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    seen_deployment = models.ForeignKey(
        Deployment,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        help_text="What ran when the wizard opened; another one meanwhile is a conflict",
    )
    release = models.ForeignKey(Release, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    release_digest = models.CharField(
        max_length=64, blank=True, help_text="Of a draft, when it was chosen; another one meanwhile is a conflict"
    )
    version_name = models.CharField(max_length=80, blank=True, help_text="For the version that a draft becomes")
    version_description = models.TextField(blank=True)
    connections = models.JSONField(default=dict, help_text="{slot: connection id}")
    answers = models.JSONField(default=dict)
    asked = models.JSONField(default=list, help_text="Names of the questions that were asked, answered or left blank")
    deployment = models.ForeignKey(
        Deployment, on_delete=models.CASCADE, null=True, blank=True, related_name="+", help_text="What it became"
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.integration_template} · {self.owner_name}{_labelled(self.label)} · {self.environment}"

    def get_absolute_url(self) -> str:
        return reverse("deployments:wizard_version", args=[self.pk])

    @property
    def owner_name(self) -> str:
        """The customer's name, or "Team"."""
        return self.customer.name if self.customer else TEAM


class Rollout(models.Model):
    """One version for many instances, chosen and counted before it begins; or the way back of an earlier rollout."""

    integration_template = models.ForeignKey(IntegrationTemplate, on_delete=models.PROTECT, related_name="rollouts")
    release = models.ForeignKey(
        Release,
        on_delete=models.PROTECT,
        related_name="rollouts",
        help_text="What the instances get; of a way back: what they had got",
    )
    restores = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="ways_back", help_text="The rollout that it puts back"
    )
    state = models.CharField(max_length=20, choices=RolloutState, default=RolloutState.RUNNING)
    size = models.PositiveIntegerField(help_text="How many items it began with; none is ever added or taken away")
    reason = models.TextField(blank=True)
    led_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        help_text="Who began it or sent it on last: the deployments are theirs, and so are the rights",
    )
    led_by_name = models.CharField(max_length=150)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    history = tracked()

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        if self.restores_id:
            return f"Rollout {self.pk}: {self.integration_template} back from {self.release.label}"
        return f"Rollout {self.pk}: {self.integration_template} to {self.release.label}"

    def get_absolute_url(self) -> str:
        return reverse("deployments:rollout_detail", args=[self.pk])

    @property
    def status(self) -> RolloutState:
        """The state with its badge and its moves."""
        return RolloutState(self.state)

    @property
    def leader(self) -> User | Actor:
        """Who the deployments are by: a person, or a part of Slipway by its name."""
        return self.led_by or Actor.system(self.led_by_name)


class RolloutItem(models.Model):
    """One instance of a rollout. Whatever happens, it gets the version at most once."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    rollout = models.ForeignKey(Rollout, on_delete=models.PROTECT, related_name="items")
    instance = models.ForeignKey(Instance, on_delete=models.PROTECT, related_name="rollout_items")
    state = models.CharField(max_length=20, choices=ItemState, default=ItemState.QUEUED)
    attempt = models.PositiveIntegerField(
        default=1, help_text="How often it was handed to the workers; an older handing does nothing any more"
    )
    seen_deployment = models.ForeignKey(
        Deployment,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="What ran when somebody decided; if something else does, nothing is deployed",
    )
    goes_back_to = models.ForeignKey(
        Deployment, on_delete=models.PROTECT, null=True, related_name="+", help_text="Of a way back: what returns"
    )
    deployment = models.OneToOneField(
        Deployment, on_delete=models.PROTECT, null=True, related_name="rollout_item", help_text="What was made of it"
    )
    told = models.TextField(blank=True, help_text="Why it failed, waits or had nothing to do")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("instance__environment__position", "instance__customer__name", "instance__label", "pk")
        constraints = [
            models.UniqueConstraint(fields=["rollout", "instance"], name="rollout_item_once"),
            models.UniqueConstraint(
                fields=["instance"], condition=models.Q(state=ItemState.QUEUED), name="one_rollout_at_a_time"
            ),
        ]
        indexes = [models.Index(fields=["rollout", "state"])]

    def __str__(self) -> str:
        return f"{self.instance} in rollout {self.rollout_id}"

    @property
    def status(self) -> ItemState:
        """The state with its badge."""
        return ItemState(self.state)

    @property
    def job(self) -> str:
        """The id of its job: the same handing is carried out once, however often it reaches a worker."""
        return f"{self.pk}:{self.attempt}"
