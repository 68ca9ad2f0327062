"""Parts that other pages load by their address."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.core.htmx import render
from apps.core.permissions import requires
from apps.deployments import selectors
from apps.releases.models import IntegrationTemplate
from apps.releases.selectors import live_release

IDLE = 12


@requires(Verb.CONSOLE_SEE)
@require_safe
def template_instances_panel(request: Request, slug: str) -> HttpResponse:
    """Where which version of a template runs, by environment."""
    integration_template = get_object_or_404(IntegrationTemplate, slug=slug)
    idle = selectors.idle_versions(integration_template)
    context = {
        "integration_template": integration_template,
        "idle": idle[:IDLE],
        "idle_more": max(len(idle) - IDLE, 0),
        "places": selectors.places_of(integration_template),
        "live": live_release(integration_template),
    }
    return render(request, "deployments/template_instances_panel.html", context, fragments=("template-instances",))
