"""Pages that change the configuration of a version, section by section."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.connectors import selectors, services
from apps.connectors.forms.sections import SECTIONS, ReadmeForm, RowsForm, SectionForm
from apps.connectors.models import Connection, ConnectorVersion
from apps.connectors.views.loading import version_or_404
from apps.core.errors import Refused
from apps.core.htmx import redirect, render
from apps.core.permissions import requires
from apps.core.text import markdown


@requires(Verb.DRAFT_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def version_configure(request: Request, slug: str, number: int, section: str) -> HttpResponse:
    """Change one part of the configuration."""
    version = version_or_404(slug, number)
    form = _form_of(section)(request.POST if request.method == "POST" else None, version=version)
    if form.is_valid():
        try:
            saved = form.save(by=request.user)
        except Refused as refused:
            form.add_error(None, [refused.message, *refused.problems])
        else:
            if saved.updated_at != version.updated_at:
                messages.success(request, f"{form.title} of {version} changed. What is synced keeps serving.")
            return redirect(request, version)
    return _page(request, section, form, status=422 if form.errors else 200)


@requires(Verb.DRAFT_EDIT)
@require_POST
def version_configure_rows(request: Request, slug: str, number: int, section: str) -> HttpResponse:
    """Show the form as it was sent, with a row more, less or moved (``?add``, ``?remove=2``, ``?up=2``)."""
    version = version_or_404(slug, number)
    form_class = _form_of(section)
    if not issubclass(form_class, RowsForm):
        raise Http404
    form = form_class(request.POST, version=version).rearranged(request.POST, request.GET.dict())
    return _page(request, section, form, status=422 if form.notice else 200)


@requires(Verb.DRAFT_EDIT)
@require_POST
def version_readme_preview(request: Request, slug: str, number: int) -> HttpResponse:
    """Show what the readme will look like; nothing is saved."""
    form = ReadmeForm(request.POST, version=version_or_404(slug, number))
    html = markdown(form.cleaned_data["readme"]) if form.is_valid() else ""
    return _page(request, "readme", form, status=422 if form.errors else 200, preview=html, is_preview=True)


@requires(Verb.DRAFT_EDIT)
@require_POST
def version_sign_in_test(request: Request, slug: str, number: int) -> HttpResponse:
    """Test the sign-in for real with the connection of the version's test, and show what was sent and answered."""
    version = version_or_404(slug, number)
    back_url = _section_url("connectors:version_configure", version, "sign-in")
    context: dict[str, Any] = {"version": version, "parent_url": version.get_absolute_url(), "back_url": back_url}
    refused: Refused | None = None
    try:
        tested = services.test_connection(by=request.user, connection=_test_connection(version), version=version)
    except Refused as error:
        refused = error
    else:
        context |= {"connection": tested, "answer": tested.test_answer}
    context["refused"], status = refused, refused.status if refused else 200
    return render(request, "connectors/version_sign_in_test.html", context, fragments=("dialog",), status=status)


def _form_of(section: str) -> type[SectionForm]:
    if section not in SECTIONS:
        raise Http404
    return SECTIONS[section]


def _page(request: Request, section: str, form: SectionForm, *, status: int, **more: Any) -> HttpResponse:
    version = form.version
    context = {
        "version": version,
        "form": form,
        "parent_url": version.get_absolute_url(),
        "save_url": _section_url("connectors:version_configure", version, section),
        "rows_url": _section_url("connectors:version_configure_rows", version, section),
        **more,
    }
    return render(request, form.template, context, fragments=("dialog", "readme-preview"), status=status)


def _section_url(name: str, version: ConnectorVersion, section: str) -> str:
    return reverse(name, args=[version.connector.slug, version.number, section])


def _test_connection(version: ConnectorVersion) -> Connection:
    connection = version.test_connection or selectors.test_connections(version).order_by("environment", "name").first()
    if connection is None:
        raise Refused("There is no connection of the team in development yet. Create one, then test it here.")
    return connection
