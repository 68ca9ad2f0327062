"""One instance's turn in a rollout. A worker does it in one transaction: all of it happened, or nothing did."""

from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from apps.audit.actor import Actor
from apps.audit.operations import operation
from apps.core import clock
from apps.core.errors import Refused
from apps.deployments.enums import DeploymentKind
from apps.deployments.models import Deployment, Instance, Rollout, RolloutItem
from apps.deployments.rollouts import preview
from apps.deployments.rollouts.states import ItemState, RolloutState
from apps.deployments.rollouts.verdicts import Outcome
from apps.deployments.services.deploying import deploy
from apps.deployments.services.undoing import undo_deployment
from apps.infra.crash import crash_point
from apps.releases.models import IntegrationTemplate, Release

WORKER = Actor.system("rollouts")


@dataclass(frozen=True)
class End:
    """How a turn ended."""

    state: ItemState
    told: str = ""
    deployment: Deployment | None = None


def carry_out_item(job: str) -> None:
    """Give the item its turn; nothing happens where it had it already or is not to have it now."""
    with transaction.atomic():
        item = _locked(job)
        if item is None:
            return
        _keep(item, _turn(item))
        crash_point("rollout.mid_batch")
    crash_point("rollout.after_item")


def give_up_item(job: str, sentence: str) -> None:
    """Let the item count as failed: its turn ended in an error that is nobody's rule."""
    with transaction.atomic():
        if item := _locked(job):
            _keep(item, End(ItemState.FAILED, sentence))


def _locked(job: str) -> RolloutItem | None:
    """Return the item with its template locked, so that nobody changes the rollout or the instance meanwhile."""
    pk, _, attempt = job.partition(":")
    template = Rollout.objects.filter(items__pk=UUID(pk)).values("integration_template")
    IntegrationTemplate.objects.select_for_update().get(pk__in=template)
    return (
        RolloutItem.objects.select_for_update(of=("self",))
        .select_related(
            "rollout__integration_template", "rollout__led_by", "seen_deployment", "goes_back_to", "instance"
        )
        .filter(pk=pk, attempt=int(attempt), state=ItemState.QUEUED, rollout__state=RolloutState.RUNNING)
        .first()
    )


def _turn(item: RolloutItem) -> End:
    try:
        return _put_back(item) if item.goes_back_to else _update(item)
    except Refused as refusal:
        return End(ItemState.FAILED, " ".join([refusal.message, *refusal.problems]))


def _put_back(item: RolloutItem) -> End:
    deployment = undo_deployment(
        by=item.rollout.leader,
        instance=_instance(item),
        reason=_reason(item.rollout),
        seen_deployment=item.seen_deployment,
        to=item.goes_back_to,
    )
    return End(ItemState.SUCCEEDED, deployment=deployment)


def _update(item: RolloutItem) -> End:
    rollout = item.rollout
    release = Release.objects.select_related("integration_template", "snapshot").get(pk=rollout.release_id)
    row = preview.consider([_instance(item)], release, by=rollout.leader, within=rollout)[0]
    if end := _ENDS.get(row.verdict.outcome):
        return End(end, row.verdict.reason)
    if row.plan is None:
        raise ValueError(f"{item} has no plan to carry out.")
    deployment = deploy(
        by=rollout.leader,
        target=row.instance,
        release=release,
        config=row.plan.config,
        connections={slot: connection.pk for slot, connection in row.plan.connections.items()},
        seen_deployment=item.seen_deployment,
        kind=DeploymentKind.ROLLOUT,
        reason=_reason(rollout),
    )
    return End(ItemState.SUCCEEDED, deployment=deployment)


def _instance(item: RolloutItem) -> Instance:
    instance = preview.complete(Instance.objects.filter(pk=item.instance_id)).get()
    if instance.removed_at:
        raise Refused("It was removed meanwhile. Nothing runs there.")
    return instance


def _reason(rollout: Rollout) -> str:
    return f"Rollout {rollout.pk}: {rollout.reason}" if rollout.reason else f"Rollout {rollout.pk}"


def _keep(item: RolloutItem, end: End) -> None:
    item.state, item.told, item.deployment, item.ended_at = end.state, end.told, end.deployment, clock.now()
    item.save(update_fields=["state", "told", "deployment", "ended_at"])
    if not item.rollout.items.filter(state=ItemState.QUEUED).exists():
        _finish(item.rollout)


def _finish(rollout: Rollout) -> None:
    with operation("rollout.finished", by=WORKER) as op:
        rollout.state, rollout.ended_at = RolloutState.FINISHED, clock.now()
        rollout.save(update_fields=["state", "ended_at"])
        done = rollout.items.filter(state=ItemState.SUCCEEDED).count()
        op.about(rollout, within=rollout.integration_template, done=done, size=rollout.size)


_ENDS = {
    Outcome.ALREADY_THERE: ItemState.SKIPPED,
    Outcome.NEEDS_INPUT: ItemState.WAITING,
    Outcome.NEEDS_CONNECTION: ItemState.WAITING,
    Outcome.BLOCKED: ItemState.FAILED,
    Outcome.PINNED: ItemState.FAILED,
}
