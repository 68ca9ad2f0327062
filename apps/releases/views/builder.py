"""The builder: the steps of a release, edited in a draft and read in a version."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.core.htmx import render
from apps.core.permissions import requires
from apps.releases.building.diagram import diagram_of
from apps.releases.building.frame import Frame
from apps.releases.building.outline import Outline, outline_of
from apps.releases.building.outline_overview import overview_of
from apps.releases.building.step_form import step_panel
from apps.releases.views.answers import release_or_404

TEMPLATE = "releases/builder.html"


@requires(Verb.CONSOLE_SEE)
@require_safe
def builder(request: Request, slug: str, pk: int) -> HttpResponse:
    """Show the steps of a release, and beside them the one at ``?at=`` or what there is to say about the whole."""
    frame = Frame(release_or_404(slug, pk), request.user)
    outline = read_outline(frame)
    at = request.GET.get("at", "")
    row = outline.rows.get(at) if outline else None
    context = {
        "frame": frame,
        "outline": outline,
        "row": row,
        "at": at,
        "overview": overview_of(frame, outline) if outline else None,
    }
    if row:
        context |= step_panel(frame, at)
    return render(request, TEMPLATE, context, fragments={"outline", "overview", "panel"})


@requires(Verb.CONSOLE_SEE)
@require_safe
def builder_diagram(request: Request, slug: str, pk: int) -> HttpResponse:
    """Draw the flow of a release, from its start to its end."""
    frame = Frame(release_or_404(slug, pk), request.user)
    outline = read_outline(frame)
    context = {"frame": frame, "diagram": diagram_of(outline) if outline else None}
    return render(request, "releases/builder_diagram.html", context, fragments={"diagram"})


@requires(Verb.CONSOLE_SEE)
@require_safe
def builder_toolbar(request: Request, slug: str, pk: int) -> HttpResponse:
    """Show what undo and redo would do."""
    context = {"frame": Frame(release_or_404(slug, pk), request.user)}
    return render(request, "releases/builder_toolbar.html", context, fragments={"builder-toolbar"})


def read_outline(frame: Frame) -> Outline | None:
    """Lay out the steps of a release, None where its text cannot be read."""
    definition = frame.reading.definition
    if definition is None:
        return None
    labels = {slot.slot.name: slot.label for slot in frame.slots}
    return outline_of(definition, frame.reading.findings, labels)
