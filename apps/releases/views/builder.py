"""The builder: the steps of a release, edited in a draft and read in a version."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.core.htmx import render
from apps.core.permissions import requires
from apps.releases import pages
from apps.releases.building.frame import Frame
from apps.releases.views.answers import release_or_404


@requires(Verb.CONSOLE_SEE)
@require_safe
def builder(request: Request, slug: str, pk: int) -> HttpResponse:
    """Show the steps of a release."""
    frame = Frame(release_or_404(slug, pk), request.user)
    context = {"frame": frame, "content": pages.content_of(frame.release)}
    return render(request, "releases/builder.html", context)
