"""Comparing two releases: what changed, whether it breaks what is installed, and who runs the first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from apps.releases import running, selectors
from apps.releases.definition import Definition, DefinitionError
from apps.releases.definition.diff import Comparison, compare
from apps.releases.definition.telling import Told, described, for_new_installs
from apps.releases.models import IntegrationTemplate, Release
from apps.releases.running import Running

INSTANCE = "instance:"
PICKS = 20


@dataclass(frozen=True)
class Compared:
    """Two releases and what one must do to the first to get the second; None where one of them cannot be read."""

    before: Release
    after: Release
    comparison: Comparison | None
    definitions: tuple[Definition, Definition] | None = None


@dataclass(frozen=True)
class Side:
    """One side of a comparison: a release, perhaps named by what an instance runs."""

    release: Release
    instance: Running | None = None

    @property
    def key(self) -> str:
        """What addresses call it."""
        return f"{INSTANCE}{self.instance.pk}" if self.instance else str(self.release.pk)

    @property
    def title(self) -> str:
        return f"{self.release.title} · {self.instance.name}" if self.instance else self.release.title


@dataclass(frozen=True)
class Pick:
    """Something that can be chosen for one side, with the address of the comparison."""

    side: Side
    url: str
    is_chosen: bool


@dataclass(frozen=True)
class Picks:
    """One group of what can be chosen; ``more`` says that searching finds more."""

    title: str
    picks: Sequence[Pick]
    more: bool


def compared(before: Release, after: Release) -> Compared:
    """Compare two releases of whatever state."""
    try:
        definitions = selectors.definition_of(before), selectors.definition_of(after)
    except DefinitionError:
        return Compared(before, after, None)
    return Compared(before, after, compare(*definitions), definitions)


def since_newest(draft: Release) -> Compared | None:
    """Return what is in a draft since the newest version, None where there is none."""
    newest = selectors.newest_version(draft.integration_template)
    return compared(newest, draft) if newest else None


def suggested_description(draft: Release) -> str:
    """Return what a person wrote about the draft, else what it changes since the newest version, in a sentence."""
    since = since_newest(draft)
    return draft.description or (described(since.comparison) if since and since.comparison else "")


def new_installs(release: Release, live: Release | None) -> list[Told]:
    """Say what is different for new installs once a release is live; without a live version, what they will have."""
    try:
        after = selectors.definition_of(release)
        before = selectors.definition_of(live) if live else Definition({"document": {}})
    except DefinitionError:
        return []
    told = for_new_installs(compare(before, after), after)
    return told if live else [one for one in told if one.about != "settings"]


def usual_partner(release: Release) -> Release | None:
    """Return what people compare with unless they say otherwise: live, else the version before, else the newest."""
    others = selectors.releases_of(release.integration_template).out_of_the_bin().exclude(pk=release.pk)
    older = others.filter(number__lt=release.number or 2**31 - 1)
    return others.live().first() or older.first() or others.first()


def side_named(key: str) -> Side | None:
    """Return what an address names: the id of a release, or ``instance:`` and the id of an instance."""
    if key.startswith(INSTANCE):
        found = running.instance(int(number)) if _is_id(number := key.removeprefix(INSTANCE)) else None
        return Side(found.release, found) if found else None
    release = Release.objects.select_related("integration_template", "snapshot", "base").filter(
        pk=int(key) if _is_id(key) else 0
    )
    return next((Side(each) for each in release), None)


def address(before: Side, after: Side, **query: str) -> str:
    """Return the address of a comparison, the same for everybody who opens it."""
    of = {"of": after.key} if after.instance else {}
    slug = after.release.integration_template.slug
    page = reverse("releases:release_compare", args=[slug, after.release.pk])
    return f"{page}?{urlencode({'with': before.key, **of, **query}, safe=':')}"


def picks_for(before: Side, after: Side, *, first: bool, words: str, template: IntegrationTemplate) -> Iterator[Picks]:
    """Yield what can be chosen of a template for the first or the second side: drafts, versions, instances."""
    chosen, other = (before, after) if first else (after, before)
    everything = selectors.releases_of(template).out_of_the_bin()
    drafts = everything.filter(number=None)
    versions = everything.filter(number__isnull=False)
    if words:
        drafts, versions = drafts.filter(_matches(words)), versions.filter(_matches(words))
    for title, found in (
        ("Drafts", [Side(release) for release in drafts[: PICKS + 1]]),
        ("Versions", [Side(release) for release in versions[: PICKS + 1]]),
        ("What instances run", [Side(each.release, each) for each in running.instances_of(template, words, PICKS + 1)]),
    ):
        picks = [_pick(side, chosen, other, first=first) for side in found[:PICKS]]
        yield Picks(title, picks, len(found) > PICKS)


def other_templates(template: IntegrationTemplate) -> list[IntegrationTemplate]:
    """Return the templates that hold a text of this one, or whose text it holds: copies of one another."""
    texts = Release.objects.filter(integration_template=template).values("snapshot")
    return list(IntegrationTemplate.objects.filter(releases__snapshot__in=texts).exclude(pk=template.pk).distinct())


def _pick(side: Side, chosen: Side, other: Side, *, first: bool) -> Pick:
    url = address(side, other) if first else address(other, side)
    return Pick(side, url, side.key == chosen.key)


def _matches(words: str) -> Q:
    wanted = Q(name__icontains=words) | Q(description__icontains=words) | Q(created_by_name__icontains=words)
    number = words.lower().removeprefix("v")
    return wanted | Q(number=int(number)) if _is_id(number) else wanted


def _is_id(text: str) -> bool:
    return text.isdecimal() and len(text) < 10
