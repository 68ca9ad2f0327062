"""Addresses of pages about templates and releases, for lists: each page is looked up once, not once a row."""

from apps.releases.links import link_to
from apps.releases.models import IntegrationTemplate, Release

# Stand where a slug and an id come. An id is put in first, because a slug may look like this number.
SLUG, PK = "slug-that-no-template-has", 1_234_567_890


class Addresses:
    """Where pages are; every method returns "" where no app has such a page."""

    def __init__(self) -> None:
        self._known: dict[str, str] = {}

    def of_template(self, name: str, integration_template: IntegrationTemplate) -> str:
        """Return the address of one of our pages about a template."""
        return self._pattern(f"releases:{name}", SLUG).replace(SLUG, integration_template.slug)

    def of(self, name: str, release: Release) -> str:
        """Return the address of one of our pages about a release."""
        pattern = self._pattern(f"releases:{name}", SLUG, PK).replace(str(PK), str(release.pk))
        return pattern.replace(SLUG, release.integration_template.slug)

    def elsewhere(self, url_name: str, release: Release) -> str:
        """Return the address of a page of an app above that takes nothing but a release's id."""
        return self._pattern(url_name, PK).replace(str(PK), str(release.pk))

    def fixed(self, url_name: str) -> str:
        """Return the address of a page that takes nothing."""
        return self._pattern(url_name)

    def _pattern(self, url_name: str, *args: object) -> str:
        if url_name not in self._known:
            self._known[url_name] = link_to(url_name, *args)
        return self._known[url_name]
