"""The connections that a release needs: its slots."""

from http import HTTPStatus

from django.http import Http404, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.core.errors import Refused
from apps.core.htmx import render
from apps.core.permissions import requires
from apps.releases.building.frame import Frame
from apps.releases.building.settings.slots import (
    SlotRow,
    add_slot,
    change_slot,
    delete_slot,
    lacks,
    move_slot,
    rows_of,
)
from apps.releases.settings_forms import SlotForm
from apps.releases.views.answers import refusals_in
from apps.releases.views.editing import number_in
from apps.releases.views.settings.pages import (
    editable,
    frame_or_404,
    make,
    revision_shown,
    tab_context,
    url_of,
)

TEMPLATE = "releases/builder_slots.html"
FORM = "releases/settings_slot.html"
DELETE = "releases/settings_slot_delete.html"
TAB = "builder_slots"


@requires(Verb.CONSOLE_SEE)
@require_safe
def builder_slots(request: Request, slug: str, pk: int) -> HttpResponse:
    """Show the slots of a release."""
    frame = frame_or_404(request, slug, pk)
    definition = frame.reading.definition
    rows = rows_of(definition) if definition else []
    context = tab_context(request, frame, "slots", rows=[(row, _swap_url(frame, row.name)) for row in rows])
    return render(request, TEMPLATE, context, fragments={"slots"})


@requires(Verb.DRAFT_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def slot_edit(request: Request, slug: str, pk: int) -> HttpResponse:
    """Add a slot, or change one (``?slot=crm``); ``?choice=`` says what the version lacks before it is saved."""
    frame, definition = editable(request, slug, pk)
    rows = rows_of(definition)
    name = request.GET.get("slot", "")
    slot = _row(rows, name) if name else None
    is_check = request.method != "POST" and bool(request.GET.get("choice"))
    data = request.POST if request.method == "POST" else request.GET if is_check else None
    form = SlotForm(data, slot=slot, names=[row.name for row in rows])
    if form.is_valid() and slot and form.is_changed("choice"):
        form.warn(lacks(definition, name, form.cleaned_data["choice"]))
    if request.method == "POST" and form.is_valid():
        with refusals_in(form):
            return _slot_saved(request, frame, form, slot)
    return _slot_page(request, frame, form, slot)


def _slot_saved(request: Request, frame: Frame, form: SlotForm, slot: SlotRow | None) -> HttpResponse:
    typed = form.cleaned_data
    if slot:
        edit = change_slot(slot.name, form.changes("choice", "title", "help"))
        return make(request, frame, edit=edit, did=f"Changed the connection {slot.name}", tab=TAB)
    edit = add_slot(typed["name"], typed["choice"], typed["title"], typed["help"])
    return make(request, frame, edit=edit, did=f"Added the connection {typed['name']}", tab=TAB)


@requires(Verb.DRAFT_EDIT)
@require_POST
def slot_move(request: Request, slug: str, pk: int) -> HttpResponse:
    """Put a slot at another place in the list (``move``: "place:name")."""
    frame, definition = editable(request, slug, pk)
    place, _, name = request.POST.get("move", "").partition(":")
    row, index = _row(rows_of(definition), name), number_in(place)
    if index is None or index >= row.siblings:
        raise Refused("Choose a place in the list.")
    return make(request, frame, edit=move_slot(row.name, index), did=f"Moved the connection {row.name}", tab=TAB)


@requires(Verb.DRAFT_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def slot_delete(request: Request, slug: str, pk: int) -> HttpResponse:
    """Take a slot away that no step calls through."""
    frame, definition = editable(request, slug, pk)
    row = _row(rows_of(definition), request.GET.get("slot", ""))
    if request.method == "POST":
        return make(request, frame, edit=delete_slot(row.name), did=f"Deleted the connection {row.name}", tab=TAB)
    context = {"frame": frame, "row": row, "parent_url": url_of(frame.release, TAB), "here": request.get_full_path()}
    return render(request, DELETE, context, fragments={"dialog"})


def _slot_page(request: Request, frame: Frame, form: SlotForm, slot: SlotRow | None) -> HttpResponse:
    name = {"slot": slot.name} if slot else {}
    context = {
        "frame": frame,
        "form": form,
        "slot": slot,
        "revision": revision_shown(request, frame),
        "parent_url": url_of(frame.release, TAB),
        "here": f"{request.path}?{urlencode(name)}" if name else request.path,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if request.method == "POST" else HTTPStatus.OK
    return render(request, FORM, context, fragments={"dialog", "slot-check"}, status=status)


def _row(rows: list[SlotRow], name: str) -> SlotRow:
    row = next((row for row in rows if row.name == name), None)
    if row is None:
        raise Http404
    return row


def _swap_url(frame: Frame, slot: str) -> str:
    try:
        url = reverse("releases:builder_swap", args=[frame.integration_template.slug, frame.release.pk])
    except NoReverseMatch:
        return ""
    return f"{url}?{urlencode({'slot': slot})}"
