"""What there is to install: the list, and the page of one."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from apps.accounts.http import Request
from apps.accounts.permissions import Verb, may
from apps.connectors.models import Connector
from apps.core.htmx import render
from apps.core.permissions import requires
from apps.core.text import markdown
from apps.marketplace import offers
from apps.marketplace.forms import InstallForm
from apps.marketplace.integrations import instances_of, told
from apps.marketplace.models import Listing
from apps.marketplace.offers import Offer
from apps.marketplace.plainly import CLOSED

PER_PAGE = 24


@requires(Verb.MARKETPLACE_USE)
@require_safe
def listing_list(request: Request) -> HttpResponse:
    """Everything that customers may install."""
    words = request.GET.get("q", "").strip()[:100]
    page = Paginator(offers.search(offers.shown(), words), PER_PAGE).get_page(request.GET.get("page"))
    mine = instances_of(request.user).order_by().values_list("integration_template", flat=True)
    context = {
        "page": page,
        "offers": offers.offers(page.object_list),
        "words": words,
        "installed": set(mine),
        "place": "browse",
    }
    return render(request, "marketplace/listing_list.html", context, fragments=("offers",))


@requires(Verb.MARKETPLACE_USE)
@require_safe
def listing_detail(request: Request, slug: str) -> HttpResponse:
    """One of them: what it does, what it needs, what it asks, and the way to install it."""
    return listing_page(request, listing_or_404(slug))


def listing_or_404(slug: str) -> Listing:
    """Return a listing that customers find; everything else does not exist."""
    listing = offers.shown().filter(integration_template__slug=slug).first()
    if listing is None:
        raise Http404
    return listing


def listing_page(
    request: Request, listing: Listing, form: InstallForm | None = None, *, status: int = 200
) -> HttpResponse:
    """Render the page of a listing. ``form``: what the person has tried to install it with."""
    offer = offers.offer_of(listing)
    context = {
        "listing": listing,
        "offer": offer,
        "readme": markdown(offer.definition.readme) if offer else "",
        "notes": markdown(offer.release.notes) if offer else "",
        "needs": needs_of(offer) if offer else [],
        "mine": told(instances_of(request.user).filter(integration_template=listing.integration_template)),
        "may_manage": may(request.user, Verb.MARKETPLACE_MANAGE),
        "why_not": CLOSED if listing.environment.is_locked else "",
        "form": form or InstallForm(customer=request.user.customer, listing=listing),
        "place": "browse",
    }
    return render(request, "marketplace/listing_detail.html", context, status=status)


def needs_of(offer: Offer) -> list[tuple[str, str, str]]:
    """Return what has to be connected: its title, the product behind it, and what it is used for."""
    names = dict(Connector.objects.values_list("slug", "name").filter(slug__in={s.connector for s in offer.slots}))
    return [(slot.title, names.get(slot.connector, ""), slot.help) for slot in offer.slots]
