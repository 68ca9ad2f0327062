"""The team's side: a panel on a template's page, and the questions behind its buttons."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb, may
from apps.core.errors import Refused
from apps.core.htmx import announce, redirect, render
from apps.core.permissions import requires
from apps.deployments.models import Instance
from apps.marketplace import offers, services
from apps.marketplace.enums import LISTED, UNLISTED, Follows
from apps.marketplace.forms import ListForm, OfferForm, ReasonForm
from apps.marketplace.models import Listing
from apps.releases.models import IntegrationTemplate
from apps.releases.selectors import live_release, newest_version

CHANGED = "listing-changed"
NO_RIGHT = "Your role does not let you make releases live, mark them or list them."


@requires(Verb.CONSOLE_SEE)
@require_safe
def listing_panel(request: Request, slug: str) -> HttpResponse:
    """Whether customers find a template, and which version they are offered."""
    template = get_object_or_404(IntegrationTemplate, slug=slug)
    listing = offers.listings().filter(integration_template=template).first()
    installed = Instance.objects.installed()
    context = {
        "integration_template": template,
        "listing": listing,
        "state": LISTED if listing and listing.is_listed else UNLISTED,
        "follows": Follows(listing.follows) if listing else None,
        "offered": offers.release_of(listing) if listing else None,
        "live": live_release(template),
        "newest": newest_version(template),
        "customers": installed.filter(integration_template=template, customer__isnull=False).count(),
        "why_not": "" if may(request.user, Verb.RELEASE_MANAGE) else NO_RIGHT,
    }
    return render(request, "marketplace/listing_panel.html", context, fragments=("template-listing",))


@requires(Verb.RELEASE_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def listing_list_it(request: Request, slug: str) -> HttpResponse:
    """Ask where customers' installs run, then show the template in the marketplace. A dialog."""
    template = get_object_or_404(IntegrationTemplate, slug=slug)
    listing = Listing.objects.filter(integration_template=template).first()
    form = ListForm(
        request.POST if request.method == "POST" else None,
        initial={"environment": listing.environment_id if listing else ListForm.usual_environment()},
    )
    if form.is_valid():
        try:
            services.list_template(by=request.user, integration_template=template, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            return _done(request, template, f"{template} is in the marketplace.")
    return _dialog(request, "marketplace/listing_list_it.html", template, form)


@requires(Verb.RELEASE_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def listing_unlist(request: Request, slug: str) -> HttpResponse:
    """Ask why, then take the template out of the marketplace. A dialog."""
    listing = _listing_or_404(slug)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            services.unlist_template(by=request.user, listing=listing, **form.cleaned_data)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            return _done(request, listing.integration_template, f"{listing} is no longer in the marketplace.")
    return _dialog(request, "marketplace/listing_unlist.html", listing.integration_template, form)


@requires(Verb.RELEASE_MANAGE)
@require_http_methods(["GET", "HEAD", "POST"])
def listing_offer(request: Request, slug: str) -> HttpResponse:
    """Switch which version customers are offered: follow live, or one that is pinned. A dialog."""
    listing = _listing_or_404(slug)
    initial = {"follows": listing.follows, "release": listing.pinned_release_id}
    form = OfferForm(request.POST if request.method == "POST" else None, listing=listing, initial=initial)
    if form.is_valid():
        try:
            _switch(request, listing, form)
        except Refused as refused:
            form.add_error(None, refused.message)
        else:
            return _done(request, listing.integration_template, "Customers are offered that from now on.")
    return _dialog(request, "marketplace/listing_offer.html", listing.integration_template, form)


def _switch(request: Request, listing: Listing, form: OfferForm) -> None:
    data = form.cleaned_data
    if data["follows"] == Follows.PINNED:
        services.pin_release(by=request.user, listing=listing, release=data["release"], reason=data["reason"])
    else:
        services.follow_live(by=request.user, listing=listing, reason=data["reason"])


def _listing_or_404(slug: str) -> Listing:
    return get_object_or_404(offers.listings(), integration_template__slug=slug)


def _done(request: Request, template: IntegrationTemplate, said: str) -> HttpResponse:
    messages.success(request, said)
    if request.htmx:
        return announce(HttpResponse(status=204), CHANGED)
    return redirect(request, template)


def _dialog(
    request: Request, page: str, template: IntegrationTemplate, form: ListForm | ReasonForm | OfferForm
) -> HttpResponse:
    context = {"integration_template": template, "form": form, "parent_url": template.get_absolute_url()}
    return render(request, page, context, fragments=("dialog",), status=422 if form.errors else 200)
