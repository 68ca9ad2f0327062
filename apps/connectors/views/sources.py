"""Pages about the source of a connector version."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.connectors import selectors, services
from apps.connectors.documents import SourceRefused
from apps.connectors.enums import SourceKind
from apps.connectors.forms.sources import SourceForm
from apps.connectors.models import ConnectorVersion
from apps.connectors.openapi.problems import Problem
from apps.connectors.sources import Given
from apps.connectors.views.loading import version_or_404
from apps.core.errors import Refused
from apps.core.htmx import redirect, render
from apps.core.permissions import requires


@requires(Verb.DRAFT_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def version_source(request: Request, slug: str, number: int) -> HttpResponse:
    """Show and change where a version's document comes from; the build that serves keeps serving."""
    version = version_or_404(slug, number)
    posted = request.method == "POST"
    form = SourceForm(request.POST if posted else None, request.FILES if posted else None, version=version)
    findings: list[Problem] = []
    if form.is_valid():
        given = form.given()
        try:
            services.give_source(by=request.user, version=version, given=given)
        except SourceRefused as refused:
            findings = refused.findings
            show_refusal(form, refused)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            messages.success(request, _kept(version, given))
            return (
                redirect(request, "connectors:version_source", slug, number)
                if given.is_fetched
                else redirect(request, version)
            )
    return _page(request, version, form, findings)


@requires(Verb.DRAFT_EDIT)
@require_POST
def version_source_check(request: Request, slug: str, number: int) -> HttpResponse:
    """Fetch the source as a build would, say what it holds, and change nothing."""
    version = version_or_404(slug, number)
    try:
        found = services.look_at_source(by=request.user, version=version)
    except SourceRefused as refused:
        return _page(request, version, SourceForm(version=version), refused.findings, checked=True)
    messages.success(request, _told(found))
    return redirect(request, "connectors:version_source", slug, number)


def show_refusal(form: SourceForm, refused: SourceRefused) -> None:
    """Put the refusal of a source at the field that can mend it."""
    if refused.candidates and form.field_of_entry:
        form.add_error(form.field_of_entry, " ".join(refused.problems))
    else:
        # What was given is read beside the findings; what was fetched is only an address here.
        form.add_error(form.field_of_refusal, refused.problems[0] if form.given_is_fetched else refused.message)


def _page(
    request: Request, version: ConnectorVersion, form: SourceForm, findings: list[Problem], *, checked: bool = False
) -> HttpResponse:
    build = selectors.newest_build(version)
    context = {
        "version": version,
        "form": form,
        "findings": findings,
        "source": selectors.source_of(version),
        "is_fetched": version.source_kind in (SourceKind.URL, SourceKind.GIT),
        "build": build,
        "origin": build.origin if build else {},
    }
    return render(request, "connectors/version_source.html", context, status=422 if form.errors or checked else 200)


def _kept(version: ConnectorVersion, given: Given) -> str:
    if given.is_fetched:
        return f"Builds of {version} fetch {given.name} from now on. Check it now, or build it."
    return f"{version} has a new document. Build it to see what it holds."


def _told(found: dict[str, Any]) -> str:
    origin = found["origin"]
    files = len(origin["files"])
    counted = f"{files} files" if files != 1 else "1 file"
    commit = f", commit {origin['commit'][:12]}" if origin.get("commit") else ""
    return f"It can be built: {found['operation_count']} operations in {counted}{commit}. Nothing was changed."
