"""The buttons of the pipeline strip."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.connectors import pipeline, services
from apps.connectors.documents import SourceRefused
from apps.connectors.enums import Step, VersionState
from apps.connectors.forms.versions import ReasonForm
from apps.connectors.models import ConnectorVersion
from apps.connectors.views.loading import version_or_404
from apps.core.errors import Forbidden, Refused
from apps.core.htmx import redirect, render
from apps.core.permissions import requires
from apps.environments.models import EnvironmentKind


@requires(Verb.DRAFT_EDIT)
@require_POST
def version_build(request: Request, slug: str, number: int) -> HttpResponse:
    """Build the newest source and configuration."""
    version = version_or_404(slug, number)

    def act() -> str:
        build = services.build_version(by=request.user, version=version)
        return f"Build {build.short_digest} is ready: {build.operation_count} operations."

    return _done(request, version, act)


@requires(Verb.DRAFT_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def version_sync(request: Request, slug: str, number: int, kind: str) -> HttpResponse:
    """Let the newest build serve the environments of a kind; production without a test asks for a reason."""
    version = version_or_404(slug, number)
    if kind not in EnvironmentKind.values:
        raise Http404
    step = Step.SYNC_TO_PROD if kind == EnvironmentKind.PRODUCTION else Step.SYNC_TO_DEV
    move = pipeline.move(VersionState(version.state), step)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if move.with_reason and not form.is_valid():
        return _ask_for_reason(request, version, form, kind)
    if request.method != "POST":
        return redirect(request, version)

    def act() -> str:
        reason = request.POST.get("reason", "")
        services.sync_version(by=request.user, version=version, kind=EnvironmentKind(kind), reason=reason)
        return f"The newest build serves every environment for {EnvironmentKind(kind).label.lower()}."

    return _done(request, version, act)


@requires(Verb.DRAFT_EDIT)
@require_POST
def version_test(request: Request, slug: str, number: int) -> HttpResponse:
    """Call the test operation."""
    version = version_or_404(slug, number)
    try:
        record = services.test_version(by=request.user, version=version)
    except Refused as refused:
        messages.error(request, _told(refused))
    else:
        (messages.success if record.succeeded else messages.error)(request, record.sentence)
    return redirect(request, version)


@requires(Verb.RELEASE_MANAGE)
@require_POST
def version_release(request: Request, slug: str, number: int) -> HttpResponse:
    """Offer the version to builders."""
    version = version_or_404(slug, number)

    def act() -> str:
        services.release_version(by=request.user, version=version)
        return f"{version} is released."

    return _done(request, version, act)


def _done(request: Request, version: ConnectorVersion, act: Callable[[], str]) -> HttpResponse:
    try:
        messages.success(request, act())
    except Forbidden:
        raise
    except SourceRefused as refused:
        messages.error(request, f"{version} could not be built: {refused.problems[0]}")
    except Refused as refused:
        messages.error(request, _told(refused))
    return redirect(request, version)


def _told(refused: Refused) -> str:
    return " ".join([refused.message, *refused.problems])


def _ask_for_reason(request: Request, version: ConnectorVersion, form: ReasonForm, kind: str) -> HttpResponse:
    context = {"version": version, "form": form, "kind": kind, "parent_url": version.get_absolute_url()}
    status = 422 if form.errors else 200
    return render(request, "connectors/version_sync.html", context, fragments=("dialog",), status=status)
