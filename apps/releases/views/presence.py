"""Who else has this draft open, and whether somebody has saved a newer text than the page shows."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.core.htmx import render
from apps.core.permissions import requires
from apps.releases import selectors
from apps.releases.models import Release
from apps.releases.services.presence import be_present
from apps.releases.views.editing import number_in


@requires(Verb.CONSOLE_SEE)
@require_POST
def presence(request: Request, slug: str, pk: int) -> HttpResponse:
    """Say that this person has the draft open, and learn who else has. The page asks every few seconds."""
    draft = get_object_or_404(Release, integration_template__slug=slug, pk=pk, number=None)
    be_present(person=request.user, draft=draft, is_editing=request.POST.get("editing") == "1")
    shown = number_in(request.POST.get("revision"))
    context = {
        "draft": draft,
        "slug": slug,
        "others": selectors.others_at(draft, request.user),
        "is_newer": shown is not None and draft.revision > shown,
    }
    return render(request, "releases/presence.html", context, fragments={"presence"})
