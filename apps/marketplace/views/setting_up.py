"""Where setting up begins: install, update, change settings; and going on or giving up later."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb
from apps.core.errors import Refused
from apps.core.htmx import redirect
from apps.core.permissions import requires
from apps.deployments import selectors as deployments
from apps.deployments import services
from apps.deployments.models import WizardDraft
from apps.deployments.plan import Target
from apps.deployments.wizard import steps_of
from apps.marketplace import offers, plainly
from apps.marketplace.forms import InstallForm
from apps.marketplace.models import Listing
from apps.marketplace.views.catalogue import listing_or_404, listing_page
from apps.marketplace.views.loading import integration_or_404
from apps.releases.models import Release
from apps.releases.selection import Audience, Purpose
from apps.releases.selectors import verdict


@requires(Verb.MARKETPLACE_MANAGE)
@require_POST
def install(request: Request, slug: str) -> HttpResponse:
    """Begin to install what the listing offers. A second one of the same kind needs a name of its own."""
    listing = listing_or_404(slug)
    release = offers.release_of(listing)
    if release is None:
        raise Refused("It is not available right now. Please try again later.")
    form = InstallForm(request.POST, customer=request.user.customer, listing=listing)
    if not form.is_valid():
        return listing_page(request, listing, form, status=422)
    return _begin(request, _place(request, listing, form.cleaned_data["label"]), release)


@requires(Verb.MARKETPLACE_MANAGE)
@require_POST
def instance_update(request: Request, pk: int) -> HttpResponse:
    """Begin to move to the version that is offered; only what is new will be asked."""
    integration = integration_or_404(request, pk)
    if integration.update is None:
        raise Refused("There is no update right now: you use what is offered.")
    return _begin(request, Target.of(integration.instance), integration.update)


@requires(Verb.MARKETPLACE_MANAGE)
@require_POST
def instance_configure(request: Request, pk: int) -> HttpResponse:
    """Begin to change answers and connections; the version stays."""
    integration = integration_or_404(request, pk)
    if not verdict(integration.release, Purpose.RECONFIGURE, Audience.CUSTOMER):
        raise Refused(plainly.STOPPED)
    return _begin(request, Target.of(integration.instance), integration.release)


@requires(Verb.MARKETPLACE_MANAGE)
@require_safe
def wizard_go_on(request: Request, pk: UUID) -> HttpResponse:
    """Go on where it was left."""
    wizard = own_wizard_or_404(request, pk)
    return redirect(request, _first_open(wizard))


@requires(Verb.MARKETPLACE_MANAGE)
@require_POST
def wizard_renew(request: Request, pk: UUID) -> HttpResponse:
    """Take the version that is offered now; answers that it still knows stay."""
    wizard = own_wizard_or_404(request, pk)
    release = offers.offered_to([wizard.integration_template_id]).get(wizard.integration_template_id)
    if release is None:
        raise Refused("It is not available right now. Please try again later.")
    with plainly.spoken():
        services.choose_release(wizard=wizard, release=release)
    return redirect(request, steps_of(wizard)[0].url)


@requires(Verb.MARKETPLACE_MANAGE)
@require_POST
def wizard_discard(request: Request, pk: UUID) -> HttpResponse:
    """Forget what was begun; what is installed stays as it is."""
    wizard = own_wizard_or_404(request, pk)
    services.discard_wizard(wizard=wizard)
    messages.success(request, "Discarded. Nothing was changed.")
    return redirect(request, "marketplace:home")


def own_wizard_or_404(request: Request, pk: UUID) -> WizardDraft:
    """Return something that the person began and has not finished."""
    unfinished = deployments.wizards_of(request.user).filter(deployment=None, release__isnull=False)
    return get_object_or_404(unfinished, pk=pk)


def _place(request: Request, listing: Listing, label: str) -> Target:
    if request.user.customer is None:
        raise Http404
    return Target(listing.integration_template, listing.environment, request.user.customer, label)


def _begin(request: Request, target: Target, release: Release) -> HttpResponse:
    with plainly.spoken():
        wizard = _begun_before(request, target, release) or services.start_wizard(by=request.user, target=target)
        services.choose_release(wizard=wizard, release=release)
    return redirect(request, steps_of(wizard)[0].url)


def _begun_before(request: Request, target: Target, release: Release) -> WizardDraft | None:
    """Return what the person began for the same place and version, if nothing was changed there since."""
    unfinished = deployments.wizards_of(request.user).filter(
        deployment=None,
        integration_template=target.integration_template,
        environment=target.environment,
        label=target.label,
        release=release,
    )
    instance = deployments.find_instance(target)
    current = instance.current_deployment_id if instance else None
    return next((wizard for wizard in unfinished if wizard.seen_deployment_id == current), None)


def _first_open(wizard: WizardDraft) -> str:
    """The first step whose questions have no answer yet, else the review."""
    asked = set(wizard.asked)
    for step in steps_of(wizard):
        if step.key == "connections" and not wizard.connections:
            return step.url
        if step.key.startswith("configuration") and not asked:
            return step.url
    return steps_of(wizard)[-1].url
