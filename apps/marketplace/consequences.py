"""What an act on a release means for what customers are offered."""

from apps.marketplace import offers
from apps.marketplace.models import Listing
from apps.releases.consequences import Act
from apps.releases.models import Release
from apps.releases.states import Mark


def consequences_for_listings(act: Act, release: Release) -> list[str]:
    """Say what becomes of the listing of the release's template, if customers find one."""
    listing = offers.shown().filter(integration_template=release.integration_template_id).first()
    if listing is None:
        return []
    if act is Act.MAKE_LIVE:
        return [_made_live(listing, release)]
    sentence = _pinned(act, listing, release) if listing.is_pinned else _following(act, release)
    return [sentence] if sentence else []


def _made_live(listing: Listing, release: Release) -> str:
    if listing.pinned_release == release:
        return "The marketplace is pinned to it: customers are offered it already."
    if listing.pinned_release:
        pinned = listing.pinned_release.label
        return f"The marketplace is pinned to {pinned}: customers are offered {pinned} until somebody switches it."
    return "The marketplace follows live: customers are offered it at once, for new installs and for what they have."


def _following(act: Act, release: Release) -> str:
    if not release.is_live:
        return ""
    match act:
        case Act.WITHDRAW:
            return "The marketplace follows live: its listing says “unavailable” until a version is live again."
        case Act.QUARANTINE:
            return "The marketplace offers it: its listing says “unavailable” until the mark is off or another is live."
        case Act.UNQUARANTINE:
            return "The marketplace follows live: customers are offered it again."
    return ""


def _pinned(act: Act, listing: Listing, release: Release) -> str:
    if listing.pinned_release != release:
        return ""
    match act:
        case Act.DEPRECATE | Act.QUARANTINE if release.mark == Mark.NONE:
            return "The marketplace is pinned to it: its listing says “unavailable” until somebody switches it."
        case Act.UNDEPRECATE | Act.UNQUARANTINE:
            return "The marketplace is pinned to it: customers are offered it again."
        case Act.WITHDRAW:
            return "The marketplace is pinned to it: customers go on being offered it."
    return ""
