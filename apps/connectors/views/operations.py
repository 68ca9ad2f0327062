"""Pages about the operations of a version's newest build."""

import re
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb, may
from apps.connectors import selectors
from apps.connectors.models import Build, ConnectorVersion, Operation
from apps.connectors.views.loading import version_or_404
from apps.core.htmx import fragment_of, render
from apps.core.permissions import requires

PER_PAGE = 100
# A panel of the schema: the numbers of the rows that lead to it.
PANEL = re.compile(r"schema(-\d{1,3}){1,40}")


@requires(Verb.CONSOLE_SEE)
@require_safe
def version_operations(request: Request, slug: str, number: int) -> HttpResponse:
    """List and search what can be called."""
    version = version_or_404(slug, number)
    build = selectors.newest_build(version)
    search = request.GET.get("q", "").strip()
    found = selectors.search_operations(build, search) if build else Operation.objects.none()
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "version": version,
        "build": build,
        "page": page,
        "search": search,
        "siblings": selectors.siblings_of(version),
        "may_edit": may(request.user, Verb.DRAFT_EDIT) and not version.is_binned,
    }
    return render(request, "connectors/version_operations.html", context, fragments=("operations-list",))


@requires(Verb.CONSOLE_SEE)
@require_safe
def version_operation(request: Request, slug: str, number: int, operation_id: str) -> HttpResponse:
    """Show how one operation is called."""
    version = version_or_404(slug, number)
    build, operation = _operation(version, operation_id)
    at = request.GET.get("at", "")
    panel = fragment_of(request) or ""
    if at and PANEL.fullmatch(panel):
        return _members(request, build, at, panel)
    described = selectors.description_of(build, operation_id, operation, at=at)
    if described is None:
        raise Http404
    context = {
        "version": version,
        "operation_id": operation_id,
        "operation": operation,
        "described": described,
        "is_opened": bool(at),
        "panel": "schema",
        "parent_url": f"{version.get_absolute_url()}operations/",
    }
    return render(request, "connectors/version_operation.html", context, fragments=("drawer",))


def _members(request: Request, build: Build, at: str, panel: str) -> HttpResponse:
    """The members of one schema, for the panel that asked; its number goes on into their own."""
    rows = selectors.rows_in(build, at)
    if rows is None:
        raise Http404
    return render(request, "connectors/version_operation.html#schema-members", {"rows": rows, "panel": panel})


def _operation(version: ConnectorVersion, operation_id: str) -> tuple[Build, dict[str, Any]]:
    build = selectors.newest_build(version)
    operation = selectors.operations_of(build).get(operation_id) if build else None
    if build is None or operation is None:
        raise Http404
    return build, operation
