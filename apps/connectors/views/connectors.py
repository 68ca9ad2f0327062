"""Pages about connectors."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb, may
from apps.connectors import selectors, services
from apps.connectors.documents import SourceRefused
from apps.connectors.forms.filters import ConnectorFilter
from apps.connectors.forms.sources import ConnectorForm
from apps.connectors.forms.versions import ConnectorEditForm
from apps.connectors.matrix import matrix
from apps.connectors.models import Connector
from apps.connectors.uses import UseKind, counts_of
from apps.connectors.views.sources import show_refusal
from apps.core.errors import Refused
from apps.core.htmx import redirect, render
from apps.core.permissions import requires

PER_PAGE = 25


@requires(Verb.CONSOLE_SEE)
@require_safe
def connector_list(request: Request) -> HttpResponse:
    """List the connectors: which versions each has, how far they are and where they serve."""
    search, sort = request.GET.get("q", "").strip(), request.GET.get("sort", "name")
    narrowing = ConnectorFilter(request.GET)
    state, environment = narrowing.chosen()
    found = selectors.connectors(search=search, state=state, environment=environment, sort=sort)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "search": search,
        "sort": request.GET.get("sort", ""),
        "filter": narrowing,
        "is_narrowed": bool(search or state or environment),
        "bin_label": _bin_label(selectors.binned_versions().count()),
        "may_edit": may(request.user, Verb.DRAFT_EDIT),
    }
    return render(request, "connectors/connector_list.html", context, fragments=("connectors-list",))


@requires(Verb.DRAFT_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def connector_create(request: Request) -> HttpResponse:
    """Make a connector from an OpenAPI document, wherever that is."""
    posted = request.method == "POST"
    form = ConnectorForm(request.POST if posted else None, request.FILES if posted else None)
    findings = []
    if form.is_valid():
        try:
            connector = services.create_connector(
                by=request.user,
                given=form.given(),
                name=form.cleaned_data["name"],
                description=form.cleaned_data["description"],
            )
        except SourceRefused as refused:
            findings = refused.findings
            show_refusal(form, refused)
        except Refused as refused:
            form.add_error("name", refused.message)
        else:
            messages.success(request, f"{connector} is here. Check its configuration, then build it.")
            return redirect(request, "connectors:version_detail", connector.slug, 1)
    context = {"form": form, "findings": findings}
    return render(request, "connectors/connector_create.html", context, status=422 if form.errors else 200)


@requires(Verb.CONSOLE_SEE)
@require_safe
def connector_detail(request: Request, slug: str) -> HttpResponse:
    """Show a connector: its versions, where each serves and who uses it."""
    connector = get_object_or_404(Connector.objects.select_related("created_by"), slug=slug)
    versions = list(selectors.versions_of(connector))
    counts = counts_of(versions, kinds=(UseKind.RELEASE, UseKind.INSTANCE))
    context = {
        "connector": connector,
        "rows": [(version, counts[version.pk]) for version in versions],
        "versions": versions,
        "matrix": matrix(versions),
        "binned": list(selectors.binned_versions_of(connector)),
        "connections": selectors.connections_visible_to(request.user).filter(connector=connector),
        "may_edit": may(request.user, Verb.DRAFT_EDIT),
        "may_connect": may(request.user, Verb.INSTANCE_OPERATE),
    }
    return render(request, "connectors/connector_detail.html", context)


@requires(Verb.DRAFT_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def connector_edit(request: Request, slug: str) -> HttpResponse:
    """Change name and description."""
    connector = get_object_or_404(Connector, slug=slug)
    initial = {"name": connector.name, "description": connector.description}
    form = ConnectorEditForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_valid():
        try:
            services.change_connector(by=request.user, connector=connector, **form.cleaned_data)
        except Refused as refused:
            form.add_error("name", refused.message)
        else:
            return redirect(request, connector)
    context = {"form": form, "connector": connector, "parent_url": connector.get_absolute_url()}
    status = 422 if form.errors else 200
    return render(request, "connectors/connector_edit.html", context, fragments=("dialog",), status=status)


def _bin_label(count: int) -> str:
    return f"Bin ({count})" if count else "Bin"
