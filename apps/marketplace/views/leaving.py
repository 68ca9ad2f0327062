"""Ways back and out: undo the last change, remove."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.core.errors import Refused
from apps.core.htmx import redirect, render
from apps.core.permissions import requires
from apps.deployments import comparing
from apps.deployments import selectors as deployments
from apps.deployments.config_form import changes
from apps.deployments.models import Deployment
from apps.deployments.services import remove_instance, undo_deployment
from apps.deployments.wizard import questions_of
from apps.marketplace import plainly
from apps.marketplace.forms import NoteForm
from apps.marketplace.integrations import Integration
from apps.marketplace.pages import version_of
from apps.marketplace.views.loading import integration_or_404

WENT_BACK = "Went back to how it was before."


@requires(Verb.MARKETPLACE_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def instance_undo(request: Request, pk: int) -> HttpResponse:
    """Say what comes back, then go back: version, settings and connections as they were. A dialog."""
    integration = integration_or_404(request, pk)
    earlier = deployments.undo_target(integration.deployment)
    why_not = plainly.why_not_change(integration) or _no_way_back(integration, earlier)
    if earlier is None or (why_not and request.method == "POST"):
        raise Refused(why_not)
    form = NoteForm(request.POST if request.method == "POST" else None, initial={"seen": integration.deployment.pk})
    if form.is_valid():
        return _go_back(request, integration, form.cleaned_data)
    context = {**_dialog(integration, form), **_what_changes(integration, earlier), "why_not": why_not}
    status = 422 if form.errors else 200
    return render(request, "marketplace/instance_undo.html", context, fragments=("dialog",), status=status)


@requires(Verb.MARKETPLACE_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def instance_remove(request: Request, pk: int) -> HttpResponse:
    """Say what that means, then remove it. A dialog."""
    integration = integration_or_404(request, pk)
    form = NoteForm(request.POST if request.method == "POST" else None, initial={"seen": integration.deployment.pk})
    if form.is_valid():
        with plainly.spoken():
            remove_instance(by=request.user, instance=integration.instance, reason=form.cleaned_data["reason"])
        messages.success(request, f"{integration.name} is removed. You can install it again at any time.")
        return redirect(request, "marketplace:home")
    status = 422 if form.errors else 200
    context = _dialog(integration, form)
    return render(request, "marketplace/instance_remove.html", context, fragments=("dialog",), status=status)


def _go_back(request: Request, integration: Integration, data: dict[str, Any]) -> HttpResponse:
    seen = integration.instance.deployments.filter(pk=data["seen"]).first()
    with plainly.spoken():
        undo_deployment(
            by=request.user,
            instance=integration.instance,
            reason=data["reason"].strip() or WENT_BACK,
            seen_deployment=seen,
        )
    messages.success(request, f"{integration.name} is back to how it was.")
    return redirect(request, "marketplace:instance_detail", integration.instance.pk)


def _no_way_back(integration: Integration, earlier: Deployment | None) -> str:
    if earlier is None:
        return "There is nothing to undo: this is how it was installed."
    if not deployments.undo_verdict(integration.deployment, earlier).ok:
        return "Our team has withdrawn the version that ran before, so there is no way back to it."
    return ""


def _what_changes(integration: Integration, earlier: Deployment) -> dict[str, Any]:
    """What will be different afterwards, as far as it is the customer's own."""
    now, then = comparing.content_of(integration.deployment), comparing.content_of(earlier)
    asked_now, asked_then = questions_of(now.definition), questions_of(then.definition)
    team_only = {name for asked in (asked_now, asked_then) for name, each in asked.items() if not each.by_customer}
    found = changes(now.config, then.config, asked_before=asked_now, asked_after=asked_then)
    return {
        "config_changes": [change for change in found if change.name not in team_only],
        "connection_changes": comparing.difference(now, then).connections,
        "version_now": version_of(now.release),
        "version_then": version_of(then.release),
    }


def _dialog(integration: Integration, form: NoteForm) -> dict[str, Any]:
    return {"integration": integration, "instance": integration.instance, "form": form, "parent_url": integration.url}
