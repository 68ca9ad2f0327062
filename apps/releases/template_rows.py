"""The list of templates: what is live, what is newer, who works on what, and where it runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import DateTimeField, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Greatest

from apps.releases import selectors
from apps.releases.addresses import Addresses
from apps.releases.deployed import Place, places_of_templates, runs_in
from apps.releases.histories import Used, connectors_of
from apps.releases.models import ConnectorUse, IntegrationTemplate, Release
from apps.releases.states import State

SORTS = {"name": "name", "versions": "last_number", "changed": "changed_at"}


@dataclass(frozen=True)
class TemplateRow:
    """A template in the list. ``same_as``: the number of the newest version that holds what the draft holds."""

    integration_template: IntegrationTemplate
    live: Release | None
    draft: Release | None
    same_as: int | None
    connectors: Sequence[Used]
    places: Sequence[Place]
    addresses: Addresses

    @property
    def newest(self) -> int | None:
        """The highest number out of the bin."""
        number: int | None = self.integration_template.newest_number  # type: ignore[attr-defined]
        return number

    @property
    def newer_by(self) -> int:
        """How many numbers the newest version is ahead of live; 0 where nothing is live."""
        return (self.newest or 0) - (self.live.number or 0) if self.live else 0

    @property
    def changed_at(self) -> datetime:
        moment: datetime = self.integration_template.changed_at  # type: ignore[attr-defined]
        return moment

    @property
    def url(self) -> str:
        return self.addresses.of_template("template_detail", self.integration_template)

    @property
    def releases_url(self) -> str:
        return self.addresses.of_template("release_list", self.integration_template)

    @property
    def history_url(self) -> str:
        return self.addresses.of_template("template_history", self.integration_template)

    @property
    def live_url(self) -> str:
        return self.addresses.of("release_detail", self.live) if self.live else ""

    @property
    def draft_url(self) -> str:
        return self.addresses.of("builder", self.draft) if self.draft else ""


def templates(chosen: Mapping[str, Any], sort: str) -> QuerySet[IntegrationTemplate]:
    """Return the templates that the cleaned data of ``TemplateFilterForm`` leaves, in the order asked for."""
    of_template = Release.objects.filter(integration_template=OuterRef("pk")).order_by()
    newest = of_template.exclude(state=State.DRAFT).filter(binned_at=None).order_by("-number")
    saved = of_template.filter(is_latest=True).values("saved_at")
    named = selectors.search(IntegrationTemplate.objects.all(), str(chosen.get("q", "")))
    found = named.annotate(
        live_number=Subquery(of_template.filter(state=State.LIVE).values("number")),
        newest_number=Subquery(newest.values("number")[:1]),
        changed_at=Greatest(_since_creation(newest.values("created_at")[:1]), _since_creation(saved)),
    )
    return _narrowed(found, chosen, of_template).order_by(*_order(sort))


def rows(shown: Sequence[IntegrationTemplate]) -> list[TemplateRow]:
    """Return what the list shows of each template; three questions for all of them."""
    by_pk = {each.pk: each for each in shown}
    live: dict[int, Release] = {}
    drafts: dict[int, Release] = {}
    for release in _live_and_latest(list(by_pk)):
        # Known here already, so that nothing asks for it once more.
        release.integration_template = by_pk[release.integration_template_id]
        (drafts if release.is_draft else live)[release.integration_template_id] = release
    connectors = connectors_of([release.pk for release in (*live.values(), *drafts.values())])
    places = places_of_templates(list(by_pk))
    addresses = Addresses()
    return [
        TemplateRow(
            integration_template=each,
            live=live.get(each.pk),
            draft=drafts.get(each.pk),
            same_as=getattr(drafts.get(each.pk), "same_as", None),
            connectors=_together(connectors, live.get(each.pk), drafts.get(each.pk)),
            places=places.get(each.pk, ()),
            addresses=addresses,
        )
        for each in shown
    ]


def _since_creation(moments: QuerySet[Any, Any]) -> Coalesce:
    # The greatest of several moments is unknown in SQLite as soon as one of them is.
    return Coalesce(Subquery(moments, output_field=DateTimeField()), F("created_at"))


def _narrowed(found: QuerySet[Any], chosen: Mapping[str, Any], of_template: QuerySet[Release]) -> QuerySet[Any]:
    match chosen.get("standing"):
        case "live":
            found = found.exclude(live_number=None)
        case "nothing-live":
            found = found.filter(live_number=None)
        case "newer":
            found = found.filter(newest_number__gt=F("live_number"))
        case "changed":
            found = found.filter(Exists(of_template.filter(~Exists(_same_content()), is_latest=True)))
    if "mark" in chosen:
        found = found.filter(Exists(of_template.filter(mark=chosen["mark"], binned_at=None)))
    if "connector" in chosen:
        found = found.filter(Exists(_uses(chosen["connector"])))
    return found.filter(runs_in(chosen["environment"])) if "environment" in chosen else found


def _same_content() -> QuerySet[Release]:
    """Versions of the same template with the content of a draft; an unreadable draft has no digest, and no equal."""
    versions = Release.objects.versions().out_of_the_bin().exclude(digest="")
    same = versions.filter(integration_template=OuterRef("integration_template"), digest=OuterRef("digest"))
    return same.order_by("-number")


def _uses(connector: str) -> QuerySet[ConnectorUse]:
    """What the list shows as connectors: those of the live version and of the latest draft."""
    shown = Q(release__state=State.LIVE) | Q(release__is_latest=True)
    uses = ConnectorUse.objects.filter(shown, version__connector__slug=connector)
    return uses.filter(release__integration_template=OuterRef("pk"))


def _live_and_latest(shown: Sequence[int]) -> QuerySet[Release]:
    wanted = Release.objects.filter(Q(state=State.LIVE) | Q(is_latest=True), integration_template__in=shown)
    return wanted.order_by().annotate(same_as=Subquery(_same_content().values("number")[:1]))


def _together(connectors: Mapping[int, Sequence[Used]], *releases: Release | None) -> list[Used]:
    return sorted({used for one in releases if one for used in connectors.get(one.pk, ())})


def _order(sort: str) -> tuple[str, ...]:
    column = SORTS.get(sort.removeprefix("-"), "name")
    return (f"-{column}" if sort.startswith("-") else column, "name")
