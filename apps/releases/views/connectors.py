"""Parts that pages of connectors load by their address."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.connectors.models import Connector
from apps.core.htmx import render
from apps.core.permissions import requires
from apps.releases.connector_templates import templates_using


@requires(Verb.CONSOLE_SEE)
@require_safe
def connector_templates_panel(request: Request, slug: str) -> HttpResponse:
    """Which templates name which version of a connector."""
    connector = get_object_or_404(Connector, slug=slug)
    context = {"connector": connector, "users": templates_using(connector)}
    return render(request, "releases/connector_templates_panel.html", context, fragments=("connector-templates",))
