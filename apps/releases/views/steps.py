"""The form of one step: shown, rearranged, tried out and saved."""

from http import HTTPStatus

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.core.errors import Refused
from apps.core.htmx import render
from apps.core.permissions import requires
from apps.infra.children import ExpressionFailed
from apps.releases import selectors
from apps.releases.building.frame import Frame
from apps.releases.building.step_form import trying
from apps.releases.building.step_form.editing import edit_of
from apps.releases.building.step_form.panel import StepPanel, at_query, step_panel
from apps.releases.building.step_form.picks import groups
from apps.releases.building.step_form.step import NoSuchStep
from apps.releases.building.step_form.surroundings import Surroundings
from apps.releases.definition import Definition, DefinitionError
from apps.releases.models import Release
from apps.releases.views.answers import release_or_404
from apps.releases.views.editing import apply, edited, revision_of
from apps.releases.views.step_actions import STEP_AT, StepGone, step_url

TEMPLATE = "releases/step_form.html"


@requires(Verb.CONSOLE_SEE)
@require_http_methods(["GET", "HEAD"])
def builder_step(request: Request, slug: str, pk: int) -> HttpResponse:
    """Show the form of a step."""
    frame = Frame(release_or_404(slug, pk), request.user)
    return _shown(request, step_panel(frame, request.GET.get("at", "")))


@requires(Verb.DRAFT_EDIT)
@require_POST
def builder_step_save(request: Request, slug: str, pk: int) -> HttpResponse:
    """Save a step as its form says."""
    draft = release_or_404(slug, pk)
    panel = _typed(request, draft)
    body = panel.body()
    if body is None and panel.is_wrong:
        return _shown(request, _context(panel), status=HTTPStatus.UNPROCESSABLE_ENTITY)
    edit = edit_of(panel.form, body)
    saved = apply(request, draft, edit=edit.text, did=edit.did)
    context = step_panel(Frame(saved, request.user), edit.pointer) | {"is_saved": True}
    to = step_url(saved, edit.pointer)
    response = edited(request, saved, to=to, template=TEMPLATE, context=context, fragment="panel")
    if not panel.form.is_renamed:
        return response
    # The page's address and its list of steps follow the new name.
    return trigger_client_event(response, STEP_AT, {"at": edit.pointer, "was": panel.pointer, "said": edit.did})


@requires(Verb.DRAFT_EDIT)
@require_POST
def builder_step_arrange(request: Request, slug: str, pk: int) -> HttpResponse:
    """Add, remove or change fields of a form, with everything that was typed; nothing is saved."""
    panel = _typed(request, release_or_404(slug, pk))
    panel.arrange(request.POST.get("do", ""))
    panel.focus = request.GET.get("focus") or panel.focus
    return _shown(request, _context(panel))


@requires(Verb.CONSOLE_SEE)
@require_POST
def builder_step_try(request: Request, slug: str, pk: int) -> HttpResponse:
    """Show what an expression of a field gives with sample data."""
    definition, at = _definition(release_or_404(slug, pk)), request.GET.get("at", "")
    field = request.GET.get("field", "")
    program = request.POST.get(f"v.{field}", "")
    context: dict[str, object] = {"program": program}
    try:
        context["result"] = trying.result(definition, at, field, program)
    except ExpressionFailed as failed:
        context["failure"] = failed.sentence
    return render(request, "releases/step_try.html", context)


@requires(Verb.CONSOLE_SEE)
@require_safe
def builder_step_picks(request: Request, slug: str, pk: int) -> HttpResponse:
    """List what an expression of a field can read."""
    release = release_or_404(slug, pk)
    definition, at = _definition(release), request.GET.get("at", "")
    field = request.GET.get("field", "")
    here = Surroundings(definition).here(at, field)
    context = {
        "frame": Frame(release, request.user),
        "groups": groups(definition.document, here, field=field),
        "at": at,
        "at_query": at_query(at),
        "field": field,
    }
    return render(request, "releases/step_picks.html", context, fragments={"step-picks"})


@requires(Verb.CONSOLE_SEE)
@require_safe
def builder_step_operations(request: Request, slug: str, pk: int) -> HttpResponse:
    """Search the operations of a slot."""
    frame = Frame(release_or_404(slug, pk), request.user)
    at, search = request.GET.get("at", ""), request.GET.get("q", "").strip()
    api = Surroundings(_definition(frame.release)).api(request.GET.get("slot", ""))
    context = {
        "frame": frame,
        "at": at,
        "at_query": at_query(at),
        "search": search,
        "slot": request.GET.get("slot", ""),
        "is_built": api is not None,
        "found": trying.operations(api, search),
        "most": trying.MOST_FOUND,
    }
    return render(request, "releases/step_operations.html", context, fragments={"step-operations"})


def _typed(request: Request, draft: Release) -> StepPanel:
    """The panel with what was typed, on the text that the form was made from."""
    try:
        before = selectors.definition_at(draft, revision_of(request))
        if before is None:
            raise Refused("This page is too old: what it was made from is forgotten. Open the draft anew.")
        return StepPanel(Frame(draft, request.user), before, request.GET.get("at", ""), data=request.POST.dict())
    except NoSuchStep:
        raise StepGone from None
    except DefinitionError:
        raise Refused("The text cannot be read: mend it in the source first.") from None


def _definition(release: Release) -> Definition:
    try:
        return selectors.definition_of(release)
    except DefinitionError:
        raise Refused("The text cannot be read: mend it in the source first.") from None


def _context(panel: StepPanel) -> dict[str, object]:
    return {"frame": panel.frame, "step_panel": panel, "at": panel.pointer, "revision": panel.revision}


def _shown(request: Request, context: dict[str, object], *, status: int = HTTPStatus.OK) -> HttpResponse:
    return render(request, TEMPLATE, context, fragments={"panel"}, status=status)
