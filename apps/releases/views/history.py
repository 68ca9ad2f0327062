"""The version-history drawer: everything a template has been, and what can be done with each of it."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb, may
from apps.core.htmx import render
from apps.core.permissions import requires
from apps.releases.histories import asked_of, history_of
from apps.releases.views.answers import template_or_404


@requires(Verb.CONSOLE_SEE)
@require_safe
def template_history(request: Request, slug: str) -> HttpResponse:
    """List drafts, then versions, newest first; ``?before=12`` goes on, ``?q=`` searches, ``?bin=1`` is the bin."""
    template = template_or_404(slug)
    asked = asked_of(template, request.GET)
    context = {
        "integration_template": template,
        "history": history_of(template, request.user, asked),
        "parent_url": template.get_absolute_url(),
        "may_edit": may(request.user, Verb.DRAFT_EDIT),
    }
    fragments = {"drawer", "history-list", "history-more"}
    return render(request, "releases/template_history.html", context, fragments=fragments)
