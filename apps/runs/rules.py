"""Who may run, stop or repeat what, and what never starts. Asked when a run is queued and again when it starts."""

from apps.accounts.models import Customer, User
from apps.accounts.permissions import Verb, authorise, may
from apps.audit.actor import Actor
from apps.core.errors import Forbidden, Refused
from apps.deployments.models import Instance
from apps.environments.models import Environment
from apps.infra.sealed import KeyMissing, key_is_present
from apps.releases.models import Release
from apps.releases.selection import Facts, Purpose, selectable
from apps.releases.states import Mark, State
from apps.runs.models import Run
from apps.runs.states import RunKind

type By = User | Actor


def authorise_running(by: By, *, environment: Environment, customer: Customer | None, help_out: bool = False) -> None:
    """Raise ``Forbidden`` where the person may not run there. ``help_out``: support staff may do it too."""
    if isinstance(by, User) and by.customer_id:
        authorise(by, Verb.MARKETPLACE_USE)
        if customer is None or customer.pk != by.customer_id:
            raise Forbidden("This belongs to somebody else.")
        return
    if not (help_out and may(by, Verb.SUPPORT_ACT)):
        authorise(by, Verb.INSTANCE_OPERATE, protected=environment.is_protected)


def authorise_test(by: By, environment: Environment) -> None:
    """Raise ``Forbidden`` where the person may not test releases there."""
    authorise(by, Verb.DRAFT_EDIT)
    if environment.is_protected:
        authorise(by, Verb.INSTANCE_OPERATE, protected=True)


def refuse_start(run: Run) -> None:
    """Raise ``Refused`` where a queued run must not start after all."""
    help_out = run.kind == RunKind.RETRY
    if run.kind == RunKind.TEST:
        authorise_test(run.actor, run.environment)
        refuse_test(run.release)
        return
    customer = run.instance.customer if run.instance else None
    authorise_running(run.actor, environment=run.environment, customer=customer, help_out=help_out)
    if run.instance:
        refuse_paused(run.instance)
    refuse_release(run.release)


def refuse_paused(instance: Instance) -> None:
    """Raise ``Refused`` where nothing may start on the instance."""
    if instance.paused_at:
        raise Refused(f"{instance} is paused, so nothing starts on it. Resume it first.")


def refuse_release(release: Release) -> None:
    """Raise ``Refused`` for a release that may run on no instance now."""
    if release.mark == Mark.QUARANTINED:
        raise Refused(f"{release} is quarantined: nothing runs on it. Change to another version.")
    if release.paused_at:
        raise Refused(f"{release} is paused, so no run of it starts. Somebody who manages releases can resume it.")
    refuse_sealed()


def refuse_test(release: Release) -> None:
    """Raise ``Refused`` for a release that may not be tested."""
    facts = Facts(state=State(release.state), mark=Mark(release.mark), is_binned=release.binned_at is not None)
    if not (verdict := selectable(facts, Purpose.TEST_RUN)):
        raise Refused(f"{release} cannot be tested. {verdict.reason}")
    refuse_sealed()


def refuse_sealed() -> None:
    """Raise ``KeyMissing`` while the key file is away: then no run starts at all."""
    if not key_is_present():
        raise KeyMissing
