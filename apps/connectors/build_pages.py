"""Builds as pages show them: what each is, where it serves, and what one person may do with it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from apps.accounts.models import User
from apps.accounts.permissions import may
from apps.connectors import links
from apps.connectors.enums import Step
from apps.connectors.models import Build, ConnectorVersion
from apps.connectors.origin import origin_in_words
from apps.connectors.pipeline import SYNCS, VERBS
from apps.connectors.selectors import comparisons
from apps.connectors.strip import ICONS
from apps.connectors.summary import SectionSummary, summary_of
from apps.environments.models import Environment, EnvironmentKind

SERVE = {EnvironmentKind.DEVELOPMENT: "Sync this build to dev", EnvironmentKind.PRODUCTION: "Sync this build to prod"}
# What a version has and a build does not.
NOT_BUILT = ("Source", "Readme", "Connection")
NONE = [("", "none")]


@dataclass(frozen=True, slots=True)
class Serve:
    """The button that lets a build serve environments of a kind. ``because`` disables it and says why."""

    label: str
    url: str
    icon: str
    because: str


@dataclass(frozen=True, slots=True)
class BuildRow:
    """One build of a list."""

    build: Build
    url: str
    made_at: datetime
    is_newest: bool
    origin: str
    places: list[Environment]
    with_newest: str
    with_production: str
    serve: list[Serve]

    @property
    def menu_label(self) -> str:
        """What the button of the menu says to screen readers."""
        return f"Actions for build {self.build.short_digest}"


@dataclass(frozen=True, slots=True)
class PickedVersion:
    """One version in a picker of builds: ``(name, build, is_newest)`` each."""

    label: str
    builds: list[tuple[str, Build, bool]]


def rows_of(
    version: ConnectorVersion,
    builds: Iterable[Build],
    person: User,
    *,
    newest: Build | None,
    in_production: Build | None,
) -> list[BuildRow]:
    """Return builds of ``version`` for a list that ``person`` sees."""
    places, found = list(Environment.objects.all()), []
    for build in builds:
        build.version = version
        found.append(_row(build, person, places, newest=newest, in_production=in_production))
    return found


def picker_of(builds: Iterable[Build]) -> list[PickedVersion]:
    """Return builds, newest first within their versions, for two ``<select>``."""
    versions = groupby(builds, key=lambda build: build.version)
    return [
        PickedVersion(
            label=str(version),
            builds=[(links.name_of(build), build, index == 0) for index, build in enumerate(members)],
        )
        for version, members in versions
    ]


def environments_of(build: Build) -> list[Environment]:
    """Return the environments that a build serves, as it was loaded with its syncs."""
    return [sync.environment for sync in build.syncs.all()]


def serve_buttons(build: Build, person: User, places: Iterable[Environment]) -> list[Serve]:
    """Return the buttons that let a build serve development and production; ``places`` are all environments."""
    return [
        Serve(
            label=SERVE[kind],
            url=links.serve_url(build, kind.value),
            icon=ICONS[step],
            because=_why_not(build, person, step, [place for place in places if place.kind == kind], kind),
        )
        for kind, step in SYNCS.items()
    ]


def configuration_of(build: Build) -> list[SectionSummary]:
    """Return the configuration that a build holds, in the words of its version's page."""
    kept, version = build.configuration, build.version
    then = ConnectorVersion(
        connector=version.connector,
        number=version.number,
        development_server=build.server_for(EnvironmentKind.DEVELOPMENT),
        production_server=build.server_for(EnvironmentKind.PRODUCTION),
        scheme=kept["scheme"],
        scheme_options=kept["scheme_options"],
        **{name: kept[name] for name in ("individual", "execution", "paging") if name in kept},
        test_calls=(kept.get("test") or {}).get("calls") or [],
    )
    parts = [part for part in summary_of(then) if part.title not in NOT_BUILT]
    return [replace(part, rows=[row for row in part.rows if row[0] not in NOT_BUILT] or NONE) for part in parts]


def _row(
    build: Build, person: User, places: list[Environment], *, newest: Build | None, in_production: Build | None
) -> BuildRow:
    return BuildRow(
        build=build,
        url=links.build_url(build),
        made_at=getattr(build, comparisons.MADE),
        is_newest=build == newest,
        origin=origin_in_words(build.origin),
        places=environments_of(build),
        with_newest=links.compare_url(build, newest) if newest and newest != build else "",
        with_production=links.compare_url(in_production, build) if in_production and in_production != build else "",
        serve=serve_buttons(build, person, places),
    )


def _why_not(build: Build, person: User, step: Step, places: list[Environment], kind: EnvironmentKind) -> str:
    verb = VERBS[step]
    if not may(person, verb):
        return f"Your role may not {verb.phrase}."
    if build.version.binned_at:
        return "The version is in the bin. Restore it first."
    if not build.server_for(kind):
        return f"This build has no server for {kind.label.lower()}."
    if places and set(places) <= set(environments_of(build)):
        return f"It serves {kind.label.lower()} already."
    return ""
