"""What the pages of the marketplace show, put together from several selectors."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from apps.accounts.models import Customer, User
from apps.core.badges import Badge
from apps.deployments import selectors as deployments
from apps.deployments.config_form import Answer, told
from apps.deployments.models import WizardDraft
from apps.deployments.wizard import questions_of
from apps.marketplace.integrations import Integration
from apps.marketplace.telling import act_of, actor_of, failure_of, reason_of, run_badge
from apps.releases.models import Release
from apps.releases.states import Mark, State
from apps.releases.whats_new import versions_between
from apps.runs.models import Run
from apps.runs.states import RunKind, RunState

HISTORY = 10


@dataclass(frozen=True)
class ShownRun:
    """A run in words. ``why`` is set where it did not finish."""

    run: Run
    badge: Badge
    started: str
    why: str

    @property
    def seconds(self) -> float:
        """How long it took; 0 while it goes on."""
        run = self.run
        return (run.finished_at - run.started_at).total_seconds() if run.finished_at and run.started_at else 0


@dataclass(frozen=True)
class Event:
    """Something that happened to an integration."""

    act: str
    actor: str
    at: datetime
    version: str
    reason: str


def shown_runs(integration: Integration) -> list[ShownRun]:
    """Return the last runs, newest first."""
    customer = integration.instance.customer
    return [
        ShownRun(
            run,
            run_badge(run),
            _starter(run, customer),
            failure_of(run) if run.status is RunState.FAILED else "",
        )
        for run in integration.runs
    ]


def _starter(run: Run, customer: Customer | None) -> str:
    if run.kind == RunKind.SCHEDULE:
        return "by itself"
    is_colleague = customer is not None and run.started_by is not None and run.started_by.customer_id == customer.pk
    return f"by {run.started_by_name}" if is_colleague else "by our team"


def settings_of(integration: Integration) -> list[Answer]:
    """Return the customer's own answers in words; what only the team answers is not for customers."""
    asked = {name: question for name, question in questions_of(integration.definition).items() if question.by_customer}
    data = integration.deployment.config_revision.data
    return told({name: value for name, value in data.items() if name in asked}, asked)


def history_of(integration: Integration, person: User) -> list[Event]:
    """Return what happened to it, newest first."""
    customer = person.customer
    if customer is None:
        return []
    return [
        Event(
            act_of(deployment),
            actor_of(deployment, customer),
            deployment.at,
            version_of(deployment.release),
            reason_of(deployment, customer),
        )
        for deployment in deployments.deployments_of(integration.instance)[:HISTORY]
    ]


def whats_new(integration: Integration) -> list[Release]:
    """Return the versions with notes that customers were offered since the one that runs, newest first."""
    return notes_between(integration.release, integration.update) if integration.update else []


def notes_between(running: Release, offered: Release) -> list[Release]:
    """Return the versions with notes that customers were offered after one that runs, up to another, newest first."""
    if (offered.number or 0) <= (running.number or 0):
        return []
    known = Q(state__in=(State.LIVE, State.SUPERSEDED), mark=Mark.NONE) | Q(pk=offered.pk)
    return list(versions_between(running, offered).filter(known).exclude(notes=""))


def version_of(release: Release) -> str:
    """Return how customers call a version."""
    return f"Version {release.number}"


def unfinished_of(person: User) -> QuerySet[WizardDraft]:
    """Return what the person began to set up and has not finished."""
    return deployments.wizards_of(person).filter(deployment=None, release__isnull=False)
