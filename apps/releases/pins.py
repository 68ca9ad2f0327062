"""Which releases do listings hold on to? The app above knows; it registers what to ask."""

from collections.abc import Callable

from apps.releases.models import IntegrationTemplate, Release

type Ask = Callable[[Release], bool]
type Find = Callable[[IntegrationTemplate], Release | None]

_asks: list[Ask] = []
_finds: list[Find] = []


def register_pins(ask: Ask) -> None:
    """Register a function that tells whether a listing is pinned to a release. Call it in the app's ``ready``."""
    if ask not in _asks:
        _asks.append(ask)


def is_pinned(release: Release) -> bool:
    """Tell whether a listing is pinned to the release, so that customers are offered it."""
    return any(ask(release) for ask in _asks)


def register_pinned_release(find: Find) -> None:
    """Register a function that returns the version that a template's listing is pinned to, if it is."""
    if find not in _finds:
        _finds.append(find)


def pinned_release(integration_template: IntegrationTemplate) -> Release | None:
    """Return the version at which the customers of a template are held, None where they are not."""
    return next((found for find in _finds if (found := find(integration_template))), None)
