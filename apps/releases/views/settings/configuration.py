"""What the wizard asks: its pages and their fields."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.core.errors import Refused
from apps.core.htmx import render
from apps.core.permissions import requires
from apps.releases.building.frame import Frame
from apps.releases.building.settings.configuration import (
    PageRow,
    configuration_of,
    raw_fields,
)
from apps.releases.building.settings.field_edits import (
    add_migration,
    delete_field,
    move_field,
    remove_migration,
)
from apps.releases.building.settings.page_edits import add_page, change_page, delete_page, move_page
from apps.releases.building.settings.uses import uses_of_fields
from apps.releases.definition import Definition
from apps.releases.links import link_to
from apps.releases.settings_forms import MigrationForm, PageForm
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

TEMPLATE = "releases/builder_configuration.html"
TAB = "builder_configuration"
ASK = ["GET", "HEAD", "POST"]


@requires(Verb.CONSOLE_SEE)
@require_safe
def builder_configuration(request: Request, slug: str, pk: int) -> HttpResponse:
    """Show what the wizard asks, page by page, and beside it how people will see it."""
    frame = frame_or_404(request, slug, pk)
    definition = frame.reading.definition
    context = tab_context(
        request,
        frame,
        "configuration",
        configuration=configuration_of(definition) if definition else None,
        preview_url=link_to("deployments:config_preview_panel", slug, pk),
    )
    return render(request, TEMPLATE, context, fragments={"configuration"})


@requires(Verb.DRAFT_EDIT)
@require_POST
def config_field_move(request: Request, slug: str, pk: int) -> HttpResponse:
    """Put a field at another place (``move``: "page:place:key", the page of what is on none is "")."""
    frame, definition = editable(request, slug, pk)
    page, _, rest = request.POST.get("move", "").partition(":")
    index, _, name = rest.partition(":")
    if name not in raw_fields(definition) or number_in(index) is None:
        raise Refused("Choose a field, and a place on a page.")
    edit = move_field(name, number_in(page), number_in(index))
    return make(request, frame, edit=edit, did=f"Moved the field {name}", tab=TAB)


@requires(Verb.DRAFT_EDIT)
@require_http_methods(ASK)
def config_field_delete(request: Request, slug: str, pk: int) -> HttpResponse:
    """Ask something no more, after saying which steps read it."""
    frame, definition = editable(request, slug, pk)
    name = request.GET.get("field", "")
    if name not in raw_fields(definition):
        raise Http404
    if request.method == "POST":
        return make(request, frame, edit=delete_field(name), did=f"Deleted the field {name}", tab=TAB)
    context = _dialog(request, frame) | {"name": name, "uses": uses_of_fields(definition).get(name, [])}
    return render(request, "releases/config_field_delete.html", context, fragments={"dialog"})


@requires(Verb.DRAFT_EDIT)
@require_http_methods(ASK)
def config_page(request: Request, slug: str, pk: int) -> HttpResponse:
    """Add a page of the wizard, or call one differently (``?page=1``; ``?page=rest`` makes one of what is on none)."""
    frame, definition = editable(request, slug, pk)
    key = request.GET.get("page", "")
    page = _page(definition, key)
    known = {"title": page.title, "help": page.help} if page else {}
    form = PageForm(request.POST if request.method == "POST" else None, initial=known)
    if form.is_valid():
        with refusals_in(form):
            return _page_saved(request, frame, form, page)
    context = _dialog(request, frame) | {"form": form, "page": page}
    status = 422 if form.errors else 200
    return render(request, "releases/settings_page.html", context, fragments={"dialog"}, status=status)


def _page_saved(request: Request, frame: Frame, form: PageForm, page: PageRow | None) -> HttpResponse:
    title, words = form.cleaned_data["title"], form.cleaned_data["help"]
    if page is None or page.number is None:
        edit = add_page(title, words, with_rest=page is not None)
        return make(request, frame, edit=edit, did=f"Added the page {title}", tab=TAB)
    edit = change_page(page.number, form.changes("title", "help"))
    return make(request, frame, edit=edit, did=f"Changed the page {title}", tab=TAB)


@requires(Verb.DRAFT_EDIT)
@require_POST
def config_page_move(request: Request, slug: str, pk: int) -> HttpResponse:
    """Put a page at another place (``move``: "place:page")."""
    frame, definition = editable(request, slug, pk)
    place, _, key = request.POST.get("move", "").partition(":")
    page, index = _numbered(definition, key), number_in(place)
    if index is None or index >= page.pages:
        raise Refused("Choose a place among the pages.")
    edit = move_page(page.number or 0, index)
    return make(request, frame, edit=edit, did=f"Moved the page {page.title}", tab=TAB)


@requires(Verb.DRAFT_EDIT)
@require_http_methods(ASK)
def config_page_delete(request: Request, slug: str, pk: int) -> HttpResponse:
    """Take a page away; its fields go to the last one."""
    frame, definition = editable(request, slug, pk)
    page = _numbered(definition, request.GET.get("page", ""))
    if request.method == "POST":
        edit = delete_page(page.number or 0)
        return make(request, frame, edit=edit, did=f"Deleted the page {page.title}", tab=TAB)
    context = _dialog(request, frame) | {"page": page}
    return render(request, "releases/settings_page_delete.html", context, fragments={"dialog"})


@requires(Verb.DRAFT_EDIT)
@require_http_methods(ASK)
def config_migration(request: Request, slug: str, pk: int) -> HttpResponse:
    """Note that a field had another key once, so that its answers are taken over."""
    frame, definition = editable(request, slug, pk)
    form = MigrationForm(request.POST if request.method == "POST" else None, fields=list(raw_fields(definition)))
    if form.is_valid():
        before, after = form.cleaned_data["before"], form.cleaned_data["after"]
        did = f"Noted that {after} was {before}"
        with refusals_in(form):
            return make(request, frame, edit=add_migration(before, after), did=did, tab=TAB)
    context = _dialog(request, frame) | {"form": form}
    status = 422 if form.errors else 200
    return render(request, "releases/settings_migration.html", context, fragments={"dialog"}, status=status)


@requires(Verb.DRAFT_EDIT)
@require_POST
def config_migration_remove(request: Request, slug: str, pk: int) -> HttpResponse:
    """Forget that a field had another key once."""
    frame, definition = editable(request, slug, pk)
    number = number_in(request.POST.get("number"))
    if number is None or number >= len(definition.migrations):
        raise Refused("This is not here any more.")
    before, after = definition.migrations[number]
    did = f"Forgot that {after} was {before}"
    return make(request, frame, edit=remove_migration(before, after), did=did, tab=TAB)


def _dialog(request: Request, frame: Frame) -> dict[str, object]:
    return {
        "frame": frame,
        "revision": revision_shown(request, frame),
        "parent_url": url_of(frame.release, TAB),
        "here": request.get_full_path(),
    }


def _page(definition: Definition, key: str) -> PageRow | None:
    if not key:
        return None
    wanted = "" if key == "rest" else key
    page = next((page for page in configuration_of(definition).pages if page.key == wanted), None)
    if page is None:
        raise Http404
    return page


def _numbered(definition: Definition, key: str) -> PageRow:
    page = _page(definition, key)
    if page is None or page.number is None:
        raise Http404
    return page
