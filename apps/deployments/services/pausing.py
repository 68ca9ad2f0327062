"""Pausing: nothing starts on the instance until it is resumed; what is deployed stays."""

from datetime import datetime

from apps.audit.operations import operation
from apps.core import clock
from apps.core.errors import Refused
from apps.deployments.models import Instance
from apps.deployments.plan import Target
from apps.deployments.rights import By, authorise_pausing
from apps.deployments.services.transition import chain_of


def pause_instance(*, by: By, instance: Instance, reason: str = "") -> Instance:
    """Let no run start on the instance from now on; runs under way go on to their end."""
    return _change("instance.paused", by=by, instance=instance, reason=reason, paused_at=clock.now())


def resume_instance(*, by: By, instance: Instance, reason: str = "") -> Instance:
    """Let runs start on the instance again."""
    return _change("instance.resumed", by=by, instance=instance, reason=reason, paused_at=None)


def _change(verb: str, *, by: By, instance: Instance, reason: str, paused_at: datetime | None) -> Instance:
    with operation(verb, by=by, reason=reason) as op:
        fresh = (
            Instance.objects.select_for_update(of=("self",))
            .select_related("integration_template", "environment", "customer")
            .get(pk=instance.pk)
        )
        op.about(fresh, within=fresh.integration_template, chain=chain_of(Target.of(fresh)))
        authorise_pausing(by, environment=fresh.environment, customer=fresh.customer)
        if fresh.removed_at:
            raise Refused("It is removed. Install it again to bring it back.")
        if (fresh.paused_at is None) is (paused_at is None):
            raise Refused("It is paused already." if paused_at else "It is not paused.")
        fresh.paused_at = paused_at
        fresh.save(update_fields=["paused_at"])
    return fresh
