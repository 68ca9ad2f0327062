"""Pages about the steps of a pipeline that people asked for."""

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb, may
from apps.connectors import pipeline, selectors, services
from apps.connectors.enums import Step
from apps.connectors.live import FRAGMENT, Live, ended, is_over, unchanged
from apps.connectors.models import PipelineJob
from apps.connectors.views.loading import version_or_404
from apps.connectors.views.pipeline import tell_joined
from apps.core.errors import Forbidden, Refused
from apps.core.htmx import redirect, render
from apps.core.permissions import requires

PER_PAGE = 50


@requires(Verb.CONSOLE_SEE)
@require_safe
def pipeline_list(request: Request, slug: str, number: int) -> HttpResponse:
    """Every step of the version's pipeline that somebody asked for, newest first."""
    version = version_or_404(slug, number)
    page = Paginator(selectors.jobs_of(version), PER_PAGE).get_page(request.GET.get("page"))
    context = {"version": version, "page": page}
    return render(request, "connectors/pipeline_list.html", context, fragments=("pipeline-jobs",))


@requires(Verb.CONSOLE_SEE)
@require_safe
def pipeline_job(request: Request, slug: str, number: int, pk: UUID) -> HttpResponse:
    """One step: its log, who asked, how long it took, what came of it. Keeps itself up to date."""
    job = _load(slug, number, pk)
    live = Live.of(request, job)
    if live.is_unchanged:
        return unchanged()
    context = {
        "job": job,
        "version": job.version,
        "live": live,
        "last_position": live.last_position(request),
        "why_not": _why_not_again(request, job),
        "retries": list(job.retries.select_related("version__connector")),
    }
    if is_over(request, live):
        return ended(render(request, "connectors/pipeline_job.html", context), live)
    return render(request, "connectors/pipeline_job.html", context, fragments=(FRAGMENT,))


@requires(Verb.DRAFT_EDIT)
@require_POST
def pipeline_retry(request: Request, slug: str, number: int, pk: UUID) -> HttpResponse:
    """Ask for a failed step once more."""
    job = _load(slug, number, pk)
    try:
        tell_joined(request, services.retry_step(by=request.user, job=job))
    except Forbidden:
        raise
    except Refused as refused:
        messages.error(request, " ".join([refused.message, *refused.problems]))
    return redirect(request, job.version)


def _load(slug: str, number: int, pk: UUID) -> PipelineJob:
    return get_object_or_404(selectors.jobs_of(version_or_404(slug, number)), pk=pk)


def _why_not_again(request: Request, job: PipelineJob) -> str:
    verb = pipeline.VERBS[Step(job.step)]
    if not may(request.user, verb):
        return f"Your role may not {verb.phrase}."
    if selectors.job_under_way(job.version):
        return "Another step is under way. Wait until it has ended."
    return ""
