"""What people and schedules do with runs."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.audit.actor import Actor, actor_of
from apps.audit.operations import operation
from apps.connectors.models import Connection
from apps.core import clock
from apps.core.errors import Conflict, Refused
from apps.deployments.models import Instance
from apps.environments.models import Environment
from apps.releases.models import Release
from apps.releases.selectors import definition_of
from apps.runs import rules
from apps.runs.models import Run
from apps.runs.pinning import pinned_deployment, pinned_test
from apps.runs.rules import By
from apps.runs.selectors import uncertain_call
from apps.runs.states import OVER, Resolution, RunKind, RunState


def start_run(*, by: By, instance: Instance, event: Any = None, kind: RunKind | None = None) -> Run:
    """Queue a run of what is deployed on the instance. Raises ``Forbidden`` or ``Refused`` with the reason.

    A person's start is an audited act. A schedule's is not: there the run itself is the record.
    """
    if isinstance(by, Actor):
        with transaction.atomic():
            return _queued(by, _fresh(instance), kind=kind or RunKind.SCHEDULE, event=event)
    with operation("run.started", by=by) as op:
        fresh = _fresh(instance)
        op.about(fresh, within=fresh.integration_template, chain=_chain(fresh))
        run = _queued(by, fresh, kind=kind or RunKind.MANUAL, event=event)
        op.about(run, within=fresh, chain=_chain(fresh), instance=str(fresh), release=run.release.label)
    return run


def start_test_run(
    *,
    by: By,
    release: Release,
    environment: Environment,
    config: Mapping[str, Any],
    connections: Mapping[str, Connection],
    event: Any = None,
) -> Run:
    """Queue a run of any release, drafts too, with the team's connections; the text is pinned as it is now."""
    with operation("run.tested", by=by) as op:
        op.about(release, within=release.integration_template)
        rules.authorise_test(by, environment)
        rules.refuse_test(release)
        definition = definition_of(release)
        if definition.unsupported:
            names = [finding.message for finding in definition.unsupported]
            raise Refused("Slipway does not run everything in this release.", problems=names)
        run = _new(
            by,
            release=release,
            environment=environment,
            kind=RunKind.TEST,
            pinned=pinned_test(definition, connections, environment, None),
            input={"config": dict(config), "event": event},
        )
        op.about(run, within=release.integration_template, release=str(release), environment=environment.name)
    return run


def retry_run(*, by: By, run: Run) -> Run:
    """Queue a new run for one that failed or was cancelled: the same event, on what is deployed now."""
    with operation("run.retried", by=by) as op:
        op.about(run)
        _refuse_unless_over(run)
        rules.authorise_running(by, environment=run.environment, customer=_customer(run), help_out=True)
        retried = _again(by, run)
        op.about(retried, within=run.instance or run.release, chain=_chain(run.instance), earlier=str(run))
    return retried


def cancel_run(*, by: By, run: Run, reason: str = "") -> Run:
    """Stop a run: no further step of it begins. A call that is on its way is not taken back."""
    with operation("run.cancelled", by=by, reason=reason) as op:
        fresh = _locked(run)
        op.about(fresh, within=fresh.instance or fresh.release, chain=_chain(fresh.instance))
        rules.authorise_running(by, environment=fresh.environment, customer=_customer(fresh), help_out=True)
        if fresh.status.is_over:
            raise Conflict(f"The run is over: it {fresh.status.label.lower()}.")
        fresh.state, fresh.finished_at = RunState.CANCELLED, clock.now()
        fresh.save(update_fields=["state", "finished_at"])
    return fresh


def resolve_uncertain(*, by: By, run: Run, resolution: Resolution, reason: str = "") -> Run:
    """Say what became of the call that nobody knows about; the run goes on from there."""
    with operation("run.resolved", by=by, reason=reason) as op:
        fresh = _locked(run)
        op.about(fresh, within=fresh.instance or fresh.release, chain=_chain(fresh.instance), decision=resolution.label)
        rules.authorise_running(by, environment=fresh.environment, customer=_customer(fresh), help_out=True)
        intent = uncertain_call(fresh)
        if fresh.status is not RunState.UNCERTAIN or intent is None:
            raise Conflict("The run waits for no decision any more.")
        intent.resolution, intent.resolved_at = resolution, clock.now()
        intent.resolved_by_name = actor_of(by).name
        intent.save(update_fields=["resolution", "resolved_at", "resolved_by_name"])
    return fresh


def _queued(by: By, instance: Instance, *, kind: RunKind, event: Any, retry_of: Run | None = None) -> Run:
    help_out = kind is RunKind.RETRY
    rules.authorise_running(by, environment=instance.environment, customer=instance.customer, help_out=help_out)
    deployment = instance.current_deployment
    if deployment is None:
        raise Refused(f"Nothing is deployed on {instance} yet. Deploy a version first.")
    rules.refuse_paused(instance)
    rules.refuse_release(deployment.release)
    return _new(
        by,
        release=deployment.release,
        environment=instance.environment,
        kind=kind,
        pinned=pinned_deployment(deployment),
        input={"config": deployment.config_revision.data, "event": event},
        instance=instance,
        deployment=deployment,
        retry_of=retry_of,
    )


def _new(by: By, *, release: Release, **columns: Any) -> Run:
    return Run.objects.create(
        release=release,
        snapshot_id=release.snapshot_id,
        started_by=by if isinstance(by, User) else None,
        started_by_name=actor_of(by).name,
        queued_at=clock.now(),
        **columns,
    )


def _again(by: By, run: Run) -> Run:
    event = (run.input or {}).get("event")
    if run.instance is not None:
        return _queued(by, _fresh(run.instance), kind=RunKind.RETRY, event=event, retry_of=run)
    rules.authorise_test(by, run.environment)
    rules.refuse_test(run.release)
    return Run.objects.create(
        release=run.release,
        snapshot_id=run.snapshot_id,
        environment=run.environment,
        kind=RunKind.TEST,
        pinned=run.pinned,
        input=run.input,
        retry_of=run,
        started_by=by if isinstance(by, User) else None,
        started_by_name=actor_of(by).name,
        queued_at=clock.now(),
    )


def _fresh(instance: Instance) -> Instance:
    return Instance.objects.select_related(
        "integration_template",
        "environment",
        "customer",
        "current_deployment__release__integration_template",
        "current_deployment__release__snapshot",
        "current_deployment__config_revision",
        "current_deployment__instance__environment",
    ).get(pk=instance.pk)


def _locked(run: Run) -> Run:
    return (
        Run.objects.select_for_update(of=("self",), no_key=True)
        .select_related("environment", "release__integration_template", "instance__customer")
        .get(pk=run.pk)
    )


def _refuse_unless_over(run: Run) -> None:
    if run.status not in OVER or run.status is RunState.SUCCEEDED:
        raise Refused("Only a run that failed or was cancelled can be tried again.")


def _customer(run: Run) -> Any:
    return run.instance.customer if run.instance else None


def _chain(instance: Instance | None) -> str | None:
    return f"customer:{instance.customer_id}" if instance and instance.customer_id else None
