"""What is done to one step of a draft: each is one edit, and leaves the focus on the step that it was about."""

from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import trigger_client_event

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.core.errors import Refused
from apps.core.htmx import render
from apps.core.permissions import requires
from apps.core.toasts import offer_undo
from apps.releases import reading, selectors
from apps.releases.building import enclosing
from apps.releases.building.adding_forms import RenameForm
from apps.releases.building.frame import Frame
from apps.releases.building.outline import Outline, Row, outline_of
from apps.releases.building.outline_moves import (
    after_deletion,
    landed,
    moves_of,
    places_for,
    read_place,
    referring_to,
)
from apps.releases.definition import Definition, DefinitionError
from apps.releases.definition.editing import delete_step, duplicate_step, move_step, rename_step
from apps.releases.definition.shapes import escaped, unescaped
from apps.releases.models import Release
from apps.releases.services.checkpoints import redo_edit, undo_edit
from apps.releases.views.answers import refusals_in, release_or_404
from apps.releases.views.drafts import way_back
from apps.releases.views.editing import apply, edited, revision_of

STEP_AT = "step-at"


class StepGone(Refused):
    """The step was renamed, moved or deleted since the page was made."""

    status = HTTPStatus.NOT_FOUND

    def __init__(self) -> None:
        super().__init__("This step is not here any more: it was moved, renamed or deleted. Look at the steps anew.")


@requires(Verb.CONSOLE_SEE)
@require_safe
def builder_step_actions(request: Request, slug: str, pk: int) -> HttpResponse:
    """List what can be done to a step: the menu of its row, and a page without JavaScript."""
    frame = Frame(release_or_404(slug, pk), request.user)
    outline, row = _step(frame.release, request.GET.get("at", ""))
    context = {
        "frame": frame,
        "row": row,
        "parent_url": step_url(frame.release, row.pointer),
        "moves": moves_of(outline, row),
        "because": _kept_by(referring_to(outline, row)),
    }
    return render(request, "releases/builder_step_actions.html", context, fragments={"step-menu"})


@requires(Verb.DRAFT_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def builder_step_move(request: Request, slug: str, pk: int) -> HttpResponse:
    """Move a step to another place, within its list or to another."""
    frame = Frame(release_or_404(slug, pk), request.user)
    if request.method == "POST":
        return _moved(request, frame.release, request.POST.get("at", ""), request.POST.get("place", ""))
    outline, row = _step(frame.release, request.GET.get("at", ""))
    context = {
        "frame": frame,
        "row": row,
        "places": places_for(outline, row),
        "parent_url": step_url(frame.release, row.pointer),
    }
    return render(request, "releases/builder_step_move.html", context, fragments={"dialog"})


def _moved(request: Request, draft: Release, at: str, value: str) -> HttpResponse:
    place = read_place(value)
    if place is None:
        raise Refused("Choose a place for the step.")
    tasks, index = place
    did = f"Moved the step {name_in(at)}"
    saved = apply(request, draft, edit=lambda definition: move_step(definition, at, tasks, index), did=did)
    return at_step(request, saved, landed(at, tasks, index), was=at, said=did)


@requires(Verb.DRAFT_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def builder_step_rename(request: Request, slug: str, pk: int) -> HttpResponse:
    """Give a step another name; steps that go on with it by name follow."""
    frame = Frame(release_or_404(slug, pk), request.user)
    at = request.POST.get("at", "") or request.GET.get("at", "")
    form = RenameForm(request.POST or None, initial={"name": name_in(at)})
    if form.is_valid():
        name = form.cleaned_data["name"]
        did = f"Renamed the step {name_in(at)} to {name}"
        with refusals_in(form):
            saved = apply(request, frame.release, edit=lambda definition: rename_step(definition, at, name), did=did)
            renamed = f"{at.rpartition('/')[0]}/{escaped(name)}"
            return at_step(request, saved, renamed, was=at, said=did)
    _, row = _step(frame.release, at)
    context = {"frame": frame, "row": row, "form": form, "parent_url": step_url(frame.release, at)}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "releases/builder_step_rename.html", context, fragments={"dialog"}, status=status)


@requires(Verb.DRAFT_EDIT)
@require_POST
def step_duplicate(request: Request, slug: str, pk: int) -> HttpResponse:
    """Put a copy of a step behind it, under a free name."""
    draft, at = release_or_404(slug, pk), request.POST.get("at", "")
    did = f"Duplicated the step {name_in(at)}"
    saved = apply(request, draft, edit=lambda definition: duplicate_step(definition, at), did=did)
    tasks, index, _ = _taken_apart(at)
    return at_step(request, saved, _pointer_at(saved, tasks, index + 1), said=did, opens=True)


@requires(Verb.DRAFT_EDIT)
@require_POST
def step_enclose(request: Request, slug: str, pk: int) -> HttpResponse:
    """Put a step into a new try or loop that takes its place."""
    draft, at = release_or_404(slug, pk), request.POST.get("at", "")
    wrapper = enclosing.WRAPPERS.get(request.POST.get("within", ""))
    if wrapper is None:
        raise Refused("Choose what to enclose the step in.")
    did = f"Enclosed the step {name_in(at)} in {wrapper.label}"
    saved = apply(request, draft, edit=lambda definition: enclosing.enclose(definition, at, wrapper), did=did)
    tasks, index, _ = _taken_apart(at)
    around = _pointer_at(saved, tasks, index)
    return at_step(request, saved, f"{around}/{wrapper.tasks}/0/{at.rpartition('/')[2]}", was=at, said=did)


@requires(Verb.DRAFT_EDIT)
@require_POST
def step_delete(request: Request, slug: str, pk: int) -> HttpResponse:
    """Delete a step with everything in it. Undo brings it back."""
    draft, at = release_or_404(slug, pk), request.POST.get("at", "")
    outline, row = _step(draft, at)
    did = f"Deleted the step {row.name}"
    saved = apply(request, draft, edit=lambda definition: delete_step(definition, at), did=did)
    offer_undo(request, f"{did}.", way_back(saved))
    return at_step(request, saved, after_deletion(outline, row), said="")


@requires(Verb.DRAFT_EDIT)
@require_POST
def draft_undo(request: Request, slug: str, pk: int) -> HttpResponse:
    """Take the last edit of a draft back."""
    return _travelled(request, release_or_404(slug, pk), undo_edit)


@requires(Verb.DRAFT_EDIT)
@require_POST
def draft_redo(request: Request, slug: str, pk: int) -> HttpResponse:
    """Do again what was undone last."""
    return _travelled(request, release_or_404(slug, pk), redo_edit)


def _travelled(request: Request, draft: Release, travel: Callable[..., Release]) -> HttpResponse:
    saved = travel(by=request.user, draft=draft, revision=revision_of(request))
    checkpoint = saved.checkpoints.order_by("-revision").first()
    said = checkpoint.did if checkpoint else ""
    if not request.htmx:
        messages.success(request, f"{said}.")
    response = edited(request, saved, to=builder_url(saved))
    return trigger_client_event(response, STEP_AT, {"reload": True, "said": said})


def at_step(
    request: Request,
    draft: Release,
    at: str,
    *,
    said: str,
    was: str = "",
    opens: bool = False,
) -> HttpResponse:
    """Answer an edit that leads to the step at ``at``; ``was`` is where it stood before, if it did.

    ``opens``: show it beside the outline. ``said`` is read out.
    """
    response = edited(request, draft, to=step_url(draft, at))
    said_of = {"at": at, "was": was, "opens": opens, "said": said}
    return trigger_client_event(response, STEP_AT, said_of)


def builder_url(release: Release) -> str:
    """Return the address of the Steps tab of a release."""
    return reverse("releases:builder", args=[release.integration_template.slug, release.pk])


def step_url(release: Release, at: str) -> str:
    """Return the address of the Steps tab with a step opened."""
    return f"{builder_url(release)}?{urlencode({'at': at})}" if at else builder_url(release)


def name_in(at: str) -> str:
    """Return the name of the step at a pointer."""
    return unescaped(at.rpartition("/")[2])


def bare_outline(release: Release) -> Outline:
    """Lay out the steps of a release, without what the linter says. Raises ``StepGone`` where it cannot be read."""
    try:
        return outline_of(selectors.definition_of(release))
    except DefinitionError:
        raise StepGone from None


def _step(release: Release, at: str) -> tuple[Outline, Row]:
    outline = bare_outline(release)
    if at not in outline.rows:
        raise StepGone
    return outline, outline.rows[at]


def _kept_by(names: list[str]) -> str:
    if not names:
        return ""
    goes = "goes" if len(names) == 1 else "go"
    return f"{' and '.join(names)} {goes} on with it by name. Change that first."


def _taken_apart(at: str) -> tuple[str, int, str]:
    tasks, index, name = at.rsplit("/", 2)
    return tasks, int(index), name


def _pointer_at(draft: Release, tasks: str, index: int) -> str:
    """Return the step at a place of a draft as it is now."""
    return pointer_at(reading.accepted(draft.text), tasks, index)


def pointer_at(definition: Definition, tasks: str, index: int) -> str:
    """Return the pointer of the step at a place."""
    found = next(one for one in definition.task_lists if one.pointer == tasks)
    return next(found.pointer_of(place, name) for place, name, _ in found.tasks if place == index)
