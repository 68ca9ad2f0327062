"""Updating many instances: a rollout with a frozen list of items, and the way back of all of it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db.models import F, OuterRef, Subquery

from apps.accounts.models import User
from apps.accounts.permissions import Verb, authorise
from apps.audit.actor import actor_of
from apps.audit.operations import Operation, operation
from apps.core import clock
from apps.core.errors import Conflict, Refused
from apps.deployments.models import Instance, Rollout, RolloutItem
from apps.deployments.rights import By
from apps.deployments.rollouts import preview, selectors
from apps.deployments.rollouts.preview import Considered
from apps.deployments.rollouts.states import RETRIED, ItemState, RolloutState
from apps.releases.models import IntegrationTemplate, Release


def start_rollout(*, by: By, release: Release, choices: Mapping[int, int], reason: str = "") -> Rollout:
    """Begin to bring the chosen instances to the version; workers do it one by one.

    ``choices`` maps ids of instances to the id of the deployment that was seen there. All of them become items, or
    none: ``Conflict`` where something else runs meanwhile, ``Refused`` where one cannot take part.
    """
    with operation("rollout.started", by=by, reason=reason) as op:
        op.about(release.integration_template)
        authorise(by, Verb.INSTANCE_OPERATE_PROTECTED)
        template = _lock(release.integration_template_id)
        fresh = Release.objects.select_related("integration_template", "snapshot").get(pk=release.pk)
        rows = _taking_part(fresh, choices, by=by)
        rollout = _begun(template, fresh, len(rows), by=by, reason=reason)
        RolloutItem.objects.bulk_create(
            RolloutItem(rollout=rollout, instance=row.instance, seen_deployment=row.current) for row in rows
        )
        op.about(rollout, within=template, release=fresh.title, instances=len(rows))
    return rollout


def put_everything_back(*, by: By, rollout: Rollout, reason: str) -> Rollout:
    """Begin the way back: every instance that still runs what the rollout put there gets exactly what it had before.

    A rollout that is not over is cancelled first, in the same act.
    """
    with operation("rollout.put_back", by=by, reason=reason) as op:
        op.about(rollout)
        authorise(by, Verb.INSTANCE_OPERATE_PROTECTED)
        if not reason.strip():
            raise Refused("Say why everything goes back: the people who look at these instances later need to know.")
        template = _lock(rollout.integration_template_id)
        fresh = _fresh(rollout)
        if fresh.restores_id:
            raise Refused("This is the way back already. Start a new rollout to go forward again.")
        if not fresh.status.is_over:
            cancel_rollout(by=by, rollout=fresh, reason=reason)
        items = list(selectors.to_put_back(fresh).select_related("deployment"))
        if not items:
            raise Refused("No instance runs what this rollout put there any more, so there is nothing to put back.")
        _refuse_busy([item.instance_id for item in items])
        way_back = _begun(template, fresh.release, len(items), by=by, reason=reason, restores=fresh)
        RolloutItem.objects.bulk_create(_back(way_back, item) for item in items)
        with operation("rollout.started", by=by, reason=reason) as beginning:
            beginning.about(way_back, within=template, release=fresh.release.title, instances=len(items))
        op.about(fresh, within=template, instances=len(items), way_back=str(way_back.pk))
    return way_back


def pause_rollout(*, by: By, rollout: Rollout, reason: str = "") -> Rollout:
    """Let no further instance have its turn until the rollout is resumed."""
    with _changing("rollout.paused", RolloutState.PAUSED, by=by, rollout=rollout, reason=reason) as fresh:
        fresh.state = RolloutState.PAUSED
        fresh.save(update_fields=["state"])
    return fresh


def resume_rollout(*, by: By, rollout: Rollout, reason: str = "") -> Rollout:
    """Go on with those that had no turn yet, from now on in the name of who resumes."""
    with _changing("rollout.resumed", RolloutState.RUNNING, by=by, rollout=rollout, reason=reason) as fresh:
        if fresh.status is not RolloutState.PAUSED:
            raise Refused("It is not paused.")
        # Jobs that were handed out before the pause found it paused and ended: each needs a new one.
        fresh.items.filter(state=ItemState.QUEUED).update(attempt=F("attempt") + 1)
        _lead(fresh, by)
    return fresh


def cancel_rollout(*, by: By, rollout: Rollout, reason: str = "") -> Rollout:
    """End it early: what was updated stays, what waits is not touched any more."""
    with _changing("rollout.cancelled", RolloutState.CANCELLED, by=by, rollout=rollout, reason=reason) as fresh:
        now = clock.now()
        fresh.items.filter(state__in=[ItemState.QUEUED, ItemState.WAITING]).update(
            state=ItemState.CANCELLED, ended_at=now
        )
        fresh.state, fresh.ended_at = RolloutState.CANCELLED, now
        fresh.save(update_fields=["state", "ended_at"])
    return fresh


def retry_rollout(*, by: By, rollout: Rollout, reason: str = "") -> Rollout:
    """Give those that failed or wait for somebody another turn, whatever runs on them now."""
    with _changing("rollout.retried", RolloutState.RUNNING, by=by, rollout=rollout, reason=reason) as fresh:
        if fresh.status is RolloutState.PAUSED:
            raise Refused("It is paused. Resume it first.")
        again = fresh.items.filter(state__in=RETRIED)
        if not again.exists():
            raise Refused("Nothing failed and nothing waits, so there is nothing to try again.")
        _refuse_busy(list(again.values_list("instance", flat=True)))
        running_now = Instance.objects.filter(pk=OuterRef("instance")).values("current_deployment")
        seen: dict[str, Any] = {} if fresh.restores_id else {"seen_deployment": Subquery(running_now)}
        again.update(state=ItemState.QUEUED, attempt=F("attempt") + 1, told="", ended_at=None, **seen)
        fresh.ended_at = None
        _lead(fresh, by)
    return fresh


@contextmanager
def _changing(verb: str, state: RolloutState, *, by: By, rollout: Rollout, reason: str) -> Iterator[Rollout]:
    with operation(verb, by=by, reason=reason) as op:
        op.about(rollout)
        authorise(by, Verb.INSTANCE_OPERATE_PROTECTED)
        template = _lock(rollout.integration_template_id)
        fresh = _fresh(rollout)
        if fresh.status is not RolloutState.RUNNING or state is not RolloutState.RUNNING:
            _refuse_move(fresh, state)
        yield fresh
        _tell(op, fresh, template)


def _refuse_move(rollout: Rollout, state: RolloutState) -> None:
    if not rollout.status.may_become(state):
        raise Refused(f"It is {rollout.status.label.lower()}, so it cannot become {state.label.lower()}.")


def _tell(op: Operation, rollout: Rollout, template: IntegrationTemplate) -> None:
    op.about(rollout, within=template, release=rollout.release.title)


def _lock(template_pk: int) -> IntegrationTemplate:
    """Every deployment of the template waits for this lock, and with it every item of its rollouts."""
    return IntegrationTemplate.objects.select_for_update().get(pk=template_pk)


def _fresh(rollout: Rollout) -> Rollout:
    return (
        Rollout.objects.select_for_update(of=("self",))
        .select_related("integration_template", "release__integration_template", "led_by")
        .get(pk=rollout.pk)
    )


def _taking_part(release: Release, choices: Mapping[int, int], *, by: By) -> list[Considered]:
    if not choices:
        raise Refused("Choose at least one instance.")
    if not release.number:
        raise Refused("A draft cannot be rolled out. Create a version of it first.")
    found = selectors.candidates(release, {}, by=by).filter(pk__in=choices)
    rows = preview.consider(found, release, by=by)
    if len(rows) != len(choices) or any(row.current.pk != choices[row.instance.pk] for row in rows):
        raise Conflict("Meanwhile something else was deployed to one of these instances. Look at the preview again.")
    if refused := [row for row in rows if not row.verdict.outcome.takes_part]:
        raise Refused(
            "Some of the chosen instances cannot take part.",
            problems=[f"{row.instance}: {row.verdict.reason}" for row in refused],
        )
    return rows


def _begun(
    template: IntegrationTemplate,
    release: Release,
    size: int,
    *,
    by: By,
    reason: str,
    restores: Rollout | None = None,
) -> Rollout:
    return Rollout.objects.create(
        integration_template=template,
        release=release,
        restores=restores,
        size=size,
        reason=reason,
        led_by=by if isinstance(by, User) else None,
        led_by_name=actor_of(by).name,
        started_at=clock.now(),
    )


def _back(way_back: Rollout, item: RolloutItem) -> RolloutItem:
    deployment = item.deployment
    if deployment is None or deployment.previous_id is None:
        raise ValueError(f"{item} made nothing that could be put back.")
    return RolloutItem(
        rollout=way_back,
        instance_id=item.instance_id,
        seen_deployment=deployment,
        goes_back_to_id=deployment.previous_id,
    )


def _refuse_busy(instances: list[int]) -> None:
    busy = RolloutItem.objects.filter(instance__in=instances, state=ItemState.QUEUED).select_related("rollout").first()
    if busy:
        raise Refused(f"Rollout {busy.rollout_id} has not finished with some of these instances. Cancel it first.")


def _lead(rollout: Rollout, by: By) -> None:
    rollout.state = RolloutState.RUNNING
    rollout.led_by, rollout.led_by_name = by if isinstance(by, User) else None, actor_of(by).name
    rollout.save(update_fields=["state", "led_by", "led_by_name", "ended_at"])
