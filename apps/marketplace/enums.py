"""Closed lists of the marketplace."""

from django.db.models import TextChoices

from apps.core.badges import Badge


class Follows(TextChoices):
    """Which version a listing offers."""

    LIVE = "live", "Follows live"
    PINNED = "pinned", "Pinned by hand"

    @property
    def badge(self) -> Badge:
        """How it looks, with its meaning in one sentence."""
        return _BADGES[self]


_BADGES = {
    Follows.LIVE: Badge("Follows live", "Customers are offered whatever version is live.", "green", "broadcast"),
    Follows.PINNED: Badge(
        "Pinned", "Customers are offered this version until somebody switches it by hand.", "purple", "pin"
    ),
}

LISTED = Badge("Listed", "Customers find it in the marketplace.", "green", "building-store")
UNLISTED = Badge("Not listed", "No customer finds it in the marketplace; what is installed goes on.", "gray", "eye-off")
