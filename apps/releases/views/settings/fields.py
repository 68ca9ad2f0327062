"""One field of the configuration."""

from http import HTTPStatus

from django.http import Http404, HttpResponse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.core.errors import Refused
from apps.core.htmx import render
from apps.core.permissions import requires
from apps.releases import selectors
from apps.releases.building.frame import Frame
from apps.releases.building.settings.configuration import configuration_of, page_of, raw_fields, required_names
from apps.releases.building.settings.field_edits import add_field, change_field, rename_field
from apps.releases.building.settings.fields import others_of
from apps.releases.building.settings.kinds import kind_of
from apps.releases.building.settings.uses import uses_of_fields
from apps.releases.definition import Definition, DefinitionError
from apps.releases.settings_forms import FieldForm, RenameForm
from apps.releases.views.answers import refusals_in
from apps.releases.views.settings.configuration import TAB
from apps.releases.views.settings.pages import editable, make, revision_shown, url_of

FORM = "releases/config_field.html"
RENAME = "releases/config_field_rename.html"
MORE_ROWS = 3


@requires(Verb.DRAFT_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def config_field(request: Request, slug: str, pk: int) -> HttpResponse:
    """Add a field (``?page=1``), or change one (``?field=since``)."""
    frame, definition = editable(request, slug, pk)
    name = request.GET.get("field", "")
    if name and kind_of(_known(definition, name)) is None:
        raise Refused(f"No form can show “{name}”: it is edited in the source.")
    wants_rows = request.method == "POST" and "more-rows" in request.POST
    form = _form(request, definition, name, rows=MORE_ROWS if wants_rows else 0)
    if not wants_rows and form.is_valid():
        with refusals_in(form):
            return _saved(request, frame, form)
    return _page(request, frame, definition, form, wants_rows=wants_rows)


def _form(request: Request, definition: Definition, name: str, *, rows: int) -> FieldForm:
    fields = raw_fields(definition)
    page = page_of(definition, name) if name else request.GET.get("page", "")
    initial = {
        "page": "" if page is None else str(page),
        "audience": definition.audience(name),
        "required": name in required_names(definition),
    }
    return FieldForm(
        request.POST if request.method == "POST" else None,
        name=name,
        field=fields.get(name, {}),
        taken=list(fields),
        pages=_pages(definition),
        initial=initial,
        rows=rows,
    )


def _pages(definition: Definition) -> list[tuple[str, str]]:
    pages = [(page.key, page.title) for page in configuration_of(definition).pages]
    return pages if any(key == "" for key, _ in pages) else [*pages, ("", "A last page, without a title of its own")]


def _saved(request: Request, frame: Frame, form: FieldForm) -> HttpResponse:
    if form.name:
        edit = change_field(form.name, form.schema_changes(), **form.place)
        return make(request, frame, edit=edit, did=f"Changed the field {form.name}", tab=TAB)
    name = form.cleaned_data["key"]
    edit = add_field(name, form.schema_changes(), **form.place)
    return make(request, frame, edit=edit, did=f"Added the field {name}", tab=TAB)


def _page(request: Request, frame: Frame, definition: Definition, form: FieldForm, *, wants_rows: bool) -> HttpResponse:
    asked = {key: request.GET[key] for key in ("field", "page") if key in request.GET}
    context = {
        "frame": frame,
        "form": form,
        "wants_rows": wants_rows,
        "revision": revision_shown(request, frame),
        "parent_url": url_of(frame.release, TAB),
        "here": f"{request.path}?{urlencode(asked)}" if asked else request.path,
        "uses": uses_of_fields(definition).get(form.name, []),
        "others": others_of(form.field),
    }
    is_wrong = request.method == "POST" and not wants_rows
    status = HTTPStatus.UNPROCESSABLE_ENTITY if is_wrong else HTTPStatus.OK
    return render(request, FORM, context, fragments={"drawer"}, status=status)


@requires(Verb.DRAFT_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def config_field_rename(request: Request, slug: str, pk: int) -> HttpResponse:
    """Give a field another key; steps and answers follow."""
    frame, definition = editable(request, slug, pk)
    name = request.GET.get("field", "")
    _known(definition, name)
    known_to = _versions_with(frame, name)
    uses = uses_of_fields(definition).get(name, [])
    initial = {"key": name, "in_steps": bool(uses), "migrate": bool(known_to)}
    others = [field for field in raw_fields(definition) if field != name]
    form = RenameForm(request.POST if request.method == "POST" else None, taken=others, initial=initial)
    if form.is_valid():
        with refusals_in(form):
            return _renamed(request, frame, name, form)
    context = {
        "frame": frame,
        "form": form,
        "name": name,
        "uses": uses,
        "known_to": known_to,
        "revision": revision_shown(request, frame),
        "parent_url": url_of(frame.release, TAB),
        "here": request.get_full_path(),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, RENAME, context, fragments={"dialog"}, status=status)


def _renamed(request: Request, frame: Frame, name: str, form: RenameForm) -> HttpResponse:
    typed = form.cleaned_data
    key = typed["key"]
    if key == name:
        raise Refused("The key is the same: write another one.")
    edit = rename_field(name, key, in_steps=typed["in_steps"], migrate=typed["migrate"])
    return make(request, frame, edit=edit, did=f"Renamed the field {name} to {key}", tab=TAB)


def _versions_with(frame: Frame, name: str) -> str:
    """Return the newest version that asks for the field, "" where no instance can have an answer to it."""
    newest, live = (
        selectors.newest_version(frame.integration_template),
        selectors.live_release(frame.integration_template),
    )
    for version in filter(None, [newest, live]):
        try:
            if name in raw_fields(selectors.definition_of(version)):
                return version.label
        except DefinitionError:
            continue
    return ""


def _known(definition: Definition, name: str) -> object:
    fields = raw_fields(definition)
    if name not in fields:
        raise Http404
    return fields[name]
