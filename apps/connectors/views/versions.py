"""Pages about a connector version: overview and source."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb, may
from apps.connectors import selectors, services
from apps.connectors.live import FRAGMENT, Live, ended, is_over, unchanged
from apps.connectors.models import Connector
from apps.connectors.strip import pipeline_words, strip_of
from apps.connectors.summary import summary_of
from apps.connectors.views.loading import version_or_404
from apps.core.htmx import redirect, render
from apps.core.permissions import requires
from apps.core.text import markdown

EARLIER = 8


@requires(Verb.DRAFT_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def version_add(request: Request, slug: str) -> HttpResponse:
    """Begin the next version of a connector as a copy of its most recent one."""
    connector = get_object_or_404(Connector, slug=slug)
    if request.method == "POST":
        version = services.add_version(by=request.user, connector=connector)
        messages.success(request, f"{version} is here, a copy so far. Give it its document and servers, then build it.")
        return redirect(request, version)
    recent = selectors.versions_of(connector).first()
    context = {
        "connector": connector,
        "recent": recent,
        "copied_label": f"Copied from v{recent.number}" if recent else "",
        "parent_url": connector.get_absolute_url(),
    }
    return render(request, "connectors/version_add.html", context, fragments=("dialog",))


@requires(Verb.CONSOLE_SEE)
@require_safe
def version_detail(request: Request, slug: str, number: int) -> HttpResponse:
    """Show a version: its pipeline, what serves where, its configuration."""
    version = version_or_404(slug, number)
    jobs = selectors.latest_jobs(version)
    live = Live.of(request, jobs.newest)
    if live.is_unchanged:
        return unchanged()
    build = selectors.newest_build(version)
    context = {
        "version": version,
        "strip": strip_of(version, request.user, jobs),
        "live": live,
        "last_position": live.last_position(request),
        "earlier": selectors.jobs_of(version).over()[:EARLIER],
        **pipeline_words(request.user, jobs),
        "build": build,
        "findings": selectors.findings_of(build) if build else [],
        "environments": selectors.environments_with_sync(version),
        "sections": summary_of(version),
        "readme": markdown(version.readme),
        "siblings": selectors.siblings_of(version),
        "may_edit": may(request.user, Verb.DRAFT_EDIT) and not version.is_binned,
    }
    if is_over(request, live):
        return ended(render(request, "connectors/version_detail.html", context), live)
    return render(request, "connectors/version_detail.html", context, fragments=(FRAGMENT,))
