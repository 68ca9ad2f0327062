"""Releases as files: downloading one, and making a draft of one."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.core.errors import Conflict, Forbidden, Refused
from apps.core.htmx import redirect, render
from apps.core.permissions import requires
from apps.releases.exchange_forms import ImportForm
from apps.releases.models import IntegrationTemplate, Release
from apps.releases.services import exchange
from apps.releases.services.exchange import Incoming
from apps.releases.views.answers import release_or_404, template_or_404

TEMPLATE = "releases/release_import.html"
QUESTION = ["GET", "HEAD", "POST"]


@requires(Verb.CONSOLE_SEE)
@require_safe
def release_export(request: Request, slug: str, pk: int) -> HttpResponse:
    """Download a release as one YAML file."""
    exported = exchange.export_release(by=request.user, release=release_or_404(slug, pk))
    response = HttpResponse(exported.content, content_type="application/yaml; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{exported.name}"'
    return response


@requires(Verb.DRAFT_EDIT)
@require_http_methods(QUESTION)
def template_import(request: Request) -> HttpResponse:
    """Make a new template of a file."""
    form = _form(request, asks_name=True)

    def made(incoming: Incoming) -> Release:
        name = form.cleaned_data["name"] or incoming.template_name or "Imported template"
        return exchange.import_template(by=request.user, incoming=incoming, name=name)

    return _answer(request, form, made, None)


@requires(Verb.DRAFT_EDIT)
@require_http_methods(QUESTION)
def release_import(request: Request, slug: str) -> HttpResponse:
    """Make a new draft of a template out of a file."""
    template = template_or_404(slug)
    form = _form(request, asks_name=False)

    def made(incoming: Incoming) -> Release:
        return exchange.import_draft(by=request.user, incoming=incoming, integration_template=template)

    return _answer(request, form, made, template)


def _form(request: Request, *, asks_name: bool) -> ImportForm:
    if request.method != "POST":
        return ImportForm(asks_name=asks_name)
    return ImportForm(request.POST, request.FILES, asks_name=asks_name)


def _answer(
    request: Request,
    form: ImportForm,
    made: Callable[[Incoming], Release],
    template: IntegrationTemplate | None,
) -> HttpResponse:
    context: dict[str, Any] = {"form": form, "integration_template": template, "parent_url": _parent(template)}
    if form.is_valid():
        try:
            incoming = exchange.read_file(form.content)
            if (incoming.errors or incoming.missing) and not form.cleaned_data["accept"]:
                return _asked(request, form, incoming, context)
            return _made(request, made(incoming), incoming)
        except (Conflict, Forbidden):
            raise
        except Refused as refused:
            form.add_error(None, [refused.message, *refused.problems])
            form = _with_text(form)
    return render(request, TEMPLATE, context | {"form": form}, fragments={"dialog"}, status=422 if form.errors else 200)


def _asked(request: Request, form: ImportForm, incoming: Incoming, context: dict[str, Any]) -> HttpResponse:
    """Say what is wrong or missing, with the text at hand: one more click imports it all the same."""
    context |= {"form": _with_text(form), "incoming": incoming, "errors": incoming.errors}
    return render(request, TEMPLATE, context, fragments={"dialog"}, status=422)


def _with_text(form: ImportForm) -> ImportForm:
    """A file cannot be put back into a form, its text can."""
    data = MultiValueDict({"text": [form.content], "name": [form.cleaned_data.get("name", "")]})
    shown = ImportForm(data, asks_name="name" in form.fields)
    shown.full_clean()
    shown.errors.update(form.errors)
    return shown


def _made(request: Request, draft: Release, incoming: Incoming) -> HttpResponse:
    said = "byte for byte as it was exported" if incoming.package.is_exact else "as its text stands"
    messages.success(request, f"Imported {incoming.origin or 'the file'}, {said}.")
    for sentence in incoming.missing:
        messages.warning(request, sentence)
    if not incoming.package.is_exact and incoming.package.facts:
        messages.warning(request, "The file was edited after its export, so its text was taken as it stands now.")
    return redirect(request, draft)


def _parent(template: IntegrationTemplate | None) -> str:
    return template.get_absolute_url() if template else reverse("releases:template_list")
