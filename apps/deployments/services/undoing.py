"""Going back to exactly what an earlier deployment had."""

from apps.audit.differences import as_fact
from apps.audit.operations import operation
from apps.core.errors import Refused
from apps.deployments import selectors
from apps.deployments.comparing import told_by
from apps.deployments.enums import DeploymentKind
from apps.deployments.models import Deployment, Instance
from apps.deployments.plan import Target
from apps.deployments.readiness import lock_sentence
from apps.deployments.rights import By, authorise_operating
from apps.deployments.services.transition import Content, Locked, chain_of, check_seen, lock, record
from apps.infra.crash import crash_point


def undo_deployment(
    *,
    by: By,
    instance: Instance,
    reason: str,
    seen_deployment: Deployment | None = None,
    to: Deployment | None = None,
) -> Deployment:
    """Bring back release, answers and slot bindings of an earlier deployment exactly: ``to``, or what ran before.

    Undoing twice goes back twice; ``to`` goes forward again. Today's secrets of the connections stay. Raises
    ``Conflict`` when something else runs than ``seen_deployment``, ``Refused`` when there is no way back.
    """
    with operation("instance.undone", by=by, reason=reason) as op:
        op.about(instance)
        locked = lock(Target.of(instance))
        crash_point("undo.after_lock")
        target = locked.target
        authorise_operating(by, environment=target.environment, customer=target.customer, help_out=True)
        if not reason.strip():
            raise Refused("Say why you go back: the people who look at this instance later need to know.")
        if seen_deployment is not None:
            check_seen(locked, seen_deployment)
        earlier = _earlier(locked, to)
        deployment = record(
            locked,
            Content(earlier.release, earlier.config_revision.data, selectors.bound_connections(earlier)),
            by=by,
            kind=DeploymentKind.UNDO,
            reason=reason,
            restores=earlier,
            config_revision=earlier.config_revision,
        )
        crash_point("undo.after_change")
        op.about(
            deployment.instance,
            within=target.integration_template,
            chain=chain_of(target),
            release=earlier.release.title,
            restores=earlier.number,
            deployment=deployment.number,
            **as_fact(told_by(deployment)),
        )
        crash_point("undo.before_commit")
    crash_point("undo.after_commit")
    return deployment


def _earlier(locked: Locked, to: Deployment | None) -> Deployment:
    instance, current = locked.instance, locked.current
    if instance is None or current is None:
        raise Refused("Nothing is deployed there, so there is nothing to undo.")
    if instance.removed_at:
        raise Refused("It is removed. Install it again to bring it back.")
    if locked.target.environment.is_locked:
        raise Refused(lock_sentence(locked.target.environment))
    wanted = to or selectors.undo_target(current)
    if wanted is None:
        raise Refused("This is the first deployment: nothing ran here before it.")
    earlier = selectors.deployments_of(instance).filter(pk=wanted.pk).first()
    if earlier is None or earlier.pk == current.pk:
        raise Refused("That is not an earlier deployment of this instance. Choose one of its history.")
    verdict = selectors.undo_verdict(current, earlier)
    if not verdict.ok:
        raise Refused(f"{earlier.release.title} cannot come back. {verdict.reason}")
    return earlier
