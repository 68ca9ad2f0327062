"""Questions about listings that must have no answer."""

from collections.abc import Iterable

from django.db.models import F

from apps.audit.fsck import register_check
from apps.marketplace.models import Listing


def wrong_pins() -> Iterable[str]:
    """C20: listings that are pinned to a draft or to a release of another template."""
    pinned = Listing.objects.exclude(pinned_release=None).select_related("integration_template", "pinned_release")
    for listing in pinned.exclude(pinned_release__integration_template=F("integration_template")):
        yield f"The listing of {listing} is pinned to a release of another template"
    for listing in pinned.filter(pinned_release__number=None):
        yield f"The listing of {listing} is pinned to a draft"


register_check("C20", "Listings that are pinned to something foreign", wrong_pins)
