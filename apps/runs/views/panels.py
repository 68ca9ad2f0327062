"""Parts that other pages load by their address."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.core import clock
from apps.core.htmx import render
from apps.core.permissions import requires
from apps.deployments.selectors import instances_visible_to
from apps.releases.building.settings.triggers import no_triggers
from apps.releases.models import IntegrationTemplate
from apps.releases.settings_forms import TriggersForm
from apps.runs import selectors, timetable

SHOWN = 6
TIMES = 5


@requires(Verb.CONSOLE_SEE)
@require_safe
def template_runs_panel(request: Request, slug: str) -> HttpResponse:
    """The last runs of a template's releases."""
    integration_template = get_object_or_404(IntegrationTemplate, slug=slug)
    runs = selectors.runs_of_template(integration_template, request.user)[:SHOWN]
    context = {
        "integration_template": integration_template,
        "runs": runs,
        "filter": f"integration_template={integration_template.slug}",
    }
    return render(request, "runs/template_runs_panel.html", context, fragments=("template-runs",))


@requires(Verb.CONSOLE_SEE)
@require_safe
def instance_runs_panel(request: Request, pk: int) -> HttpResponse:
    """The last runs of an instance, and when its schedule starts the next one."""
    instance = get_object_or_404(
        instances_visible_to(request.user).select_related(
            "current_deployment__release__snapshot", "current_deployment__release__integration_template"
        ),
        pk=pk,
    )
    context = {
        "instance": instance,
        "runs": selectors.runs_of_instance(instance, request.user)[:SHOWN],
        "next_at": selectors.next_run_of(instance),
    }
    return render(request, "runs/instance_runs_panel.html", context, fragments=("instance-runs",))


@requires(Verb.CONSOLE_SEE)
@require_safe
def schedule_times_panel(request: Request) -> HttpResponse:
    """The next times of a timer as somebody types it (the fields of ``TriggersForm``), in its time zone."""
    form = TriggersForm(request.GET, triggers=no_triggers())
    form.is_valid()
    schedule = form.schedule
    times = timetable.next_times(schedule, after=clock.now(), count=TIMES) if schedule else []
    context = {"form": form, "schedule": schedule, "times": times}
    return render(request, "runs/schedule_times_panel.html", context, fragments=("schedule-times",))
