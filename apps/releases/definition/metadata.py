"""What `metadata.slipway` says: slots, wizard pages, schedule manners, texts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from .shapes import Json, dig, mapping, sequence, text
from .steps import CONNECTOR


class Asks(StrEnum):
    """Who answers a field of the wizard."""

    TEAM = "team"
    CUSTOMER = "customer"


class MissedRuns(StrEnum):
    """What happens to the times at which nothing could start."""

    SKIP = "skip"
    ONCE = "once"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Slot:
    """A named place that needs a connection of a connector."""

    name: str
    connector: str
    version: int
    title: str
    help: str

    @property
    def address(self) -> str:
        return f"{CONNECTOR}{self.name}"


@dataclass(frozen=True, slots=True)
class Page:
    title: str
    help: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Schedule:
    """When runs start by themselves: exactly one of `cron` and `every` is set; `every` as typed in the document."""

    cron: str | None
    every: Json
    time_zone: str
    missed_runs: MissedRuns


def ours(document: Json) -> dict[str, Json]:
    """The object below document.metadata.slipway."""
    return mapping(dig(document, "document", "metadata", "slipway"))


def slots(document: Json) -> dict[str, Slot]:
    """The slots that are complete enough to be bound, by name."""
    found = {name: _slot(name, mapping(slot)) for name, slot in mapping(ours(document).get("slots")).items()}
    return {name: slot for name, slot in found.items() if slot is not None}


def _slot(name: str, slot: dict[str, Json]) -> Slot | None:
    connector, version = slot.get("connector"), slot.get("version")
    if not isinstance(connector, str) or not isinstance(version, int) or isinstance(version, bool):
        return None
    return Slot(name, connector, version, text(slot.get("title")) or name, text(slot.get("help")))


def config_schema(document: Json) -> dict[str, Json]:
    """The JSON schema of the configuration that the wizard asks for; {} when it asks nothing."""
    return mapping(dig(document, "input", "schema", "document", "properties", "config"))


def config_pages(document: Json) -> list[Page]:
    """The wizard's pages; fields that no page names stand on a last page of their own, so that none is lost."""
    known = mapping(config_schema(document).get("properties"))
    pages = [_page(mapping(page), known) for page in sequence(dig(ours(document), "wizard", "pages"))]
    placed = {name for page in pages for name in page.fields}
    rest = tuple(name for name in known if name not in placed)
    if rest:
        pages.append(Page("More settings" if pages else "Settings", "", rest))
    return [page for page in pages if page.fields]


def _page(page: dict[str, Json], known: dict[str, Json]) -> Page:
    fields = tuple(name for name in sequence(page.get("fields")) if isinstance(name, str) and name in known)
    return Page(text(page.get("title")), text(page.get("help")), tuple(dict.fromkeys(fields)))


def audience(document: Json, field: str) -> Asks:
    """Who answers the field; the customer unless the document says team."""
    said = dig(ours(document), "wizard", "audience", field)
    return Asks.TEAM if said == Asks.TEAM else Asks.CUSTOMER


def schedule(document: Json) -> Schedule | None:
    """The timer of the document, or None if it has none that Slipway runs."""
    timer, manners = mapping(mapping(document).get("schedule")), ours(document)
    cron, every = text(timer.get("cron")) or None, timer.get("every")
    if cron is None and every is None:
        return None
    missed = manners.get("missedRuns")
    policy = MissedRuns(missed) if missed in list(MissedRuns) else MissedRuns.ONCE
    return Schedule(cron, every, text(manners.get("timeZone")) or "UTC", policy)


def migrations(document: Json) -> list[tuple[str, str]]:
    """Renamed configuration keys as (old, new)."""
    pairs = [(dig(item, "from"), dig(item, "to")) for item in sequence(ours(document).get("migrations"))]
    return [(old, new) for old, new in pairs if isinstance(old, str) and isinstance(new, str)]


def sample_input(document: Json) -> dict[str, Json]:
    """The input for a test run: the document's sample over the defaults of its fields."""
    fields = mapping(config_schema(document).get("properties"))
    defaults = {name: field["default"] for name, field in fields.items() if "default" in mapping(field)}
    sample = mapping(ours(document).get("sampleInput"))
    return {"config": {**defaults, **mapping(sample.get("config"))}, "event": sample.get("event")}
