"""Who uses a release? Apps above know; they register what to ask."""

from collections.abc import Callable

from apps.releases.models import Release

type Ask = Callable[[Release], list[str]]

_asks: list[Ask] = []


def register_user_of_releases(ask: Ask) -> None:
    """Register a function that names, in sentences, what uses a release. Call it in the app's ``ready``."""
    if ask not in _asks:
        _asks.append(ask)


def users_of(release: Release) -> list[str]:
    """Return a sentence for everything that uses a release; it must stay while there is one."""
    return [sentence for ask in _asks for sentence in ask(release)]
