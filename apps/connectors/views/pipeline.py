"""The buttons of the pipeline strip. Each asks for a step; a worker carries it out while the page shows its log."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.http import Request
from apps.accounts.permissions import Verb, authorise
from apps.connectors import pipeline, selectors, services
from apps.connectors.enums import Step, VersionState
from apps.connectors.forms.versions import ReasonForm
from apps.connectors.models import Build, ConnectorVersion, PipelineJob
from apps.connectors.views.loading import version_or_404
from apps.core.errors import Forbidden, Refused
from apps.core.htmx import redirect, render
from apps.core.permissions import requires
from apps.environments.models import EnvironmentKind

BESIDE = " The pipeline of the version stays where it is."


@requires(Verb.DRAFT_EDIT)
@require_POST
def version_build(request: Request, slug: str, number: int) -> HttpResponse:
    """Ask for a build of the newest source and configuration."""
    return ask(request, version_or_404(slug, number), step=Step.BUILD)


@requires(Verb.DRAFT_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def version_sync(request: Request, slug: str, number: int, kind: str) -> HttpResponse:
    """Ask for a sync to the environments of a kind: of the newest build, or of the one that ``build`` names.

    Production without a test asks for a reason; a named build asks back.
    """
    version = version_or_404(slug, number)
    if kind not in EnvironmentKind.values:
        raise Http404
    step = pipeline.SYNCS[EnvironmentKind(kind)]
    authorise(request.user, pipeline.VERBS[step])
    build = _named_build(request, version)
    is_beside = _is_beside(version, build)
    is_reason_needed = not is_beside and pipeline.move(VersionState(version.state), step).with_reason
    form = ReasonForm(request.POST if request.method == "POST" else None)
    form.fields["reason"].required = is_reason_needed
    form.fields["reason"].label = "Reason" if is_reason_needed else "Reason, if you want to give one"
    if not form.is_valid() and (build or is_reason_needed):
        about = {"build": build, "is_beside": is_beside, "is_reason_needed": is_reason_needed}
        return _ask_back(request, version, form, kind, about)
    if request.method != "POST":
        return redirect(request, version)
    return ask(request, version, step=step, build=build, reason=form.cleaned_data["reason"])


@requires(Verb.DRAFT_EDIT)
@require_POST
def version_test(request: Request, slug: str, number: int) -> HttpResponse:
    """Ask for a test of the newest build."""
    return ask(request, version_or_404(slug, number), step=Step.TEST)


@requires(Verb.RELEASE_MANAGE)
@require_POST
def version_release(request: Request, slug: str, number: int) -> HttpResponse:
    """Ask for the version to be offered to builders."""
    return ask(request, version_or_404(slug, number), step=Step.RELEASE)


def ask(request: Request, version: ConnectorVersion, **wanted: Any) -> HttpResponse:
    """Ask for a step and go to the version's page, which shows how far it is; or say there why not."""
    try:
        job = services.request_step(by=request.user, version=version, **wanted)
    except Forbidden:
        raise
    except Refused as refused:
        messages.error(request, " ".join([refused.message, *refused.problems]))
    else:
        tell_joined(request, job)
    return redirect(request, version)


def tell_joined(request: Request, job: PipelineJob) -> None:
    """Say so where somebody asked for the same before."""
    if job.is_joined:
        messages.info(request, services.already(job, request.user))


def _named_build(request: Request, version: ConnectorVersion) -> Build | None:
    """Return the build that the address or the form names, by its number or the beginning of its digest."""
    name = request.POST.get("build") or request.GET.get("build") or ""
    if not name:
        return None
    build = selectors.build_of(version, name)
    if build is None:
        raise Http404
    return build


def _is_beside(version: ConnectorVersion, build: Build | None) -> bool:
    """Tell whether the sync leaves the pipeline where it is."""
    is_newest = build is None or build == selectors.newest_build(version)
    return pipeline.is_synced_anew(VersionState(version.state), chosen=build is not None, newest=is_newest)


def _ask_back(
    request: Request, version: ConnectorVersion, form: ReasonForm, kind: str, about: dict[str, Any]
) -> HttpResponse:
    context = {
        "version": version,
        "form": form,
        "kind": kind,
        "label": pipeline.SYNCS[EnvironmentKind(kind)].label,
        "places": [place for place, *_ in selectors.environments_with_sync(version) if place.kind == kind],
        "parent_url": version.get_absolute_url(),
        "told": f"It takes the place of what serves there now.{BESIDE if about['is_beside'] else ''}",
        **about,
    }
    status = 422 if form.errors else 200
    return render(request, "connectors/version_sync.html", context, fragments=("dialog",), status=status)
