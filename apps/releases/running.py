"""Which instances are there, and what do they run? The app above knows; it registers what to ask."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from apps.releases.deployed import Deployed, places_of_releases
from apps.releases.models import IntegrationTemplate, Release


@dataclass(frozen=True)
class Running:
    """What an instance runs. ``name`` tells whose it is and where: "Northwind · Production"."""

    pk: int
    name: str
    release: Release
    url: str


@dataclass(frozen=True)
class Source:
    """What an app that runs releases answers.

    ``find`` lists the instances of a template whose name holds all words, at most so many; ``get`` returns one.
    """

    find: Callable[[IntegrationTemplate, str, int], list[Running]]
    get: Callable[[int], Running | None]


_sources: list[Source] = []


def register_source(source: Source) -> None:
    """Register who knows what runs where. Call it in the app's ``ready``."""
    if source not in _sources:
        _sources.append(source)


def instances_of(integration_template: IntegrationTemplate, words: str, most: int) -> list[Running]:
    """Return what the instances of a template run."""
    return [found for source in _sources for found in source.find(integration_template, words, most)][:most]


def instance(pk: int) -> Running | None:
    """Return what an instance runs; None where there is no such instance, or nothing runs on it."""
    return next((found for source in _sources if (found := source.get(pk))), None)


def places_of(release: Release) -> Sequence[Deployed]:
    """Return the environments in which instances run a release, in their order."""
    return places_of_releases([release.pk]).get(release.pk, [])


def told(places: Sequence[Deployed], what: str = "it") -> str:
    """Say how many instances run something: "3 instances run it: 1 in Staging, 2 in Production"."""
    total = sum(place.instances for place in places)
    if not total:
        return f"No instance runs {what}"
    who = f"One instance runs {what}" if total == 1 else f"{total} instances run {what}"
    where = ", ".join(f"{place.instances} in {place.environment}" for place in places)
    return f"{who} in {places[0].environment}" if len(places) == 1 else f"{who}: {where}"
