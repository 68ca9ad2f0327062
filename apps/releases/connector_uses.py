"""Which connector versions releases name and which operations they call: what texts say, and what the rows say."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Count, F

from apps.connectors.models import ConnectorVersion
from apps.connectors.uses import Part, Question, Use, UseKind, merged
from apps.core.badges import Badge
from apps.releases import selectors
from apps.releases.definition import Definition, DefinitionError
from apps.releases.models import AwaitedUse, ConnectorUse, Release
from apps.releases.states import BINNED, Mark, State
from apps.releases.storage import Damaged

LONGEST_SLOT, LONGEST_SLUG, HIGHEST_NUMBER = 120, 60, 2**31 - 1


@dataclass(frozen=True)
class Named:
    """The connector version that a slot names, whether there is one or not, and what is called through the slot."""

    connector: str
    number: int
    operations: tuple[str, ...]


def named_in(definition: Definition) -> dict[str, Named]:
    """Return by slot what a definition names; steps inside loops, branches and attempts count too."""
    called = defaultdict(set)
    for step in definition.steps:
        if step.call == "openapi" and step.slot and step.operation.isprintable():
            called[step.slot].add(step.operation)
    slots = definition.slots.values()
    found = {slot.name: Named(slot.connector, slot.version, tuple(sorted(called[slot.name] - {""}))) for slot in slots}
    return {name: named for name, named in found.items() if _can_be_kept(name, named)}


def named_by(release: Release) -> dict[str, Named]:
    """Return by slot what a release names; nothing where its text cannot be read."""
    if not release.digest:
        return {}
    try:
        return named_in(selectors.definition_of(release))
    except DefinitionError:
        return {}


def releases_using(question: Question) -> dict[int, frozenset[str]]:
    """Return the operations that each release calls of the versions, by the release's id."""
    rows = ConnectorUse.objects.filter(version__in=question.versions)
    if not question.with_bin:
        rows = rows.filter(release__binned_at=None)
    found = merged(rows.values_list("release_id", "operations"))
    if question.operations is None:
        return found
    return {pk: operations for pk, operations in found.items() if operations & question.operations}


def find_releases(question: Question, offset: int, most: int) -> Part:
    """Return the releases that use the versions, by template, drafts first."""
    using = releases_using(question)
    releases = Release.objects.filter(pk__in=using).select_related("integration_template")
    ordered = releases.order_by("integration_template__name", F("number").desc(nulls_first=True), "-created_at")
    return Part(UseKind.RELEASE, len(using), [_use(one, using[one.pk]) for one in ordered[offset : offset + most]])


def count_releases(versions: Collection[int]) -> Mapping[int, int]:
    """Return how many releases use each version, by the version's id."""
    rows = ConnectorUse.objects.filter(version__in=versions).values("version")
    counted = rows.annotate(releases=Count("release", distinct=True)).order_by()
    return dict(counted.values_list("version", "releases"))


def disagreeing_rows() -> Iterable[str]:
    """R1: releases whose rows do not say what their text says."""
    kept: dict[int, dict[str, Named]] = defaultdict(dict)
    for use in ConnectorUse.objects.select_related("version__connector"):
        kept[use.release_id][use.slot] = Named(use.version.connector.slug, use.version.number, tuple(use.operations))
    for awaited in AwaitedUse.objects.all():
        kept[awaited.release_id][awaited.slot] = Named(awaited.connector, awaited.number, tuple(awaited.operations))
    for release in Release.objects.select_related("integration_template", "snapshot").iterator():
        try:
            named = named_by(release)
        except Damaged:
            continue
        if named != kept[release.pk]:
            yield f"{release} names other connector versions or operations than its rows say"


def overlooked_arrivals() -> Iterable[str]:
    """R2: slots that wait for a connector version which exists."""
    known = set(ConnectorVersion.objects.values_list("connector__slug", "number"))
    for awaited in AwaitedUse.objects.select_related("release__integration_template"):
        if (awaited.connector, awaited.number) in known:
            yield f"{awaited} exists, and the slot still waits for it"


def frozen_on_the_bin() -> Iterable[str]:
    """R3: versions out of the bin that name a connector version in it."""
    uses = ConnectorUse.objects.filter(release__binned_at=None, version__binned_at__isnull=False)
    known = uses.select_related("release__integration_template", "version__connector")
    for use in known.exclude(release__state=State.DRAFT):
        yield f"{use} names {use.version}, which is in the bin"


def _use(release: Release, operations: frozenset[str]) -> Use:
    return Use(
        kind=UseKind.RELEASE,
        name=release.title,
        url=release.get_absolute_url(),
        state=_badge(release),
        operations=operations,
        template=release.integration_template.name,
    )


def _badge(release: Release) -> Badge:
    if release.binned_at:
        return BINNED
    return Mark(release.mark).badge if release.mark != Mark.NONE else State(release.state).badge


def _can_be_kept(slot: str, named: Named) -> bool:
    """Nothing that could exist is left out: slugs and numbers beyond these bounds cannot be given."""
    return (
        slot.isprintable()
        and len(slot) <= LONGEST_SLOT
        and named.connector.isprintable()
        and 0 < len(named.connector) <= LONGEST_SLUG
        and 0 < named.number <= HIGHEST_NUMBER
    )
