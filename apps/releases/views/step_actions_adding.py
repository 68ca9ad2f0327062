"""Adding a step: choose what kind it is, say the one thing it needs, and it stands in its place."""

from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.views.decorators.http import require_http_methods

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.connectors.selectors import newest_build, search_operations
from apps.core.htmx import render
from apps.core.permissions import requires
from apps.releases import pages, selectors
from apps.releases.building.adding import KINDS, Kind, body_of, kind_named, wish_for
from apps.releases.building.adding_forms import FORMS, StepNameForm
from apps.releases.building.frame import Frame
from apps.releases.building.outline import Branch
from apps.releases.definition.editing import free_name, insert_step
from apps.releases.definition.shapes import escaped
from apps.releases.views.answers import refusals_in, release_or_404
from apps.releases.views.editing import apply, number_in
from apps.releases.views.step_actions import StepGone, at_step, bare_outline, builder_url

TEMPLATE = "releases/builder_step_add.html"
MOST_OPERATIONS = 40


@requires(Verb.DRAFT_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def builder_step_add(request: Request, slug: str, pk: int) -> HttpResponse:
    """Add a step to the list at ``tasks``, at the place ``index``."""
    frame = Frame(release_or_404(slug, pk), request.user)
    asked = request.POST if request.method == "POST" else request.GET
    branch = _branch(frame, asked.get("tasks", "") or "/do")
    said = number_in(asked.get("index"))
    index = len(branch.rows) if said is None else min(said, len(branch.rows))
    kind = kind_named(asked.get("kind", ""))
    context: dict[str, Any] = {
        "frame": frame,
        "branch": branch,
        "index": index,
        "before": branch.rows[index - 1] if index else None,
        "kind": kind,
        "kinds": KINDS,
        "parent_url": builder_url(frame.release),
    }
    if kind is None:
        return render(request, TEMPLATE, context, fragments={"dialog"})
    form = _form(request, frame, branch, kind)
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            return _added(request, frame, branch, index, kind, form)
    if kind.key == "call":
        context |= _operations(frame, asked.get("slot", ""), asked.get("q", ""))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, TEMPLATE, context | {"form": form}, fragments={"dialog", "operations"}, status=status)


def _added(request: Request, frame: Frame, branch: Branch, index: int, kind: Kind, form: StepNameForm) -> HttpResponse:
    said = {**form.cleaned_data, "slot": request.POST.get("slot", ""), "operation": request.POST.get("operation", "")}
    definition = selectors.definition_of(frame.release)
    name = form.cleaned_data["name"] or free_name(definition, branch.tasks, _wish(kind, said["operation"]))
    body, did = body_of(kind.key, said), f"Added the step {name}"
    tasks = branch.tasks
    saved = apply(request, frame.release, edit=lambda now: insert_step(now, tasks, index, name, body), did=did)
    return at_step(request, saved, f"{tasks}/{index}/{escaped(name)}", said=did, opens=True)


def _form(request: Request, frame: Frame, branch: Branch, kind: Kind) -> StepNameForm:
    # A call is named after the operation, which is chosen last.
    suggested = "" if kind.key == "call" else free_name(selectors.definition_of(frame.release), branch.tasks, kind.wish)
    return FORMS.get(kind.key, StepNameForm)(request.POST or None, suggested=suggested)


def _operations(frame: Frame, slot: str, words: str) -> dict[str, Any]:
    slots = pages.slots_of(selectors.definition_of(frame.release))
    chosen = next((one for one in slots if one.slot.name == slot), slots[0] if slots else None)
    build = newest_build(chosen.version) if chosen and chosen.version else None
    found = search_operations(build, words) if build else None
    return {
        "slots": slots,
        "slot": chosen,
        "is_built": build is not None,
        "words": words,
        "operations": list(found[:MOST_OPERATIONS]) if found is not None else [],
        "found": found.count() if found is not None else 0,
    }


def _wish(kind: Kind, operation: str) -> str:
    return wish_for(operation) if kind.key == "call" else kind.wish


def _branch(frame: Frame, tasks: str) -> Branch:
    outline = bare_outline(frame.release)
    if tasks not in outline.branches:
        raise StepGone
    return outline.branches[tasks]
