"""The list of runs and the page of one."""

from typing import Any
from uuid import UUID

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.core.htmx import fragment_of, render
from apps.core.permissions import requires
from apps.infra.jobs.workers import workers_alive
from apps.runs import selectors
from apps.runs.forms import RunFilterForm
from apps.runs.models import Run
from apps.runs.shown import shown_json, shown_steps, tells, token
from apps.runs.states import Resolution, RunState

PER_PAGE = 50
STEPS_PER_PAGE = 200
LIVE = "run-live"


@requires(Verb.CONSOLE_SEE)
@require_safe
def run_list(request: Request) -> HttpResponse:
    """Every run that the person may see, newest first, narrowed down by filters."""
    form = RunFilterForm(request.GET)
    chosen = form.chosen
    found = selectors.filtered(selectors.runs_visible_to(request.user), chosen)
    context = {
        "form": form,
        "release": chosen.get("release"),
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "is_filtered": bool(chosen),
        "is_worker_missing": not workers_alive(),
    }
    return render(request, "runs/run_list.html", context, fragments=("runs-list",))


@requires(Verb.CONSOLE_SEE)
@require_safe
def run_detail(request: Request, pk: UUID) -> HttpResponse:
    """One run with every step: what was asked, what came back, what was made of it. Keeps itself up to date.

    While the run goes on, its fragment asks once a second; an unchanged page is answered with nothing.
    """
    run = get_object_or_404(selectors.runs_visible_to(request.user).defer(None), pk=pk)
    context = _told(request, run)
    if context["is_polled"] and request.GET.get("seen") == context["token"]:
        return HttpResponse(status=204)
    return render(request, "runs/run_detail.html", context, fragments=(LIVE,))


def _told(request: Request, run: Run) -> dict[str, Any]:
    page = Paginator(selectors.steps_of(run), STEPS_PER_PAGE).get_page(request.GET.get("page"))
    uncertain = selectors.uncertain_call(run) if run.status is RunState.UNCERTAIN else None
    is_worker_missing = not run.status.is_over and not workers_alive()
    return {
        "run": run,
        "page": page,
        "steps": shown_steps(page.object_list),
        "uncertain": uncertain,
        "resolutions": list(Resolution),
        "is_worker_missing": is_worker_missing,
        "token": token(run.status, page.object_list, page.paginator.count, uncertain, is_worker_missing),
        "why_not": selectors.why_not_help(run, request.user),
        "is_polled": fragment_of(request) == LIVE,
        "input_text": shown_json(run.input),
        "output_text": shown_json(run.output),
        "error_text": shown_json(run.error),
        "is_error_told": tells(page.object_list, run.error),
        "retries": list(run.retries.all()),
    }
