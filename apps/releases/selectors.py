"""Reading templates and releases."""

from collections.abc import Sequence
from hashlib import sha256

from django.db.models import F, Q, QuerySet

from apps.accounts.models import User
from apps.connectors.models import ConnectorVersion
from apps.connectors.selectors import catalogue
from apps.core import clock
from apps.releases import naming, reading
from apps.releases.definition import Catalogues, Definition, DefinitionError
from apps.releases.definition.diff import ChangeLevel, compare
from apps.releases.models import Checkpoint, IntegrationTemplate, Presence, Release, ReleaseQuerySet
from apps.releases.pins import is_pinned
from apps.releases.reading import Reading
from apps.releases.selection import DEPLOYING, Audience, Facts, Purpose, Verdict, selectable
from apps.releases.states import Mark, State


def search(found: QuerySet[IntegrationTemplate], words: str) -> QuerySet[IntegrationTemplate]:
    """Keep the templates in which every word stands in the name or the summary."""
    for word in words.split():
        found = found.filter(Q(name__icontains=word) | Q(summary__icontains=word))
    return found


def releases_of(integration_template: IntegrationTemplate) -> ReleaseQuerySet:
    """Return drafts (the latest first), then versions (the newest first), those in the bin too."""
    return (
        Release.objects.filter(integration_template=integration_template)
        .select_related("integration_template", "created_by", "mark_by", "base")
        .order_by("-is_latest", F("number").desc(nulls_first=True), "-created_at")
    )


def live_release(integration_template: IntegrationTemplate) -> Release | None:
    """Return the version that new customer installs get."""
    return Release.objects.live().filter(integration_template=integration_template).first()


def latest_draft(integration_template: IntegrationTemplate) -> Release | None:
    """Return the draft that saving goes to."""
    return Release.objects.filter(integration_template=integration_template, is_latest=True).first()


def newest_version(integration_template: IntegrationTemplate) -> Release | None:
    """Return the version with the highest number that is not in the bin."""
    versions = Release.objects.versions().out_of_the_bin()
    return versions.filter(integration_template=integration_template).order_by("-number").first()


def version_before(release: Release) -> Release | None:
    """Return the version with the next lower number that is not in the bin."""
    versions = Release.objects.versions().out_of_the_bin().filter(integration_template=release.integration_template)
    return versions.filter(number__lt=release.number or 0).order_by("-number").first()


def same_content(integration_template: IntegrationTemplate, digest: str) -> Release | None:
    """Return the newest version of the template that holds the same content, whatever its spelling."""
    versions = Release.objects.versions().out_of_the_bin()
    same = versions.filter(integration_template=integration_template, digest=digest).exclude(digest="")
    return same.order_by("-number").first()


def checkpoint_of(draft: Release) -> Checkpoint | None:
    """Return the place in the tree of edits where a draft stands."""
    rows = Checkpoint.objects.filter(draft=draft).select_related("parent__snapshot", "original__parent__snapshot")
    last = rows.order_by("-revision").first()
    return last and (last.original or last)


def previous_checkpoint(draft: Release) -> Checkpoint | None:
    """Return what undo goes to, None where there is nothing to undo."""
    here = checkpoint_of(draft)
    return here and here.parent


def next_checkpoint(draft: Release) -> Checkpoint | None:
    """Return what redo goes to, None where nothing was undone."""
    here = checkpoint_of(draft)
    return here and here.children.select_related("snapshot").order_by("-revision").first()


def text_at(draft: Release, revision: int) -> str | None:
    """Return what a draft held at one of its revisions, None where that is forgotten."""
    if draft.revision == revision:
        return draft.text
    found = _checkpoint_at(draft, revision)
    return found.snapshot.text if found else None


def definition_at(draft: Release, revision: int) -> Definition | None:
    """Read what a draft contained at one of its revisions, None where that is forgotten. Raises ``DefinitionError``."""
    if draft.revision == revision:
        return definition_of(draft)
    found = _checkpoint_at(draft, revision)
    return _definition(found.snapshot.text, found.digest) if found else None


def _checkpoint_at(draft: Release, revision: int) -> Checkpoint | None:
    return Checkpoint.objects.select_related("snapshot").filter(draft=draft, revision=revision).first()


def checkpoints_of(draft: Release, *, before: int | None = None) -> QuerySet[Checkpoint]:
    """Return the checkpoints that people see, newest first; ``before`` a revision. Moments of typing are none."""
    found = Checkpoint.objects.filter(draft=draft).exclude(did="").order_by("-revision")
    return found.filter(revision__lt=before) if before else found


def others_at(draft: Release, person: User) -> QuerySet[Presence]:
    """Return who else has a draft open, those who edit it first."""
    others = Presence.objects.filter(draft=draft).exclude(person=person).select_related("person")
    return others.order_by("-is_editing", "person__display_name")


def seen(release: Release, live: Release | None) -> str:
    """Return a token of what a person sees of a release; actions carry it back, and a stale one is a conflict."""
    facts = (
        live.pk if live else 0,
        release.revision,
        release.state,
        release.mark,
        release.is_latest,
        release.paused_at is not None,
        release.binned_at is not None,
        release.name,
        release.description,
        release.notes,
    )
    return sha256("\0".join(map(str, facts)).encode()).hexdigest()[:16]


def facts_of(release: Release, *, is_own_previous: bool = False, is_pinned_by_listing: bool = False) -> Facts:
    """Return what the selection table asks about a release."""
    return Facts(
        state=State(release.state),
        mark=Mark(release.mark),
        is_binned=release.binned_at is not None,
        is_pinned_by_listing=is_pinned_by_listing,
        is_own_previous=is_own_previous,
    )


def verdict(release: Release, purpose: Purpose, audience: Audience = Audience.TEAM) -> Verdict:
    """Tell whether a release may be picked for a purpose, and why not."""
    # Pins matter to customers only; asking for them costs a query each.
    pinned = audience is Audience.CUSTOMER and purpose in DEPLOYING and is_pinned(release)
    return selectable(facts_of(release, is_pinned_by_listing=pinned), purpose, audience)


def definition_of(release: Release) -> Definition:
    """Read what a release contains. Raises ``DefinitionError`` for a draft that cannot be read, else ``Damaged``."""
    return _definition(release.text, release.digest)


def _definition(text: str, digest: str) -> Definition:
    # A text has its digest from the child that could read it; any other one has no business in this process.
    return reading.accepted(text) if digest else reading.typed(text)


def read_text(text: str) -> Reading:
    """Read and lint a text that somebody typed."""
    try:
        definition = reading.typed(text)
    except DefinitionError as error:
        return reading.unreadable(error)
    return reading.checked(definition, catalogues_for(definition))


def reading_of(release: Release) -> Reading:
    """Read and lint a release against the connectors as they are now."""
    try:
        definition = definition_of(release)
    except DefinitionError as error:
        return reading.unreadable(error)
    return reading.checked(definition, catalogues_for(definition))


def pinned_versions(definition: Definition) -> dict[str, ConnectorVersion | None]:
    """Return for each slot the connector version that it pins, None where there is none such."""
    slots = definition.slots
    wanted = Q(pk=None)
    for slot in slots.values():
        wanted |= Q(connector__slug=slot.connector, number=slot.version)
    versions = ConnectorVersion.objects.select_related("connector").filter(wanted)
    known = {(version.connector.slug, version.number): version for version in versions}
    return {name: known.get((slot.connector, slot.version)) for name, slot in slots.items()}


def catalogues_for(definition: Definition) -> Catalogues:
    """Return for each slot what its connector version offers, None where it is unknown or not built."""
    versions = pinned_versions(definition)
    return {slot: catalogue(version) if version else None for slot, version in versions.items()}


def suggested_name(draft: Release) -> str:
    """Return the next name by the template's scheme; the size of a semantic step comes from the diff."""
    template = draft.integration_template
    names, today = version_names(template), clock.now().date()
    return naming.suggest(template.naming_scheme, names, today, _change_level(draft), pattern=template.naming_pattern)


def version_names(integration_template: IntegrationTemplate, *, without: Release | None = None) -> Sequence[str]:
    """Return the names of all versions, newest first."""
    versions = Release.objects.versions().filter(integration_template=integration_template).exclude(name="")
    if without is not None:
        versions = versions.exclude(pk=without.pk)
    return list(versions.order_by("-number").values_list("name", flat=True))


def _change_level(draft: Release) -> ChangeLevel:
    before = newest_version(draft.integration_template)
    if before is None:
        return ChangeLevel.FEATURE
    try:
        return compare(definition_of(before), definition_of(draft)).level
    except DefinitionError:
        return ChangeLevel.FEATURE
