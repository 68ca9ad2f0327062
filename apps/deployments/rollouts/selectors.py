"""Questions about rollouts and their items."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from apps.deployments import selectors
from apps.deployments.models import Instance, Rollout, RolloutItem
from apps.deployments.rights import By
from apps.deployments.rollouts import preview
from apps.deployments.rollouts.states import RETRIED, ItemState, RolloutState
from apps.releases.models import Release

AT_ONCE = 20


def rollouts() -> QuerySet[Rollout]:
    """Return every rollout with how many of its items were done, newest first."""
    found = Rollout.objects.select_related("integration_template", "release__integration_template", "led_by")
    return found.order_by("-pk").annotate(
        ended=Count("items", filter=~Q(items__state=ItemState.QUEUED)),
        waiting=Count("items", filter=Q(items__state=ItemState.WAITING)),
        failed=Count("items", filter=Q(items__state=ItemState.FAILED)),
    )


def needing_somebody(since: datetime) -> QuerySet[Rollout]:
    """Return the rollouts that are paused, and those under way or ended ``since`` then in which something failed or
    waits: ``unsettled`` counts the instances that still run what they did. Newest first."""
    is_unsettled = Q(items__state__in=RETRIED, items__instance__current_deployment=F("items__seen_deployment"))
    found = Rollout.objects.select_related("integration_template", "release__integration_template")
    return (
        found.annotate(unsettled=Count("items", filter=is_unsettled))
        .filter(
            Q(state=RolloutState.PAUSED)
            | Q(state=RolloutState.RUNNING, unsettled__gt=0)
            | Q(state=RolloutState.FINISHED, unsettled__gt=0, ended_at__gte=since)
        )
        .order_by("-pk")
    )


def counts_of(rollout: Rollout) -> dict[ItemState, int]:
    """Return how many items are in each state; each state is present."""
    rows = rollout.items.order_by().values_list("state").annotate(number=Count("pk"))
    counted = dict(rows)
    return {state: counted.get(state.value, 0) for state in ItemState}


def items_of(rollout: Rollout) -> QuerySet[RolloutItem]:
    """Return the items of a rollout, complete for a list: those that need somebody first, the queued last."""
    return rollout.items.select_related(
        "instance__integration_template",
        "instance__environment",
        "instance__customer",
        "instance__current_deployment__release",
        "seen_deployment__release",
        "goes_back_to__release",
        "deployment__release",
    ).order_by(
        "instance__environment__position", F("instance__customer__name").asc(nulls_first=True), "instance__label", "pk"
    )


def to_put_back(rollout: Rollout) -> QuerySet[RolloutItem]:
    """Return the items whose instances still run what this rollout put there and ran something else before."""
    return rollout.items.filter(
        state=ItemState.SUCCEEDED,
        deployment__previous__isnull=False,
        instance__current_deployment=F("deployment"),
        instance__removed_at=None,
    )


def candidates(release: Release, chosen: Mapping[str, Any], *, by: By) -> QuerySet[Instance]:
    """Return the instances of the release's template that hold something, narrowed down by the filters."""
    visible = selectors.instances_visible_to(by).filter(current_deployment__isnull=False, removed_at=None)
    found = selectors.filtered(visible, {**chosen, "integration_template": release.integration_template})
    return preview.complete(found).order_by(*selectors.IN_ORDER)


def pending_jobs() -> list[str]:
    """Return the jobs that wait for a worker, oldest rollout first; a paused rollout has none."""
    items = RolloutItem.objects.filter(state=ItemState.QUEUED, rollout__state=RolloutState.RUNNING)
    return [item.job for item in items.order_by("rollout", "instance")[:AT_ONCE]]
