"""The fleet: versions in use."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.core.htmx import render
from apps.core.permissions import requires
from apps.deployments.fleet import environments, fleets
from apps.deployments.forms import FleetFilterForm


@requires(Verb.CONSOLE_SEE)
@require_safe
def fleet(request: Request) -> HttpResponse:
    """Which version runs how often where, and how far behind live."""
    form = FleetFilterForm(request.GET)
    chosen = form.chosen
    context = {
        "form": form,
        "fleets": fleets(chosen, by=request.user),
        "environments": environments(chosen),
        "is_filtered": any(chosen.values()),
    }
    return render(request, "deployments/fleet.html", context, fragments=("fleet",))
