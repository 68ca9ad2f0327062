"""Notes added up: everything that was said about the versions between two releases."""

from dataclasses import dataclass

from django.utils.safestring import SafeString

from apps.core.text import markdown
from apps.releases.models import Release, ReleaseQuerySet

MOST = 50


@dataclass(frozen=True)
class Note:
    """A version with what was written about it, ready to be shown."""

    release: Release
    notes: SafeString


@dataclass(frozen=True)
class News:
    """What is new from one release to another, newest first. ``is_back``: it goes away, for the way leads back.

    ``silent`` counts the versions about which nobody wrote anything, ``left_out`` those for which there is no room.
    """

    before: Release
    after: Release
    notes: list[Note]
    is_back: bool
    silent: int
    left_out: int

    @property
    def title(self) -> str:
        verb = "What goes away from" if self.is_back else "What's new from"
        return f"{verb} {self.before.label} to {self.after.label}"

    @property
    def versions(self) -> int:
        return len(self.notes) + self.silent + self.left_out


def versions_between(before: Release, after: Release) -> ReleaseQuerySet:
    """Return the versions above the first up to the second, newest first, without those in the bin.

    A draft counts as newer than every version. Going back, they are those above the second up to the first.
    """
    found = Release.objects.versions().out_of_the_bin().order_by("-number")
    if before.integration_template_id != after.integration_template_id:
        return found.none()
    low, high = sorted((before, after), key=_age)
    found = found.filter(integration_template=after.integration_template_id, number__gt=_age(low))
    return found if high.is_draft else found.filter(number__lte=_age(high))


def news_between(before: Release, after: Release) -> News:
    """Add up what was written about the versions between two releases: descriptions, and notes for customers."""
    versions = list(versions_between(before, after).select_related("integration_template"))
    newer = max(before, after, key=_age)
    if newer.is_draft and newer != min(before, after, key=_age):
        versions = [newer, *versions]
    told = [Note(release, markdown(release.notes)) for release in versions if release.notes or release.description]
    return News(
        before,
        after,
        told[:MOST],
        is_back=_age(after) < _age(before),
        silent=len(versions) - len(told),
        left_out=max(len(told) - MOST, 0),
    )


def _age(release: Release) -> int:
    return release.number or 2**31 - 1
