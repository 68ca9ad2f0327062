"""Removing: the owner has no use for the instance any more. Nothing is deleted; installing again brings it back."""

from apps.audit.operations import operation
from apps.core import clock
from apps.core.errors import Refused
from apps.deployments.models import Instance
from apps.deployments.plan import Target
from apps.deployments.rights import By, authorise_operating
from apps.deployments.services.transition import chain_of


def remove_instance(*, by: By, instance: Instance, reason: str = "") -> Instance:
    """Pause the instance for good: no run starts, and it leaves the lists of its owner. Its history stays."""
    with operation("instance.removed", by=by, reason=reason) as op:
        fresh = (
            Instance.objects.select_for_update(of=("self",))
            .select_related("integration_template", "environment", "customer")
            .get(pk=instance.pk)
        )
        op.about(fresh, within=fresh.integration_template, chain=chain_of(Target.of(fresh)))
        authorise_operating(by, environment=fresh.environment, customer=fresh.customer)
        if fresh.removed_at:
            raise Refused("It is removed already.")
        fresh.removed_at = clock.now()
        fresh.paused_at = fresh.paused_at or fresh.removed_at
        fresh.save(update_fields=["removed_at", "paused_at"])
    return fresh
