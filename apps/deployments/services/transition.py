"""The shape that every change of an instance has: locks in their order, checks after them, one new deployment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Max

from apps.accounts.models import User
from apps.audit.actor import actor_of
from apps.connectors.models import Connection
from apps.core import clock
from apps.core.errors import Conflict
from apps.deployments.config_form.telling import is_same
from apps.deployments.enums import DeploymentKind
from apps.deployments.models import ConfigRevision, Deployment, Instance, SlotBinding
from apps.deployments.plan import Target
from apps.deployments.rights import By
from apps.environments.models import Environment
from apps.releases.models import IntegrationTemplate, Release


@dataclass(frozen=True)
class Locked:
    """A target whose rows nobody else changes now, and its instance if there is one."""

    target: Target
    instance: Instance | None

    @property
    def current(self) -> Deployment | None:
        return self.instance.current_deployment if self.instance else None


@dataclass(frozen=True)
class Content:
    """What a deployment puts onto an instance."""

    release: Release
    config: Mapping[str, Any]
    connections: Mapping[str, Connection]


def lock(target: Target) -> Locked:
    """Lock template, environment and instance, in this order, and read all three anew."""
    template = IntegrationTemplate.objects.select_for_update().get(pk=target.integration_template.pk)
    environment = (
        Environment.objects.select_for_update(no_key=True, of=("self",))
        .select_related("locked_by")
        .get(pk=target.environment.pk)
    )
    fresh = Target(template, environment, target.customer, target.label)
    instance = (
        Instance.objects.select_for_update(of=("self",))
        .select_related("current_deployment__release", "current_deployment__config_revision", "customer")
        .filter(integration_template=template, environment=environment, customer=target.customer, label=target.label)
        .first()
    )
    if instance:
        instance.integration_template, instance.environment = template, environment
    return Locked(fresh, instance)


def check_seen(locked: Locked, seen: Deployment | None) -> None:
    """Raise ``Conflict`` where something else runs than what the person has seen."""
    current = locked.current
    if current == seen:
        return
    if current is None:
        raise Conflict("Nothing runs there any more. Look at the instance again.")
    raise Conflict(
        f"Meanwhile {current.actor_name} deployed {current.release.title} there. Look at it, then decide again."
    )


def record(locked: Locked, content: Content, *, by: By, kind: DeploymentKind, reason: str, **more: Any) -> Deployment:
    """Write the deployment and point its instance to it; one that was removed is back.

    ``more``: further columns of the deployment.
    """
    instance = locked.instance or _installed(locked.target)
    current = instance.current_deployment
    deployment = Deployment.objects.create(
        instance=instance,
        number=(instance.deployments.aggregate(last=Max("number"))["last"] or 0) + 1,
        release=content.release,
        config_revision=more.pop("config_revision", None) or _revision(instance, content.config, by),
        kind=kind,
        previous=current,
        actor=by if isinstance(by, User) else None,
        actor_name=actor_of(by).name,
        reason=reason,
        at=clock.now(),
        **more,
    )
    SlotBinding.objects.bulk_create(
        SlotBinding(deployment=deployment, slot=slot, connection=connection)
        for slot, connection in content.connections.items()
    )
    instance.current_deployment = deployment
    changed = ["current_deployment"]
    if instance.removed_at:
        instance.removed_at = instance.paused_at = None
        changed += ["removed_at", "paused_at"]
    instance.save(update_fields=changed)
    return deployment


def chain_of(target: Target) -> str | None:
    """Return the audit chain of the owner: the customer's own, or the system's."""
    return f"customer:{target.customer.pk}" if target.customer else None


def _installed(target: Target) -> Instance:
    return Instance.objects.create(
        integration_template=target.integration_template,
        environment=target.environment,
        customer=target.customer,
        label=target.label,
        created_at=clock.now(),
    )


def _revision(instance: Instance, config: Mapping[str, Any], by: By) -> ConfigRevision:
    """Return the instance's current answers where they are the same, else a new revision."""
    current = instance.current_deployment
    if current and is_same(current.config_revision.data, config):
        return current.config_revision
    last = instance.config_revisions.aggregate(last=Max("number"))["last"] or 0
    return ConfigRevision.objects.create(
        instance=instance, number=last + 1, data=dict(config), created_at=clock.now(), created_by_name=actor_of(by).name
    )
