"""Who uses a connector version: the page, and the panel of counts on its overview."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb, may
from apps.connectors import selectors
from apps.connectors.users import counted, page_of, sections_of
from apps.connectors.uses import UseKind
from apps.connectors.views.loading import version_or_404
from apps.core.htmx import fragment_of, render
from apps.core.permissions import requires

PER_PAGE = 50
PANEL = "version-uses"


@requires(Verb.CONSOLE_SEE)
@require_safe
def version_uses(request: Request, slug: str, number: int) -> HttpResponse:
    """Show the releases, environments, instances and connections that use a version; counts alone in the panel."""
    version = version_or_404(slug, number)
    template = "connectors/version_uses.html"
    if fragment_of(request) == PANEL:
        return render(request, template, {"version": version, "counts": counted(version)}, fragments=(PANEL,))
    context = {
        "version": version,
        "build": selectors.newest_build(version),
        "sections": sections_of(version),
        "siblings": selectors.siblings_of(version),
        "may_edit": may(request.user, Verb.DRAFT_EDIT) and not version.is_binned,
    }
    return render(request, template, context)


@requires(Verb.CONSOLE_SEE)
@require_safe
def version_uses_of_kind(request: Request, slug: str, number: int, kind: str) -> HttpResponse:
    """List all users of one kind, page by page."""
    version = version_or_404(slug, number)
    if kind not in UseKind:
        raise Http404
    section, page = page_of(version, UseKind(kind), request.GET.get("page"), PER_PAGE)
    context = {"version": version, "section": section, "page": page}
    return render(request, "connectors/version_uses_of_kind.html", context, fragments=("uses-list",))
