"""The draft editor: the text, what the linter says about it, and what to do when two people save."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect as plain_redirect
from django.utils.datastructures import MultiValueDict
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.core.errors import Refused
from apps.core.htmx import announce, in_place_of_page, render
from apps.core.permissions import requires
from apps.releases import pages, reference, selectors, services
from apps.releases.building.frame import Frame
from apps.releases.forms import DraftForm
from apps.releases.models import Release
from apps.releases.reading import Reading
from apps.releases.services import StaleDraft
from apps.releases.views.answers import CHANGED, release_or_404

TEMPLATE = "releases/builder_source.html"


@requires(Verb.CONSOLE_SEE)
@require_http_methods(["GET", "HEAD"])
def builder_source(request: Request, slug: str, pk: int) -> HttpResponse:
    """Show the source of a release; drafts in the editor, for those who may edit."""
    draft = release_or_404(slug, pk)
    form = DraftForm(initial={"text": draft.text, "revision": draft.revision})
    return render(request, TEMPLATE, _context(request, draft, form, selectors.reading_of(draft)))


@requires(Verb.DRAFT_EDIT)
@require_POST
def draft_save(request: Request, slug: str, pk: int) -> HttpResponse:
    """Keep the text as typed, findings or not."""
    draft = release_or_404(slug, pk)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return _unusable(request, draft, form)
    text = form.cleaned_data["text"]
    try:
        saved = services.save_draft(by=request.user, draft=draft, text=text, revision=form.cleaned_data["revision"])
    except StaleDraft as stale:
        return conflict(request, stale)
    return _saved(request, saved, selectors.read_text(text))


@requires(Verb.DRAFT_EDIT)
@require_POST
def draft_check(request: Request, slug: str, pk: int) -> HttpResponse:
    """Lint what is typed without saving it."""
    draft = release_or_404(slug, pk)
    text = request.POST.get("text", "").replace("\r\n", "\n")
    form = DraftForm(initial={"text": text, "revision": request.POST.get("revision")})
    context = _context(request, draft, form, selectors.read_text(text)) | {"is_typed": True}
    return render(request, TEMPLATE, context, fragments={"findings"})


def _unusable(request: Request, draft: Release, form: DraftForm) -> HttpResponse:
    if request.htmx:
        # The text stays in the editor, where the person typed it.
        raise Refused("This could not be saved.", problems=[str(error) for error in form.errors.values()])
    return render(request, TEMPLATE, _context(request, draft, form, Reading(None, ())), status=422)


def _saved(request: Request, draft: Release, reading: Reading) -> HttpResponse:
    messages.success(request, _said(reading))
    if not request.htmx:
        return plain_redirect("releases:builder_source", slug=draft.integration_template.slug, pk=draft.pk)
    form = DraftForm(initial={"text": draft.text, "revision": draft.revision})
    context = _context(request, draft, form, reading) | {"is_saved": True}
    return announce(render(request, f"{TEMPLATE}#saved", context), CHANGED)


def _said(reading: Reading) -> str:
    errors = len(reading.errors)
    if not errors:
        return "Saved."
    return f"Saved, with {errors} error{'' if errors == 1 else 's'} to mend before it can be frozen."


def conflict(request: Request, stale: StaleDraft) -> HttpResponse:
    """Answer a stale save, of the source or of a form, with both texts (409); nothing is lost."""
    saved, text = stale.saved, stale.typed
    # What was typed is saved on top of what is there now, once the person has seen both.
    form = DraftForm(MultiValueDict({"text": [text], "revision": [str(saved.revision)]}))
    context = {
        "draft": saved,
        "form": form,
        "typed": text,
        "lines": reference.side_by_side(saved.text, text),
        "message": stale.message,
    }
    return in_place_of_page(render(request, "releases/draft_conflict.html", context, status=409))


def _context(request: Request, draft: Release, form: DraftForm, reading: Reading) -> dict[str, object]:
    definition = reading.definition
    frame = Frame(draft, request.user)
    return {
        "draft": draft,
        "integration_template": draft.integration_template,
        "form": form,
        "reading": reading,
        "slots": pages.slots_of(definition) if definition else [],
        "operations": reference.operations_of(definition) if definition else [],
        "frame": frame,
        "may_edit": frame.may_edit,
    }
