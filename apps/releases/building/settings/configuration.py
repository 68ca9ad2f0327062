"""The configuration as the builder shows it: the pages of the wizard, and on each its fields."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from apps.releases.building.settings.edits import MISSING, OURS, below
from apps.releases.building.settings.kinds import Kind, kind_of
from apps.releases.building.settings.typed import shown
from apps.releases.building.settings.uses import Use, uses_of_fields
from apps.releases.definition import Asks, Definition
from apps.releases.definition.linting.config import unshowable
from apps.releases.definition.metadata import ours
from apps.releases.definition.shapes import Json, dig, mapping, sequence, text

SCHEMA = "/input/schema/document"
CONFIG = f"{SCHEMA}/properties/config"
FIELDS = f"{CONFIG}/properties"
REQUIRED = f"{CONFIG}/required"
WIZARD = f"{OURS}/wizard"
PAGES = f"{WIZARD}/pages"
AUDIENCE = f"{WIZARD}/audience"
MIGRATIONS = f"{OURS}/migrations"
SAMPLE = f"{OURS}/sampleInput"


@dataclass(frozen=True)
class FieldRow:
    """A field in the list. ``kind`` is None where only the source can show it; ``why`` says the reason.

    ``up`` and ``down`` are where it goes from here, "page:place:key", "" where it cannot.
    """

    name: str
    title: str
    help: str
    kind: Kind | None
    why: str
    required: bool
    by_team: bool
    default: str | None
    line: int | None
    uses: list[Use]
    up: str = ""
    down: str = ""

    @property
    def type_label(self) -> str:
        return self.kind.label if self.kind else "Edited in the source"


@dataclass(frozen=True)
class PageRow:
    """A page of the wizard. ``number`` counts from 0 among those in the text; None: what stands on no page."""

    number: int | None
    title: str
    help: str
    fields: list[FieldRow]
    pages: int

    @property
    def key(self) -> str:
        """How links and forms call the page."""
        return "" if self.number is None else str(self.number)

    @property
    def up(self) -> str:
        """Where it goes from here, "place:page"; "" where it cannot."""
        return f"{self.number - 1}:{self.number}" if self.number else ""

    @property
    def down(self) -> str:
        return f"{self.number + 1}:{self.number}" if self.number is not None and self.number + 1 < self.pages else ""


@dataclass(frozen=True)
class Configuration:
    """All that the wizard asks, and the keys that fields once had."""

    pages: list[PageRow]
    migrations: list[tuple[str, str]]

    @property
    def fields(self) -> list[FieldRow]:
        return [field for page in self.pages for field in page.fields]


def configuration_of(definition: Definition) -> Configuration:
    """Read the configuration; every field stands on exactly one page."""
    uses = uses_of_fields(definition)
    pages = raw_pages(definition)
    rows = [
        PageRow(number, text(page.get("title")), text(page.get("help")), _rows(definition, names, uses), len(pages))
        for number, (page, names) in enumerate(zip(pages, placed(definition), strict=True))
    ]
    rest = unplaced(definition)
    if rest:
        title = "More settings" if pages else "Settings"
        rows.append(PageRow(None, title, "", _rows(definition, rest, uses), len(pages)))
    return Configuration(_with_ways(rows), definition.migrations)


def raw_fields(definition: Definition) -> dict[str, Json]:
    """Return the schemas of all fields by key."""
    return mapping(definition.config_schema.get("properties"))


def raw_pages(definition: Definition) -> list[dict[str, Json]]:
    """Return the pages as they stand in the text."""
    return [mapping(page) for page in sequence(dig(ours(definition.document), "wizard", "pages"))]


def placed(definition: Definition) -> list[list[str]]:
    """Return for each page the known fields on it; a field counts where it stands first."""
    known = raw_fields(definition)
    seen: set[str] = set()
    pages: list[list[str]] = []
    for page in raw_pages(definition):
        names = [name for name in sequence(page.get("fields")) if isinstance(name, str) and name in known]
        pages.append([name for name in dict.fromkeys(names) if name not in seen])
        seen.update(names)
    return pages


def unplaced(definition: Definition) -> list[str]:
    """Return the fields that stand on no page, in the order of the schema."""
    on_pages = {name for names in placed(definition) for name in names}
    return [name for name in raw_fields(definition) if name not in on_pages]


def page_of(definition: Definition, name: str) -> int | None:
    """Return the page on which a field stands, None for what stands on no page."""
    return next((number for number, names in enumerate(placed(definition)) if name in names), None)


def required_names(definition: Definition) -> list[str]:
    """Return the keys of the fields that need an answer."""
    return [name for name in sequence(definition.config_schema.get("required")) if isinstance(name, str)]


def _with_ways(pages: list[PageRow]) -> list[PageRow]:
    """Let every field know its way up and down: within its page, and beyond it to the next."""
    keys = [page.key for page in pages]
    counts = [len(page.fields) for page in pages]
    return [
        replace(
            page,
            fields=[
                replace(
                    field,
                    up=_way(keys, counts, at, index, field.name, step=-1),
                    down=_way(keys, counts, at, index, field.name, step=1),
                )
                for index, field in enumerate(page.fields)
            ],
        )
        for at, page in enumerate(pages)
    ]


def _way(keys: list[str], counts: list[int], at: int, index: int, name: str, *, step: int) -> str:
    if 0 <= index + step < counts[at]:
        return f"{keys[at]}:{index + step}:{name}"
    beyond = at + step
    if not 0 <= beyond < len(keys):
        return ""
    return f"{keys[beyond]}:{counts[beyond] if step < 0 else 0}:{name}"


def _rows(definition: Definition, names: list[str], uses: Mapping[str, list[Use]]) -> list[FieldRow]:
    fields, required = raw_fields(definition), required_names(definition)
    return [_row(definition, name, fields[name], required=name in required, uses=uses.get(name, [])) for name in names]


def _row(definition: Definition, name: str, field: Json, *, required: bool, uses: list[Use]) -> FieldRow:
    kind = kind_of(field)
    schema = mapping(field)
    default: Any = schema.get("default", MISSING)
    return FieldRow(
        name=name,
        title=text(schema.get("title")) or name,
        help=text(schema.get("description")),
        kind=kind,
        why="" if kind else unshowable(field) or "its schema says more than a form can show",
        required=required,
        by_team=definition.audience(name) is Asks.TEAM,
        default=shown(kind or Kind.OBJECT, default) if default is not MISSING else None,
        line=definition.line(below(FIELDS, name)),
        uses=uses,
    )
