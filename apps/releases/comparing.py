"""Comparing two releases: what changed, and whether it breaks what is installed."""

from dataclasses import dataclass

from apps.releases import selectors
from apps.releases.definition import DefinitionError
from apps.releases.definition.diff import Comparison, compare
from apps.releases.models import Release


@dataclass(frozen=True)
class Compared:
    """Two releases and what one must do to the first to get the second; None where one of them cannot be read."""

    before: Release
    after: Release
    comparison: Comparison | None


def compared(before: Release, after: Release) -> Compared:
    """Compare two releases of whatever state."""
    try:
        comparison = compare(selectors.definition_of(before), selectors.definition_of(after))
    except DefinitionError:
        comparison = None
    return Compared(before, after, comparison)


def partners_of(release: Release) -> list[Release]:
    """Return what a release can be compared with: drafts, then versions, the newest first."""
    others = selectors.releases_of(release.integration_template).out_of_the_bin()
    return list(others.exclude(pk=release.pk).select_related("snapshot"))


def usual_partner(release: Release, partners: list[Release]) -> Release | None:
    """Return what people compare with unless they say otherwise: live, else the version before, else the newest."""
    live = next((other for other in partners if other.is_live), None)
    before = [other for other in partners if other.number and other.number < (release.number or 10**9)]
    return live or next(iter(before), None) or next(iter(partners), None)
