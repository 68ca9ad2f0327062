"""What people do with runs: start, test, cancel, try again, decide."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.core.htmx import redirect, render
from apps.core.permissions import requires
from apps.deployments.selectors import instances_visible_to
from apps.environments.selectors import environments
from apps.releases.models import Release
from apps.releases.selectors import definition_of
from apps.runs import selectors, services
from apps.runs.forms import ReasonForm, TestConfigForm, TestRunForm
from apps.runs.models import Run
from apps.runs.states import Resolution

MEANINGS = {
    Resolution.DONE: "Somebody checked that the other side has received it. The step counts as done, with no answer.",
    Resolution.REPEAT: "The call is sent once more. If the first one arrived after all, it happens twice.",
    Resolution.FAIL: "The step ends in an error, which the integration may catch; otherwise the run fails.",
}


@requires(Verb.CONSOLE_SEE)
@require_POST
def run_start(request: Request, pk: int) -> HttpResponse:
    """Queue a run of what is deployed on an instance."""
    instance = get_object_or_404(instances_visible_to(request.user), pk=pk)
    return redirect(request, services.start_run(by=request.user, instance=instance))


@requires(Verb.DRAFT_EDIT)
@require_http_methods(["GET", "HEAD", "POST"])
def test_run_start(request: Request, pk: int) -> HttpResponse:
    """Choose where and with what to test a release, then test it."""
    release = get_object_or_404(Release.objects.select_related("integration_template", "snapshot"), pk=pk)
    places = list(environments())
    chosen = request.POST.get("environment") or request.GET.get("environment")
    environment = next((place for place in places if place.slug == chosen), places[0] if places else None)
    if environment is None:
        raise Http404("There is no environment yet.")
    definition, posted = definition_of(release), _posted(request)
    form = TestRunForm(posted, definition=definition, environment=environment)
    answers = TestConfigForm(posted, definition=definition)
    if request.method == "POST" and all([form.is_valid(), answers.is_valid()]):
        run = services.start_test_run(
            by=request.user,
            release=release,
            environment=environment,
            config=answers.answers_given,
            connections=form.connections,
            event=form.cleaned_data["event"],
        )
        return redirect(request, run)
    context = {
        "release": release,
        "form": form,
        "answers": answers,
        "environments": places,
        "environment": environment,
    }
    status = 422 if form.errors or answers.errors else 200
    return render(request, "runs/test_run_start.html", context, fragments=("test-run",), status=status)


@requires(Verb.CONSOLE_SEE)
@require_POST
def run_retry(request: Request, pk: UUID) -> HttpResponse:
    """Queue a new run for one that failed."""
    return redirect(request, services.retry_run(by=request.user, run=_load(request, pk)))


@requires(Verb.CONSOLE_SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def run_cancel(request: Request, pk: UUID) -> HttpResponse:
    """Ask why, then stop the run. A dialog."""
    run = _load(request, pk)
    form = ReasonForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        services.cancel_run(by=request.user, run=run, reason=form.cleaned_data["reason"])
        messages.success(request, f"{run} is cancelled.")
        return redirect(request, run)
    context = {"run": run, "form": form, "parent_url": run.get_absolute_url()}
    status = 422 if form.errors else 200
    return render(request, "runs/run_cancel.html", context, fragments=("dialog",), status=status)


@requires(Verb.CONSOLE_SEE)
@require_http_methods(["GET", "HEAD", "POST"])
def run_resolve(request: Request, pk: UUID, resolution: str) -> HttpResponse:
    """Say what a decision about an uncertain call means, then take it. A dialog."""
    if resolution not in Resolution:
        raise Http404
    run, decision = _load(request, pk), Resolution(resolution)
    form = ReasonForm(_posted(request))
    if request.method == "POST" and form.is_valid():
        services.resolve_uncertain(by=request.user, run=run, resolution=decision, reason=form.cleaned_data["reason"])
        messages.success(request, "The run goes on from there.")
        return redirect(request, run)
    context = {
        "run": run,
        "form": form,
        "decision": decision,
        "meaning": MEANINGS[decision],
        "parent_url": run.get_absolute_url(),
    }
    status = 422 if form.errors else 200
    return render(request, "runs/run_resolve.html", context, fragments=("dialog",), status=status)


def _load(request: Request, pk: UUID) -> Run:
    return get_object_or_404(selectors.runs_visible_to(request.user).defer(None), pk=pk)


def _posted(request: Request) -> QueryDict | None:
    # A form without fields of its own posts nothing at all, and is bound all the same.
    return request.POST if request.method == "POST" else None
