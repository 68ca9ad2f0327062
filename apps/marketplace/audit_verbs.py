"""Verbs about listings."""

from apps.audit.registry import register

register("listing.listed", "listed {target} in the marketplace", icon="building-store")
register("listing.unlisted", "took {target} out of the marketplace", icon="eye-off")
register("listing.pinned", "pinned the marketplace's offer of {target} to {release}", icon="pin")
register("listing.followed_live", "let the marketplace's offer of {target} follow live", icon="broadcast")
