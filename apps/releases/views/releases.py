"""The page of a release."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb, may
from apps.core.htmx import render
from apps.core.permissions import requires
from apps.core.text import markdown
from apps.releases import comparing, pages, selectors
from apps.releases.actions import actions_for
from apps.releases.models import Release
from apps.releases.states import Mark
from apps.releases.views.answers import release_or_404


@requires(Verb.CONSOLE_SEE)
@require_safe
def release_detail(request: Request, slug: str, pk: int) -> HttpResponse:
    """Show a frozen release: text, steps, notes, what changed, what can be done. Drafts open in the editor."""
    release = release_or_404(slug, pk)
    if release.is_draft:
        return redirect(release)
    before = selectors.version_before(release)
    context = {
        "release": release,
        "integration_template": release.integration_template,
        "content": pages.content_of(release),
        "row": pages.Row(release, actions_for(release, request.user)),
        "compared": comparing.compared(before, release) if before else None,
        "may_edit": may(request.user, Verb.DRAFT_EDIT),
        "notes": markdown(release.notes),
        "mark_title": _mark_title(release),
        "mark_tone": Mark(release.mark).badge.tone,
        "report_url": pages.report_url(release),
    }
    return render(request, "releases/release_detail.html", context)


def _mark_title(release: Release) -> str:
    by = f" by {release.mark_by}" if release.mark_by else ""
    return f"{Mark(release.mark).label}{by}"
