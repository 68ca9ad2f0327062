"""Putting a release with configuration and connections onto an instance."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.audit.differences import as_fact
from apps.audit.operations import Operation, operation
from apps.core.errors import Conflict, Refused
from apps.deployments import selectors
from apps.deployments.comparing import told_by
from apps.deployments.enums import DeploymentKind
from apps.deployments.models import Deployment, Instance
from apps.deployments.plan import Plan, Target
from apps.deployments.readiness import problems
from apps.deployments.rights import By, authorise_operating
from apps.deployments.services.transition import Content, Locked, chain_of, check_seen, lock, record
from apps.infra.crash import crash_point
from apps.releases import services as releases
from apps.releases.models import Release
from apps.releases.selectors import definition_of


@dataclass(frozen=True)
class NewVersion:
    """What a draft becomes when it is deployed: the version's name and description, and the text that was reviewed."""

    name: str
    description: str = ""
    digest: str = ""


@dataclass(frozen=True)
class Order:
    """A deployment that somebody asks for."""

    target: Target
    release: Release
    config: Mapping[str, Any]
    connections: Mapping[str, int]
    seen: Deployment | None
    kind: DeploymentKind | None = None
    reason: str = ""
    new_version: NewVersion | None = None


def deploy(
    *,
    by: By,
    target: Target | Instance,
    release: Release,
    config: Mapping[str, Any],
    connections: Mapping[str, int],
    seen_deployment: Deployment | None,
    kind: DeploymentKind | None = None,
    reason: str = "",
    new_version: NewVersion | None = None,
) -> Deployment:
    """Put the release onto the instance, which is made if it does not exist; all of it happens or nothing.

    ``connections`` maps slots to ids of connections; ids that are not of this environment and owner are refused.
    ``seen_deployment`` is what ran there when the person decided (None: nothing); something else is a ``Conflict``.
    A draft is frozen first and needs ``new_version``. Raises ``Refused`` with every problem that readiness finds.
    """
    place = Target.of(target) if isinstance(target, Instance) else target
    order = Order(place, release, config, connections, seen_deployment, kind, reason, new_version)
    with operation("instance.deployed", by=by, reason=reason) as op:
        deployment = carry_out(op, order, by=by)
        crash_point("deploy.before_commit")
    crash_point("deploy.after_commit")
    return deployment


def carry_out(op: Operation, order: Order, *, by: By) -> Deployment:
    """Lock, check, change: the inside of the operation of a deployment."""
    locked = lock(order.target)
    op.about(locked.instance or locked.target.integration_template)
    crash_point("deploy.after_lock")
    authorise_operating(by, environment=locked.target.environment, customer=locked.target.customer)
    check_seen(locked, order.seen)
    plan = _checked(locked, order, by=by)
    content = Content(_frozen(plan, order, by=by), plan.config, plan.connections)
    kind = order.kind or plan.kind(same=_is_same(locked, content))
    deployment = record(locked, content, by=by, kind=kind, reason=order.reason)
    crash_point("deploy.after_change")
    _tell(op, deployment, locked.target)
    return deployment


def _checked(locked: Locked, order: Order, *, by: By) -> Plan:
    release = Release.objects.select_related("integration_template", "snapshot").get(pk=order.release.pk)
    target = locked.target
    connections = selectors.chosen_connections(target, order.connections)
    plan = Plan(target, locked.instance, release, definition_of(release), dict(order.config), connections)
    if missing := problems(plan, person=by):
        raise Refused(
            f"{release.title} cannot be deployed to {target.environment} for {target.owner_name} yet.",
            problems=[problem.sentence for problem in missing],
        )
    return plan


def _frozen(plan: Plan, order: Order, *, by: By) -> Release:
    release, new = plan.release, order.new_version
    if not release.is_draft:
        return release
    if new is None or not new.name.strip():
        raise Refused("Deploying a draft makes a version of it: give the version a name.")
    if new.digest and new.digest != release.digest:
        raise Conflict("The draft was edited after you chose it. Choose it again to deploy what it says now.")
    return releases.freeze_for_deployment(by=by, draft=release, name=new.name.strip(), description=new.description)


def _is_same(locked: Locked, content: Content) -> bool:
    current = locked.current
    if current is None or current.config_revision.data != content.config:
        return False
    bound = {slot: connection.pk for slot, connection in content.connections.items()}
    return dict(current.bindings.values_list("slot", "connection_id")) == bound


def _tell(op: Operation, deployment: Deployment, target: Target) -> None:
    instance = deployment.instance
    op.about(
        instance,
        within=target.integration_template,
        chain=chain_of(target),
        release=deployment.release.title,
        kind=DeploymentKind(deployment.kind).label.lower(),
        deployment=deployment.number,
        **as_fact(told_by(deployment)),
    )
