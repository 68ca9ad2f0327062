"""Addresses of pages about the releases of one template, for lists: each page is looked up once, not once a row."""

from apps.releases.links import link_to
from apps.releases.models import Release

# Stands where a release's id comes; no slug before it is cut off, because the last occurrence counts.
PLACE = 1_234_567_890


class Addresses:
    """Where the pages of a template's releases are."""

    def __init__(self, slug: str) -> None:
        self.slug = slug
        self._known: dict[str, tuple[str, str]] = {}

    def of(self, name: str, release: Release) -> str:
        """Return the address of one of our pages about a release, "" where there is no such page."""
        return self._filled(f"releases:{name}", (self.slug, PLACE), str(release.pk))

    def elsewhere(self, url_name: str, release: Release) -> str:
        """Return the address of a page of an app above that takes nothing but a release's id, "" without that app."""
        return self._filled(url_name, (PLACE,), str(release.pk))

    def fixed(self, url_name: str, *args: object) -> str:
        """Return the address of a page that is not about one release, "" where no app has it."""
        return self._filled(url_name, args, "")

    def _filled(self, url_name: str, args: tuple[object, ...], pk: str) -> str:
        if url_name not in self._known:
            before, found, after = link_to(url_name, *args).rpartition(str(PLACE))
            self._known[url_name] = (before, after) if found else (after, "")
        before, after = self._known[url_name]
        return f"{before}{pk}{after}" if before else ""
