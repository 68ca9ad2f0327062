"""Where do releases run? The app above knows; it registers what to ask."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet


@dataclass(frozen=True, slots=True)
class Deployed:
    """How often one version runs in one environment. ``is_active``: the team's own instance is one of them."""

    integration_template: int
    release: int
    number: int
    environment: str
    instances: int
    is_active: bool
    url: str


@dataclass(frozen=True)
class Place:
    """One environment of a template: the versions that run there, the newest first."""

    environment: str
    versions: list[Deployed]

    @property
    def instances(self) -> int:
        """How many instances the environment has."""
        return sum(version.instances for version in self.versions)

    @property
    def active(self) -> list[int]:
        """The number that the team runs there itself; several only where its instances have labels."""
        return [version.number for version in self.versions if version.is_active]


# Takes ids of templates or of releases; by environment, the newest version first.
type Find = Callable[[Collection[int]], Iterable[Deployed]]
# The ids of the templates that run in the environment with that slug.
type RunningIn = Callable[[str], QuerySet[Any, Any]]


@dataclass(frozen=True)
class Teller:
    """Who knows where releases run, and how to ask: about templates, about releases, about an environment."""

    of_templates: Find
    of_releases: Find
    running_in: RunningIn


_tellers: list[Teller] = []


def register_deployed(teller: Teller) -> None:
    """Register who knows where releases run. Call it in the app's ``ready``."""
    if teller not in _tellers:
        _tellers.append(teller)


def places_of_templates(templates: Collection[int]) -> dict[int, list[Place]]:
    """Return for each template the environments in which it runs, in their order; one question for all of them."""
    found: dict[int, dict[str, list[Deployed]]] = defaultdict(lambda: defaultdict(list))
    for one in (one for teller in _tellers for one in teller.of_templates(templates)):
        found[one.integration_template][one.environment].append(one)
    return {pk: [Place(name, versions) for name, versions in places.items()] for pk, places in found.items()}


def places_of_releases(releases: Collection[int]) -> dict[int, list[Deployed]]:
    """Return for each release the environments in which it runs, in their order; one question for all of them."""
    found: dict[int, list[Deployed]] = defaultdict(list)
    for one in (one for teller in _tellers for one in teller.of_releases(releases)):
        found[one.release].append(one)
    return found


def runs_in(environment: str) -> Q:
    """Return the condition that a template runs in the environment with this slug."""
    condition = Q(pk__in=[])
    for teller in _tellers:
        condition |= Q(pk__in=teller.running_in(environment))
    return condition
