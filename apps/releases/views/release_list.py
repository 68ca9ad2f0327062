"""The releases screen: every release of a template with all that can be done with it, and its notes edited in place."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb, may
from apps.core.errors import Conflict
from apps.core.htmx import redirect, render
from apps.core.permissions import requires
from apps.releases import services
from apps.releases.forms import NotesForm
from apps.releases.histories import asked_of, history_of
from apps.releases.models import Release
from apps.releases.views.answers import live_of, release_or_404, template_or_404

NOTES_PAGE = "releases/release_notes_here.html"


@requires(Verb.CONSOLE_SEE)
@require_safe
def release_list(request: Request, slug: str) -> HttpResponse:
    """List the releases of a template, drafts first; ``?before=12`` goes on, ``?bin=1`` is the bin."""
    template = template_or_404(slug)
    asked = asked_of(template, request.GET)
    context = {
        "integration_template": template,
        "history": history_of(template, request.user, asked, with_details=True),
        "form": asked.form,
        "may_edit": may(request.user, Verb.DRAFT_EDIT),
    }
    return render(request, "releases/release_list.html", context, fragments={"release-list", "release-more"})


@requires(Verb.DRAFT_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def release_notes_here(request: Request, slug: str, pk: int) -> HttpResponse:
    """Edit the notes of a release where they stand (``?edit=1``; without it they are shown), or on a page."""
    release = release_or_404(slug, pk)
    if request.htmx and request.method != "POST" and "edit" not in request.GET:
        return _notes(request, release, None, has_focus=True)
    form = NotesForm(request.POST or None, release=release, live=live_of(release), initial={"notes": release.notes})
    if not form.is_bound:
        return _notes(request, release, form)
    if not form.is_valid():
        return _notes(request, release, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        saved = services.edit_notes(by=request.user, release=release, **form.cleaned_data)
    except Conflict as conflict:
        return _once_more(request, release, form, conflict)
    messages.success(request, f"Saved the notes of {saved.label}.")
    if request.htmx:
        return _notes(request, saved, None, has_focus=True)
    return redirect(request, _place_of(saved))


def _once_more(request: Request, release: Release, form: NotesForm, conflict: Conflict) -> HttpResponse:
    """Keep what was typed, to be saved on top of what is there now if the person still wants that."""
    fresh = release_or_404(release.integration_template.slug, release.pk)
    again = NotesForm(release=fresh, live=live_of(fresh), initial={"notes": form.cleaned_data["notes"]})
    return _notes(request, fresh, again, status=conflict.status, conflict=conflict.message)


def _notes(
    request: Request,
    release: Release,
    form: NotesForm | None,
    *,
    status: int = HTTPStatus.OK,
    conflict: str = "",
    has_focus: bool = False,
) -> HttpResponse:
    context = {
        "release": release,
        "integration_template": release.integration_template,
        "notes_form": form,
        "may_edit": True,
        "conflict": conflict,
        "has_focus": has_focus,
        "list_url": _place_of(release),
    }
    # Each row has a block of its own, so its id names no fragment: whatever htmx fills here is the block.
    template = f"{NOTES_PAGE}#notes" if request.htmx else NOTES_PAGE
    return render(request, template, context, status=status)


def _place_of(release: Release) -> str:
    """Return the address of a release in the list, which begins with it where it is an older version."""
    url = reverse("releases:release_list", args=[release.integration_template.slug])
    begin = f"?before={release.number + 1}" if release.number else ""
    return f"{url}{begin}#release-{release.pk}"
