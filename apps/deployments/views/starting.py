"""Where a wizard begins: at a choice of place, or at an instance."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.core.htmx import redirect, render
from apps.core.permissions import requires
from apps.deployments import selectors, services
from apps.deployments.forms import StartForm, purpose_of
from apps.deployments.models import WizardDraft
from apps.deployments.plan import Target
from apps.deployments.views.posted import posted
from apps.deployments.wizard import FIRST_STEPS, neighbours, steps_of
from apps.releases.models import Release
from apps.releases.selectors import verdict
from apps.releases.views.editing import number_in


@requires(Verb.INSTANCE_OPERATE)
@require_http_methods(["GET", "HEAD", "POST"])
def wizard_start(request: Request) -> HttpResponse:
    """Choose template, environment and owner; continue a wizard that was left."""
    release = _asked_release(request)
    form = StartForm(request.user, posted(request), initial=_initial(request, release))
    if request.method == "POST" and form.is_valid():
        wizard = services.start_wizard(by=request.user, target=form.target)
        return redirect(request, _first_page(wizard, release))
    context = {
        "form": form,
        "release": release,
        "steps": FIRST_STEPS,
        "unfinished": selectors.wizards_of(request.user).filter(deployment=None),
    }
    status = 422 if form.errors else 200
    return render(request, "deployments/wizard_start.html", context, fragments=("start",), status=status)


@requires(Verb.INSTANCE_OPERATE)
@require_POST
def instance_change(request: Request, pk: int) -> HttpResponse:
    """Begin to change the version of an instance; ``release`` in the form preselects one."""
    instance = get_object_or_404(selectors.instances_visible_to(request.user), pk=pk)
    wizard = services.start_wizard(by=request.user, target=Target.of(instance))
    asked = request.POST.get("release", "")
    release = instance.integration_template.releases.filter(pk=asked).first() if number_in(asked) else None
    return redirect(request, _first_page(wizard, release))


@requires(Verb.INSTANCE_OPERATE)
@require_POST
def instance_reconfigure(request: Request, pk: int) -> HttpResponse:
    """Begin to change answers and connections on the release that runs."""
    instance = get_object_or_404(selectors.instances_visible_to(request.user), pk=pk)
    wizard = services.start_wizard(by=request.user, target=Target.of(instance))
    running = instance.current_deployment.release if instance.current_deployment else None
    return redirect(request, _first_page(wizard, running))


@requires(Verb.INSTANCE_OPERATE)
@require_POST
def wizard_discard(request: Request, pk: str) -> HttpResponse:
    """Forget a wizard; what runs stays as it is."""
    wizard = get_object_or_404(selectors.wizards_of(request.user), pk=pk)
    services.discard_wizard(wizard=wizard)
    messages.success(request, "The wizard is discarded. Nothing was deployed.")
    return redirect(request, wizard.instance or "deployments:instance_list")


def _asked_release(request: Request) -> Release | None:
    asked = request.GET.get("release", "")
    if not asked:
        return None
    if not asked.isdecimal():
        raise Http404
    return get_object_or_404(Release.objects.select_related("integration_template", "snapshot"), pk=asked)


def _initial(request: Request, release: Release | None) -> dict[str, str]:
    asked = {name: request.GET.get(name, "") for name in ("environment", "label")}
    slug = release.integration_template.slug if release else request.GET.get("template", "")
    return {**asked, "integration_template": slug, "owner": request.GET.get("customer") or "team"}


def _first_page(wizard: WizardDraft, release: Release | None) -> str:
    """Choose a version that needs no further word and lead past the first step; else lead to the first step."""
    first = reverse("deployments:wizard_version", args=[wizard.pk])
    if release is None or release.integration_template_id != wizard.integration_template_id:
        return first
    if release.is_draft or not verdict(release, purpose_of(wizard, release)).ok:
        return f"{first}?release={release.pk}"
    services.choose_release(wizard=wizard, release=release)
    _, after = neighbours(steps_of(wizard), "version")
    return after.url if after else first
