"""The environment board: templates by environments."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.core.htmx import render
from apps.core.permissions import requires
from apps.deployments.board import columns, rows
from apps.releases.models import IntegrationTemplate
from apps.releases.selectors import search

PER_PAGE = 50


@requires(Verb.CONSOLE_SEE)
@require_safe
def board(request: Request) -> HttpResponse:
    """What the team's own instance of each template runs in each environment, with what can be done there."""
    words = request.GET.get("q", "")
    page = Paginator(search(IntegrationTemplate.objects.all(), words), PER_PAGE).get_page(request.GET.get("page"))
    places = columns(by=request.user)
    context = {
        "page": page,
        "columns": places,
        "rows": rows(page.object_list, places, by=request.user),
        "words": words,
    }
    return render(request, "deployments/board.html", context, fragments=("board",))
