"""The slots of a definition: added, changed, moved, taken away."""

from collections.abc import Mapping
from dataclasses import dataclass

from apps.connectors.models import ConnectorVersion
from apps.connectors.selectors import catalogue, version_named
from apps.releases import selectors
from apps.releases.building.settings.edits import MISSING, OURS, Edit, all_of, below, found, setting
from apps.releases.building.settings.uses import Use, uses_of_slots
from apps.releases.definition import Definition
from apps.releases.definition.editing import CannotEdit, move_item
from apps.releases.definition.metadata import ours
from apps.releases.definition.shapes import Json, mapping, text

SLOTS = f"{OURS}/slots"


@dataclass(frozen=True)
class SlotRow:
    """A slot in the list. ``number`` is None where the text says no usable version, ``version`` where none exists."""

    name: str
    title: str
    help: str
    connector: str
    number: int | None
    version: ConnectorVersion | None
    line: int | None
    uses: list[Use]
    position: int
    siblings: int

    @property
    def label(self) -> str:
        if self.version:
            return str(self.version)
        return f"{self.connector} v{self.number}" if self.connector and self.number else "No connector"

    @property
    def choice(self) -> str:
        """How a form calls the connector version."""
        return choice_of(self.connector, self.number)

    @property
    def up(self) -> str:
        """Where it goes from here, "place:name"; "" where it cannot."""
        return f"{self.position - 1}:{self.name}" if self.position else ""

    @property
    def down(self) -> str:
        return f"{self.position + 1}:{self.name}" if self.position + 1 < self.siblings else ""


@dataclass(frozen=True)
class Lack:
    """An operation that another version lacks, and the steps that call it."""

    operation: str
    uses: list[Use]


def rows_of(definition: Definition) -> list[SlotRow]:
    """Return the slots in the order of the text."""
    uses, versions = uses_of_slots(definition), selectors.pinned_versions(definition)
    raw = mapping(ours(definition.document).get("slots"))
    return [
        _row(definition, name, mapping(slot), versions.get(name), uses.get(name, []), (place, len(raw)))
        for place, (name, slot) in enumerate(raw.items())
    ]


def choice_of(connector: str, number: int | None) -> str:
    """Return how a form calls a connector version."""
    return f"{connector}/{number}" if connector and number else ""


def pinned(choice: str) -> dict[str, Json]:
    """Return what a slot says about the connector version that was chosen."""
    connector, _, number = choice.rpartition("/")
    return {"connector": connector, "version": int(number)}


def lacks(definition: Definition, name: str, choice: str) -> list[Lack]:
    """Return what steps of the slot call and the chosen version does not offer; empty where it is not built yet."""
    wanted = pinned(choice)
    version = version_named(wanted["connector"], wanted["version"])
    known = catalogue(version) if version else None
    if known is None:
        return []
    calls: dict[str, list[Use]] = {}
    for step in definition.steps:
        if step.slot == name and step.operation and step.operation not in known:
            calls.setdefault(step.operation, []).append(Use(step.path, step.pointer))
    return [Lack(operation, uses) for operation, uses in calls.items()]


def add_slot(name: str, choice: str, title: str, help: str) -> Edit:  # noqa: A002 - the key in the text
    """Add a slot as the last one."""

    def edit(definition: Definition) -> str:
        if name in mapping(ours(definition.document).get("slots")):
            raise CannotEdit(f"There is a connection “{name}” already.")
        told = {key: value for key, value in (("title", title), ("help", help)) if value}
        return setting(below(SLOTS, name), {**pinned(choice), **told})(definition)

    return edit


def change_slot(name: str, changes: Mapping[str, str]) -> Edit:
    """Change ``choice``, ``title`` or ``help`` of a slot."""

    def edit(definition: Definition) -> str:
        _known(definition, name)
        at = below(SLOTS, name)
        wanted = pinned(changes["choice"]) if "choice" in changes else {}
        told = {key: changes[key] or MISSING for key in ("title", "help") if key in changes}
        return all_of(*(setting(f"{at}/{key}", value) for key, value in {**wanted, **told}.items()))(definition)

    return edit


def move_slot(name: str, index: int) -> Edit:
    """Put a slot at another place in the list."""

    def edit(definition: Definition) -> str:
        _known(definition, name)
        return move_item(definition, below(SLOTS, name), index)

    return edit


def delete_slot(name: str) -> Edit:
    """Take a slot away. Raises ``CannotEdit`` while steps call through it."""

    def edit(definition: Definition) -> str:
        _known(definition, name)
        if uses := uses_of_slots(definition).get(name):
            steps = ", ".join(f"“{use.path}”" for use in uses)
            raise CannotEdit(f"Steps call through “{name}”: {steps}. Delete them, or let them call another connection.")
        return setting(below(SLOTS, name), MISSING)(definition)

    return edit


def _row(
    definition: Definition,
    name: str,
    slot: dict[str, Json],
    version: ConnectorVersion | None,
    uses: list[Use],
    place: tuple[int, int],
) -> SlotRow:
    number = slot.get("version")
    return SlotRow(
        name=name,
        title=text(slot.get("title")),
        help=text(slot.get("help")),
        connector=text(slot.get("connector")),
        number=number if isinstance(number, int) and not isinstance(number, bool) else None,
        version=version,
        line=definition.line(below(SLOTS, name)),
        uses=uses,
        position=place[0],
        siblings=place[1],
    )


def _known(definition: Definition, name: str) -> None:
    if found(definition.document, below(SLOTS, name)) is MISSING:
        raise CannotEdit(f"There is no connection “{name}” any more.")
