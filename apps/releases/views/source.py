"""The source tab: the text of a release, what the linter says about it, and saving it while it is typed."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect as plain_redirect
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.core.errors import Refused
from apps.core.htmx import announce, render
from apps.core.permissions import requires
from apps.releases import reference, selectors, services
from apps.releases.building.finding_places import placed
from apps.releases.building.frame import Frame
from apps.releases.forms import DraftForm
from apps.releases.models import Release
from apps.releases.reading import Reading
from apps.releases.services import StaleDraft
from apps.releases.services.drafts import EDITED as DID_EDIT
from apps.releases.views.answers import CHANGED, release_or_404
from apps.releases.views.editing import EDITED, number_in

TEMPLATE = "releases/builder_source.html"


@requires(Verb.CONSOLE_SEE)
@require_safe
def builder_source(request: Request, slug: str, pk: int) -> HttpResponse:
    """Show the source of a release, ``?line=`` at a line: in the editor for those who may edit the draft."""
    release = release_or_404(slug, pk)
    form = DraftForm(initial={"text": release.text, "revision": release.revision})
    return render(request, TEMPLATE, _context(request, release, form, selectors.reading_of(release)))


@requires(Verb.DRAFT_EDIT)
@require_POST
def draft_save(request: Request, slug: str, pk: int) -> HttpResponse:
    """Keep the text as typed, findings or not."""
    draft = release_or_404(slug, pk)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return _unusable(request, draft, form)
    did = "Merged two texts" if "merged" in request.POST else DID_EDIT
    saved = services.save_draft(by=request.user, draft=draft, did=did, **form.cleaned_data)
    return _saved(request, saved, selectors.read_text(form.cleaned_data["text"]))


@requires(Verb.DRAFT_EDIT)
@require_POST
def draft_autosave(request: Request, slug: str, pk: int) -> HttpResponse:
    """Keep what somebody is typing. The script that asks gets a few facts; what went wrong is a sentence."""
    draft = release_or_404(slug, pk)
    form = DraftForm(request.POST)
    if not form.is_valid():
        said = " ".join(str(sentence) for errors in form.errors.values() for sentence in errors)
        return JsonResponse({"message": said}, status=HTTPStatus.UNPROCESSABLE_ENTITY)
    try:
        saved = services.save_draft(by=request.user, draft=draft, autosave=True, **form.cleaned_data)
    except StaleDraft as stale:
        message = f"{stale.saved.saved_by_name or 'Somebody'} saved a newer text meanwhile."
        return JsonResponse({"message": message, "newer": stale.saved.revision}, status=HTTPStatus.CONFLICT)
    except Refused as refusal:
        return JsonResponse({"message": refusal.message}, status=refusal.status)
    return JsonResponse({"revision": saved.revision})


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
    response = announce(render(request, f"{TEMPLATE}#saved", context), CHANGED)
    return trigger_client_event(response, EDITED, {"revision": draft.revision, "from": "source"})


def _said(reading: Reading) -> str:
    errors = len(reading.errors)
    if not errors:
        return "Saved."
    return f"Saved, with {errors} error{'' if errors == 1 else 's'} to mend before it can be frozen."


def _context(request: Request, release: Release, form: DraftForm, reading: Reading) -> dict[str, object]:
    definition = reading.definition
    frame, findings = Frame(release, request.user), placed(release, reading)
    line = number_in(request.GET.get("line"))
    return {
        "draft": release,
        "integration_template": release.integration_template,
        "form": form,
        "findings": findings,
        "operations": reference.operations_of(definition) if definition else [],
        "frame": frame,
        "may_edit": frame.may_edit,
        "line": line,
        "marked": {line} | {each.finding.line for each in findings},
    }
