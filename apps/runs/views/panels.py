"""Parts that other pages load by their address."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.core.htmx import render
from apps.core.permissions import requires
from apps.deployments.selectors import instances_visible_to
from apps.releases.models import IntegrationTemplate
from apps.runs import selectors

SHOWN = 6


@requires(Verb.CONSOLE_SEE)
@require_safe
def template_runs_panel(request: Request, slug: str) -> HttpResponse:
    """The last runs of a template's releases."""
    integration_template = get_object_or_404(IntegrationTemplate, slug=slug)
    runs = selectors.runs_of_template(integration_template, request.user)[:SHOWN]
    context = {
        "integration_template": integration_template,
        "runs": runs,
        "filter": f"integration_template={integration_template.slug}",
    }
    return render(request, "runs/template_runs_panel.html", context, fragments=("template-runs",))


@requires(Verb.CONSOLE_SEE)
@require_safe
def instance_runs_panel(request: Request, pk: int) -> HttpResponse:
    """The last runs of an instance, and when its schedule starts the next one."""
    instance = get_object_or_404(
        instances_visible_to(request.user).select_related(
            "current_deployment__release__snapshot", "current_deployment__release__integration_template"
        ),
        pk=pk,
    )
    context = {
        "instance": instance,
        "runs": selectors.runs_of_instance(instance, request.user)[:SHOWN],
        "next_at": selectors.next_run_of(instance),
    }
    return render(request, "runs/instance_runs_panel.html", context, fragments=("instance-runs",))
