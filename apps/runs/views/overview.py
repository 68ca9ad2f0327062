"""The first page of the console."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.core.htmx import render
from apps.core.permissions import requires
from apps.runs import overview as reading


@requires(Verb.CONSOLE_SEE)
@require_safe
def overview(request: Request) -> HttpResponse:
    """What needs a person now, how the instances stand, and how the last days went."""
    days = reading.days(request.user)
    context = {
        "needs": reading.needs(request.user),
        "standing": reading.standing(request.user),
        "days": days,
        "succeeded": sum(day.succeeded for day in days),
        "failed": sum(day.failed for day in days),
    }
    return render(request, "runs/overview.html", context)
