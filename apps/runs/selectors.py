"""Questions about runs. Loading goes through what a person may see."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from apps.accounts.models import User
from apps.accounts.permissions import Verb, may
from apps.core import clock
from apps.core.errors import Forbidden
from apps.deployments.models import Instance
from apps.releases.models import IntegrationTemplate
from apps.releases.selectors import definition_of
from apps.runs import rules
from apps.runs.models import CallIntent, Run, RunStep, ScheduleSlot
from apps.runs.rules import By
from apps.runs.states import IntentState
from apps.runs.timetable import next_time

NAMES = ("release__integration_template", "environment", "instance__customer")


def runs_visible_to(person: By) -> QuerySet[Run]:
    """Return the runs that the person may see: all for the team, those of their own instances for customers' people."""
    runs = Run.objects.select_related(*NAMES).defer("input", "output", "pinned").order_by("-queued_at", "-pk")
    if isinstance(person, User) and person.customer_id:
        return runs.filter(instance__customer=person.customer_id)
    return runs if may(person, Verb.CONSOLE_SEE) else runs.none()


def filtered(runs: QuerySet[Run], chosen: Mapping[str, Any]) -> QuerySet[Run]:
    """Narrow runs down by the choices of ``RunFilterForm``."""
    for name in ("state", "kind", "environment", "release", "instance"):
        if chosen.get(name):
            runs = runs.filter(**{name: chosen[name]})
    if chosen.get("integration_template"):
        runs = runs.filter(release__integration_template=chosen["integration_template"])
    return runs


def runs_of_template(integration_template: IntegrationTemplate, person: By) -> QuerySet[Run]:
    """Return the runs of every release of a template, newest first."""
    return runs_visible_to(person).filter(release__integration_template=integration_template)


def runs_of_instance(instance: Instance, person: By) -> QuerySet[Run]:
    """Return the runs of an instance, newest first."""
    return runs_visible_to(person).filter(instance=instance)


def steps_of(run: Run) -> QuerySet[RunStep]:
    """Return the steps of a run in the order in which they began."""
    return run.steps.order_by("sequence", "pk")


def uncertain_call(run: Run) -> CallIntent | None:
    """Return the call of a run that waits for a person's decision."""
    return run.intents.filter(state=IntentState.UNCERTAIN, resolution="").first()


def next_run_of(instance: Instance) -> datetime | None:
    """Return when the schedule of what is deployed starts the next run; None without a schedule or while paused."""
    deployment = instance.current_deployment
    if deployment is None or instance.paused_at:
        return None
    schedule = definition_of(deployment.release).schedule
    return next_time(schedule, anchor=deployment.at, after=clock.now()) if schedule else None


def slots_of(instance: Instance) -> QuerySet[ScheduleSlot]:
    """Return the times at which the schedule of an instance was due, newest first."""
    return instance.schedule_slots.select_related("run").order_by("-at")


def why_not_help(run: Run, person: By) -> str:
    """Return why the person may not cancel, retry or decide, or "" where they may."""
    customer = run.instance.customer if run.instance else None
    try:
        rules.authorise_running(person, environment=run.environment, customer=customer, help_out=True)
    except Forbidden as refusal:
        return refusal.message
    return ""
