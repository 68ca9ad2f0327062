"""Questions about rollouts that must have no answer."""

from collections.abc import Iterable

from django.db.models import Count, F, Q

from apps.audit.fsck import register_check
from apps.deployments.models import Rollout, RolloutItem
from apps.deployments.rollouts.states import ItemState, RolloutState

_QUEUED = Q(items__state=ItemState.QUEUED)


def broken_rollouts() -> Iterable[str]:
    """C8: lists that changed, instances in two rollouts at once, ends with open items, foreign deployments."""
    counted = Rollout.objects.annotate(found=Count("items"), queued=Count("items", filter=_QUEUED))
    for rollout in counted.exclude(found=F("size")).select_related("integration_template", "release"):
        yield f"{rollout} began with {rollout.size} items and has another number of them"
    over = [RolloutState.FINISHED, RolloutState.CANCELLED]
    for rollout in counted.filter(state__in=over, queued__gt=0).select_related("integration_template", "release"):
        yield f"{rollout} is over and has queued items"
    for rollout in counted.filter(state=RolloutState.RUNNING, queued=0).select_related(
        "integration_template", "release"
    ):
        yield f"{rollout} is running and has nothing left to do"
    twice = RolloutItem.objects.filter(state=ItemState.QUEUED).values("instance").annotate(times=Count("pk"))
    for row in twice.filter(times__gt=1).order_by("instance"):
        yield f"instance {row['instance']} is queued in {row['times']} rollouts"
    yield from _broken_items()


def _broken_items() -> Iterable[str]:
    items = RolloutItem.objects.select_related("instance__integration_template", "instance__environment")
    for item in items.filter(Q(state=ItemState.SUCCEEDED) ^ Q(deployment__isnull=False)):
        yield f"{item} is {item.state} and has {'a' if item.deployment_id else 'no'} deployment"
    for item in items.exclude(deployment=None).exclude(deployment__instance=F("instance")):
        yield f"{item} has a deployment of another instance"


register_check("C8", "Rollouts that lost count", broken_rollouts)
