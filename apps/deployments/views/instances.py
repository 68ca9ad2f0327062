"""Instances: the list, the page, and what can be done to one."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb, may
from apps.core.errors import Refused
from apps.core.htmx import announce, redirect, render
from apps.core.permissions import requires
from apps.deployments import comparing, rights, selectors, services
from apps.deployments.forms import InstanceFilterForm, ReasonForm, UndoForm
from apps.deployments.models import Deployment, Instance
from apps.deployments.views.posted import posted
from apps.releases.selectors import live_release

PER_PAGE = 50
HISTORY = 20
CHANGED = "instances-changed"


@requires(Verb.CONSOLE_SEE)
@require_safe
def instance_list(request: Request) -> HttpResponse:
    """Every instance that the person may see, narrowed down by filters."""
    form = InstanceFilterForm(request.GET)
    chosen = form.chosen
    found = selectors.filtered(selectors.instances_visible_to(request.user), chosen)
    page = Paginator(selectors.with_versions(found).order_by(*selectors.IN_ORDER), PER_PAGE).get_page(
        request.GET.get("page")
    )
    verb = Verb.INSTANCE_OPERATE
    because = "" if may(request.user, verb) else f"Your role does not let you {verb.phrase}."
    context = {"form": form, "page": page, "is_filtered": bool(chosen), "why_not_deploy": because}
    return render(request, "deployments/instance_list.html", context, fragments=("instances",))


@requires(Verb.CONSOLE_SEE)
@require_safe
def instance_detail(request: Request, pk: int) -> HttpResponse:
    """What runs there now, since when, with which answers and connections, and how it came to it."""
    instance = _load(request, pk)
    current = instance.current_deployment
    why_not = rights.why_not(request.user, environment=instance.environment, customer=instance.customer)
    history = Paginator(selectors.deployments_of(instance), HISTORY).get_page(request.GET.get("page"))
    context = {
        "instance": instance,
        "current": current,
        "content": comparing.content_of(current) if current else None,
        "live": live_release(instance.integration_template),
        "history": history,
        "undo_target": selectors.undo_target(current) if current else None,
        "why_not": why_not,
        "why_not_run": why_not or selectors.why_nothing_starts(instance),
        "may_help": rights.may_operate(
            request.user, environment=instance.environment, customer=instance.customer, help_out=True
        ),
    }
    return render(request, "deployments/instance_detail.html", context, fragments=("history",))


@requires(Verb.CONSOLE_SEE)
@require_safe
def deployment_detail(request: Request, pk: int, number: int) -> HttpResponse:
    """One deployment: what it put there, and what it changed. A drawer."""
    instance = _load(request, pk)
    deployment = get_object_or_404(selectors.deployments_of(instance), number=number)
    before = comparing.content_of(deployment.previous) if deployment.previous else None
    after = comparing.content_of(deployment)
    context = {
        "instance": instance,
        "deployment": deployment,
        "content": after,
        "difference": comparing.difference(before, after),
        "is_current": deployment.pk == instance.current_deployment_id,
        "why_not": rights.why_not_help(request.user, environment=instance.environment, customer=instance.customer),
        "parent_url": instance.get_absolute_url(),
    }
    return render(request, "deployments/deployment_detail.html", context, fragments=("drawer",))


@requires(Verb.CONSOLE_SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def instance_undo(request: Request, pk: int) -> HttpResponse:
    """Ask for the reason, then go back: to what ran before, or to the deployment with the number ``to``. A dialog."""
    instance = _load(request, pk)
    rights.authorise_operating(
        request.user, environment=instance.environment, customer=instance.customer, help_out=True
    )
    current = instance.current_deployment
    if current is None:
        raise Refused("Nothing is deployed there, so there is nothing to undo.")
    to = _wanted(request, instance)
    earlier = to or selectors.undo_target(current)
    if earlier is None:
        raise Refused("This is the first deployment: nothing ran here before it.")
    form = UndoForm(posted(request), initial={"seen": current.pk})
    if request.method == "POST" and form.is_valid():
        return _undone(request, instance, form.cleaned_data, to)
    context = {
        "instance": instance,
        "form": form,
        "earlier": earlier,
        "verdict": selectors.undo_verdict(current, earlier),
        "difference": comparing.difference(comparing.content_of(current), comparing.content_of(earlier)),
        "parent_url": instance.get_absolute_url(),
        "to": to,
    }
    status = 422 if form.errors else 200
    return render(request, "deployments/instance_undo.html", context, fragments=("dialog",), status=status)


@requires(Verb.CONSOLE_SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def instance_pause(request: Request, pk: int) -> HttpResponse:
    """Ask why, then pause. A dialog."""
    instance = _load(request, pk)
    rights.authorise_pausing(request.user, environment=instance.environment, customer=instance.customer)
    form = ReasonForm(posted(request))
    if request.method == "POST" and form.is_valid():
        services.pause_instance(by=request.user, instance=instance, reason=form.cleaned_data["reason"])
        messages.success(request, f"{instance} is paused: no run starts until it is resumed.")
        return announce(redirect(request, instance), CHANGED)
    context = {"instance": instance, "form": form, "parent_url": instance.get_absolute_url()}
    status = 422 if form.errors else 200
    return render(request, "deployments/instance_pause.html", context, fragments=("dialog",), status=status)


@requires(Verb.CONSOLE_SEE)
@require_POST
def instance_resume(request: Request, pk: int) -> HttpResponse:
    """Let runs start again."""
    instance = services.resume_instance(by=request.user, instance=_load(request, pk))
    messages.success(request, f"{instance} is running again: runs start as before.")
    return announce(redirect(request, instance), CHANGED)


def deployed_message(deployment: Deployment) -> str:
    """Say what was deployed, with the way back where there is one."""
    said = f"{deployment.release.title} is deployed: {deployment.instance}."
    if deployment.previous_id is None:
        return said
    undo = reverse("deployments:instance_undo", args=[deployment.instance_id])
    return format_html('{} <a href="{}">Undo</a>', said, undo)


def _load(request: Request, pk: int) -> Instance:
    found = selectors.with_versions(selectors.instances_visible_to(request.user))
    return get_object_or_404(
        found.select_related(
            "environment__locked_by",
            "current_deployment__release__integration_template",
            "current_deployment__release__snapshot",
            "current_deployment__config_revision",
            "current_deployment__actor",
            "current_deployment__restores",
            "current_deployment__previous",
        ),
        pk=pk,
    )


def _wanted(request: Request, instance: Instance) -> Deployment | None:
    number = request.GET.get("to", "")
    return get_object_or_404(selectors.deployments_of(instance), number=number) if number.isdecimal() else None


def _undone(request: Request, instance: Instance, data: dict[str, Any], to: Deployment | None) -> HttpResponse:
    seen = get_object_or_404(instance.deployments.all(), pk=data["seen"])
    deployment = services.undo_deployment(
        by=request.user, instance=instance, reason=data["reason"], seen_deployment=seen, to=to
    )
    messages.success(request, f"{deployment.release.title} is back on {instance}, exactly as it was.")
    return announce(redirect(request, instance), CHANGED)
