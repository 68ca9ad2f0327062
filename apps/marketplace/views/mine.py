"""My integrations: the list, the page of one, and the small acts."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb, may
from apps.core.htmx import announce, fragment_of, redirect, render
from apps.core.permissions import requires
from apps.core.text import markdown
from apps.deployments import selectors as deployments
from apps.deployments.services import pause_instance, resume_instance
from apps.marketplace import offers, plainly
from apps.marketplace.integrations import Integration, instances_of, told
from apps.marketplace.pages import history_of, settings_of, shown_runs, unfinished_of, whats_new
from apps.marketplace.views.loading import integration_or_404
from apps.runs import services as runs
from apps.runs.selectors import runs_of_instance
from apps.runs.states import Resolution, RunState

SUGGESTED = 3
CHANGED = "integrations-changed"


@requires(Verb.MARKETPLACE_USE)
@require_safe
def home(request: Request) -> HttpResponse:
    """What the person's customer has installed, and how it stands."""
    mine = told(instances_of(request.user))
    installed = {integration.instance.integration_template_id for integration in mine}
    others = offers.offers(offers.shown().exclude(integration_template__in=installed)[:SUGGESTED])
    context = {
        "integrations": mine,
        "suggestions": others,
        "unfinished": unfinished_of(request.user),
        "may_manage": may(request.user, Verb.MARKETPLACE_MANAGE),
        "customer": request.user.customer,
        "place": "mine",
    }
    return render(request, "marketplace/home.html", context, fragments=("my-integrations",))


@requires(Verb.MARKETPLACE_USE)
@require_safe
def instance_detail(request: Request, pk: int) -> HttpResponse:
    """One integration: how it stands, its last runs, its settings and connections, and what happened to it.

    While a run goes on, its list asks again; when the last one is over, the whole page is shown anew.
    """
    integration = integration_or_404(request, pk)
    if fragment_of(request) == "integration-runs" and not integration.is_busy:
        return redirect(request, integration.url)
    context = {**_about(request, integration), **_story(request, integration)}
    return render(request, "marketplace/instance_detail.html", context, fragments=("integration-runs",))


@requires(Verb.MARKETPLACE_USE)
@require_POST
def run_start(request: Request, pk: int) -> HttpResponse:
    """Let it work once, now."""
    integration = integration_or_404(request, pk)
    with plainly.spoken():
        runs.start_run(by=request.user, instance=integration.instance)
    messages.success(request, f"{integration.name} has been started.")
    return redirect(request, "marketplace:instance_detail", pk)


@requires(Verb.MARKETPLACE_USE)
@require_POST
def instance_pause(request: Request, pk: int) -> HttpResponse:
    """Let nothing run until it is resumed."""
    integration = integration_or_404(request, pk)
    with plainly.spoken():
        pause_instance(by=request.user, instance=integration.instance)
    messages.success(request, f"{integration.name} is paused. Nothing runs until you resume it.")
    return announce(redirect(request, "marketplace:instance_detail", pk), CHANGED)


@requires(Verb.MARKETPLACE_USE)
@require_POST
def instance_resume(request: Request, pk: int) -> HttpResponse:
    """Let it run again."""
    integration = integration_or_404(request, pk)
    with plainly.spoken():
        resume_instance(by=request.user, instance=integration.instance)
    messages.success(request, f"{integration.name} is running again.")
    return announce(redirect(request, "marketplace:instance_detail", pk), CHANGED)


@requires(Verb.MARKETPLACE_USE)
@require_POST
def run_decide(request: Request, pk: int, run_pk: UUID, resolution: str) -> HttpResponse:
    """Say what became of a message of which nobody knows whether it arrived; the run goes on from there."""
    integration = integration_or_404(request, pk)
    run = get_object_or_404(runs_of_instance(integration.instance, request.user).defer(None), pk=run_pk)
    if resolution not in Resolution:
        raise Http404
    with plainly.spoken():
        runs.resolve_uncertain(by=request.user, run=run, resolution=Resolution(resolution))
    messages.success(request, "Thank you. The run goes on from there.")
    return redirect(request, "marketplace:instance_detail", pk)


def _about(request: Request, integration: Integration) -> dict[str, Any]:
    instance = integration.instance
    return {
        "integration": integration,
        "instance": instance,
        "notes": [(release, markdown(release.notes)) for release in whats_new(integration)],
        "may_manage": may(request.user, Verb.MARKETPLACE_MANAGE),
        "why_not_run": plainly.why_not_run(integration),
        "why_not_change": plainly.why_not_change(integration),
        "way_back": deployments.undo_target(integration.deployment),
        "place": "mine",
    }


def _story(request: Request, integration: Integration) -> dict[str, Any]:
    return {
        "runs": shown_runs(integration),
        "uncertain": next((run for run in integration.runs if run.status is RunState.UNCERTAIN), None),
        "settings": settings_of(integration),
        "connections": sorted((binding.slot, binding.connection) for binding in integration.deployment.bindings.all()),
        "history": history_of(integration, request.user),
    }
