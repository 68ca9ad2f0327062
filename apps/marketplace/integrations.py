"""What a customer has installed, as its people see it: own things only, in words, without the team's notes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import reverse

from apps.accounts.models import User
from apps.connectors.enums import ConnectionState
from apps.connectors.models import Connection
from apps.core.badges import Badge
from apps.deployments.models import Deployment, Instance, SlotBinding
from apps.deployments.selectors import instances_visible_to
from apps.environments.models import EnvironmentKind
from apps.marketplace import offers
from apps.marketplace.icons import icon_of
from apps.marketplace.standing import UPDATE, Facts, Standing, standing_of
from apps.marketplace.telling import failure_of
from apps.releases.definition import Definition
from apps.releases.models import Release
from apps.releases.selectors import definition_of
from apps.releases.states import Mark
from apps.runs.models import Run
from apps.runs.selectors import next_run_of
from apps.runs.states import OVER, RunState

RECENT = 5


@dataclass(frozen=True)
class Integration:
    """One installed integration. ``update`` is the version that it could be updated to."""

    instance: Instance
    deployment: Deployment
    definition: Definition
    standing: Standing
    update: Release | None
    runs: Sequence[Run]
    next_at: datetime | None

    @property
    def name(self) -> str:
        label = self.instance.label
        return f"{self.instance.integration_template.name}{f' · {label}' if label else ''}"

    @property
    def url(self) -> str:
        return reverse("marketplace:instance_detail", args=[self.instance.pk])

    @property
    def icon(self) -> str:
        return icon_of(self.definition)

    @property
    def release(self) -> Release:
        return self.deployment.release

    @property
    def badges(self) -> list[Badge]:
        """The words for how it stands."""
        return [self.standing.word.badge, *([UPDATE] if self.update else [])]

    @property
    def is_trial(self) -> bool:
        """It runs where things are tried out, not in production."""
        return self.instance.environment.kind != EnvironmentKind.PRODUCTION

    @property
    def is_busy(self) -> bool:
        """A run goes on, or is about to."""
        return any(run.status not in OVER and run.status is not RunState.UNCERTAIN for run in self.runs)

    @property
    def last_run(self) -> Run | None:
        return next(iter(self.runs), None)

    @property
    def broken(self) -> list[Connection]:
        """The connections that do not work."""
        return _broken(self.deployment)


def instances_of(person: User) -> QuerySet[Instance]:
    """Return what the person's customer has installed, with everything that its pages tell."""
    runs = Run.objects.select_related("started_by").defer("input", "output", "pinned").order_by("-queued_at", "-pk")
    bindings = SlotBinding.objects.select_related("connection__connector").defer("connection__sealed")
    own: QuerySet[Instance] = instances_visible_to(person).filter(customer=person.customer_id)
    return (
        own.filter(current_deployment__isnull=False, removed_at=None)
        .select_related(
            "current_deployment__release__snapshot",
            "current_deployment__release__integration_template",
            "current_deployment__config_revision",
        )
        .prefetch_related(
            Prefetch("runs", queryset=runs[:RECENT], to_attr="recent_runs"),
            Prefetch("current_deployment__bindings", queryset=bindings),
        )
        .order_by("integration_template__name", "label", "pk")
    )


def told(instances: QuerySet[Instance]) -> list[Integration]:
    """Return instances as integrations, in a constant number of queries."""
    rows = list(instances)
    offered = offers.offered_to(instance.integration_template_id for instance in rows)
    return [_told(instance, offered.get(instance.integration_template_id)) for instance in rows]


def _told(instance: Instance, offered: Release | None) -> Integration:
    deployment: Any = instance.current_deployment
    runs: list[Run] = instance.recent_runs  # type: ignore[attr-defined]
    return Integration(
        instance=instance,
        deployment=deployment,
        definition=definition_of(deployment.release),
        standing=standing_of(_facts(instance, deployment, runs)),
        update=offered if offered and is_update(offered, deployment.release) else None,
        runs=runs,
        next_at=next_run_of(instance),
    )


def is_update(offered: Release, running: Release) -> bool:
    """Tell whether moving to what is offered is an update: it is newer, or what runs must not run any more."""
    if offered.pk == running.pk:
        return False
    return (offered.number or 0) > (running.number or 0) or running.mark == Mark.QUARANTINED


def _facts(instance: Instance, deployment: Deployment, runs: Sequence[Run]) -> Facts:
    release = deployment.release
    # What failed before the last change says nothing about what is there now.
    over = [run for run in runs if run.status in OVER and run.deployment_id == deployment.pk]
    failed = over[0] if over and over[0].status is RunState.FAILED else None
    return Facts(
        is_paused=instance.paused_at is not None,
        is_stopped=release.mark == Mark.QUARANTINED or release.paused_at is not None,
        broken=[connection.name for connection in _broken(deployment)],
        is_uncertain=any(run.status is RunState.UNCERTAIN for run in runs),
        failure=failure_of(failed) if failed else "",
    )


def _broken(deployment: Deployment) -> list[Connection]:
    bound = [binding.connection for binding in deployment.bindings.all()]
    return [connection for connection in bound if connection.state == ConnectionState.INVALID]
