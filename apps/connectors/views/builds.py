"""Pages about the builds of a connector version."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb, may
from apps.connectors import build_pages, links, selectors
from apps.connectors.models import Build, ConnectorVersion
from apps.connectors.origin import origin_in_words
from apps.connectors.selectors import comparisons
from apps.connectors.views.loading import version_or_404
from apps.core.htmx import render
from apps.core.permissions import requires
from apps.environments.models import EnvironmentKind

OPERATIONS_PER_PAGE = 50


@requires(Verb.CONSOLE_SEE)
@require_safe
def version_builds(request: Request, slug: str, number: int) -> HttpResponse:
    """List the builds of a version, newest first."""
    version = version_or_404(slug, number)
    before = _build_or_404(version, request.GET["before"]) if "before" in request.GET else None
    builds = comparisons.builds_of(version, before=before)
    newest = selectors.newest_build(version)
    shown, more = builds[: comparisons.PER_PAGE], builds[comparisons.PER_PAGE :]
    in_production = comparisons.build_serving(version, EnvironmentKind.PRODUCTION)
    version_before = comparisons.build_before(version) if newest else None
    rows = build_pages.rows_of(version, shown, request.user, newest=newest, in_production=in_production)
    context = {
        "version": version,
        "build": newest,
        "in_production": in_production,
        "rows": rows,
        "before": before,
        "older": shown[-1].digest if more else "",
        "picker": build_pages.picker_of(comparisons.builds_to_pick(version.connector)),
        **_picked(newest, [in_production, *shown[1:2], version_before]),
        **_way_to(version_before, newest),
        "siblings": selectors.siblings_of(version),
        "may_edit": may(request.user, Verb.DRAFT_EDIT) and not version.is_binned,
    }
    return render(request, "connectors/version_builds.html", context)


@requires(Verb.CONSOLE_SEE)
@require_safe
def build_detail(request: Request, slug: str, number: int, digest: str) -> HttpResponse:
    """Show a build: where it came from, its configuration as it was, its operations and findings."""
    version = version_or_404(slug, number)
    build = _build_or_404(version, digest)
    newest = selectors.newest_build(version)
    in_production = comparisons.build_serving(version, EnvironmentKind.PRODUCTION)
    found = selectors.search_operations(build, request.GET.get("q", "").strip())
    rows = build_pages.rows_of(version, [build], request.user, newest=newest, in_production=in_production)
    context = {
        "version": version,
        "build": build,
        "row": rows[0],
        "newest": newest,
        "in_production": in_production,
        "configuration": build_pages.configuration_of(build),
        "findings": selectors.findings_of(build),
        "page": Paginator(found, OPERATIONS_PER_PAGE).get_page(request.GET.get("page")),
        "origin": origin_in_words(build.origin),
    }
    return render(request, "connectors/build_detail.html", context, fragments=("build-operations",))


def _picked(newest: Build | None, others: list[Build | None]) -> dict[str, str]:
    """Return what the pickers show at first: the newest build, and the first of the others that is another one."""
    if newest is None:
        return {"old_name": "", "new_name": ""}
    old = next((build for build in others if build and build != newest), newest)
    return {"old_name": links.name_of(old), "new_name": links.name_of(newest)}


def _way_to(before: Build | None, newest: Build | None) -> dict[str, str]:
    """Return the way to the comparison with the version that this one was copied from."""
    if newest is None or before is None:
        return {}
    label = f"Compare {before.version.short_name} with {newest.version.short_name}"
    return {"before_version_label": label, "before_version_url": links.compare_url(before, newest)}


def _build_or_404(version: ConnectorVersion, digest: str) -> Build:
    build = comparisons.build_named(version.connector, f"{version.short_name}.{digest}")
    if build is None:
        raise Http404
    return build
