"""The fleet: which version of each template runs how often where, and how far behind live it is."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, QuerySet
from django.urls import reverse

from apps.core.badges import Badge
from apps.deployments import selectors
from apps.deployments.enums import standing
from apps.deployments.models import Instance
from apps.deployments.rights import By
from apps.environments.models import Environment
from apps.releases.models import IntegrationTemplate, Release
from apps.releases.states import Mark


@dataclass(frozen=True)
class Cell:
    """How often one version runs in one environment; ``is_active``: the team's own instance is one of them."""

    environment: Environment
    instances: int = 0
    paused: int = 0
    is_active: bool = False
    url: str = ""


@dataclass(frozen=True)
class Line:
    """One version that runs, with a cell for each environment."""

    release: Release
    cells: list[Cell]
    badges: list[Badge]
    preview_url: str

    @property
    def total(self) -> int:
        """On how many instances it runs."""
        return sum(cell.instances for cell in self.cells)


@dataclass(frozen=True)
class Fleet:
    """One template: the versions that run, newest first, and the way to bring everybody to live."""

    integration_template: IntegrationTemplate
    live: Release | None
    lines: list[Line]
    preview_url: str

    @property
    def total(self) -> int:
        """How many instances it has."""
        return sum(line.total for line in self.lines)

    @property
    def on_live(self) -> int:
        """How many of them run the live version."""
        return sum(line.total for line in self.lines if self.live and line.release.pk == self.live.pk)

    @property
    def not_on_live(self) -> int:
        """How many of them run another one."""
        return self.total - self.on_live if self.live else 0


def fleets(chosen: Mapping[str, Any], *, by: By) -> list[Fleet]:
    """Return every template with instances, narrowed down by the cleaned data of ``FleetFilterForm``."""
    visible = selectors.instances_visible_to(by).filter(current_deployment__isnull=False, removed_at=None)
    rows = _counted(selectors.filtered(visible, chosen))
    by_template: dict[int, dict[int, dict[int, dict[str, int]]]] = defaultdict(lambda: defaultdict(dict))
    for row in rows:
        of_release = by_template[row["integration_template"]][row["current_deployment__release"]]
        of_release[row["environment"]] = row
    releases = Release.objects.select_related("integration_template").in_bulk(
        {row["current_deployment__release"] for row in rows}
    )
    live = {each.integration_template_id: each for each in Release.objects.live()}
    places = environments(chosen)
    found = [
        _fleet(template, live.get(template.pk), releases, by_template[template.pk], places, chosen)
        for template in IntegrationTemplate.objects.filter(pk__in=by_template)
    ]
    return [fleet for fleet in found if fleet.lines]


def environments(chosen: Mapping[str, Any]) -> list[Environment]:
    """Return the columns: every environment, or the one that was chosen."""
    return [chosen["environment"]] if chosen.get("environment") else list(Environment.objects.all())


def _counted(instances: QuerySet[Instance]) -> list[dict[str, Any]]:
    rows = instances.order_by().values("integration_template", "environment", "current_deployment__release")
    counted = rows.annotate(instances=Count("pk"), customers=Count("customer"), paused=Count("paused_at"))
    return [{**row} for row in counted]


def _fleet(
    template: IntegrationTemplate,
    live: Release | None,
    releases: Mapping[int, Release],
    counts: Mapping[int, Mapping[int, Mapping[str, int]]],
    places: Sequence[Environment],
    chosen: Mapping[str, Any],
) -> Fleet:
    running = sorted((releases[pk] for pk in counts), key=lambda release: -(release.number or 0))
    lines = [
        Line(
            release=release,
            cells=[_cell(template, release, place, counts[release.pk].get(place.pk), chosen) for place in places],
            badges=_badges(release, live),
            preview_url=_preview_url(release, chosen),
        )
        for release in running
        if not chosen.get("behind") or (live and (release.number or 0) < (live.number or 0))
    ]
    return Fleet(template, live, lines, _preview_url(live, chosen) if live else "")


def _cell(
    template: IntegrationTemplate,
    release: Release,
    place: Environment,
    row: Mapping[str, int] | None,
    chosen: Mapping[str, Any],
) -> Cell:
    if row is None:
        return Cell(place)
    asked = {"integration_template": template.slug, "environment": place.slug, "version": str(release.number)}
    owner = {"owner": str(chosen["owner"])} if chosen.get("owner") else {}
    url = f"{reverse('deployments:instance_list')}?{urlencode({**asked, **owner})}"
    return Cell(place, row["instances"], row["paused"], row["instances"] > row["customers"], url)


def _badges(release: Release, live: Release | None) -> list[Badge]:
    stands = standing(release.number, live.number if live else None)
    marked = Mark(release.mark).badge if release.mark != Mark.NONE else None
    return [badge for badge in (stands, marked) if badge]


def _preview_url(release: Release, chosen: Mapping[str, Any]) -> str:
    asked: dict[str, object] = {"release": release.pk}
    if chosen.get("environment"):
        asked["environment"] = chosen["environment"].slug
    if chosen.get("owner"):
        asked["owner"] = chosen["owner"]
    return f"{reverse('deployments:rollout_preview')}?{urlencode(asked)}"
