"""What may stand at a place of a step: the common language of step kinds and of connector operations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from apps.releases.building.step_form.modes import Mode, is_expression, is_plain, mode_of
from apps.releases.definition.shapes import Json

MANY_KEYS = 120


class Kind(StrEnum):
    """What is expected at a place."""

    ANY = "any"
    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    OBJECT = "object"
    NAMES = "names"
    LIST = "list"
    CASES = "cases"
    ONLY = "only"
    CONDITION = "condition"
    SHAPING = "shaping"
    NAME = "name"


# The first is what an empty field begins with.
MODES: Mapping[Kind, tuple[Mode, ...]] = {
    Kind.ANY: (Mode.TEXT, Mode.NUMBER, Mode.BOOLEAN, Mode.NULL, Mode.JSON, Mode.PICKED, Mode.EXPRESSION),
    Kind.TEXT: (Mode.TEXT, Mode.PICKED, Mode.EXPRESSION, Mode.JSON),
    Kind.NUMBER: (Mode.NUMBER, Mode.PICKED, Mode.EXPRESSION, Mode.JSON),
    Kind.BOOLEAN: (Mode.BOOLEAN, Mode.PICKED, Mode.EXPRESSION, Mode.JSON),
    Kind.OBJECT: (Mode.OBJECT, Mode.PICKED, Mode.EXPRESSION, Mode.JSON),
    Kind.NAMES: (Mode.NAMES, Mode.PICKED, Mode.EXPRESSION, Mode.JSON),
    Kind.LIST: (Mode.LIST, Mode.PICKED, Mode.EXPRESSION, Mode.JSON),
    Kind.CASES: (Mode.CASES,),
    Kind.ONLY: (Mode.ONLY,),
    Kind.CONDITION: (Mode.EXPRESSION,),
    Kind.SHAPING: (Mode.EXPRESSION, Mode.NAMES),
    Kind.NAME: (Mode.TEXT,),
}


def nothing() -> Mapping[str, "Shape"]:
    """No members."""
    return {}


@dataclass(frozen=True)
class Shape:
    """What may stand at one place. ``members`` and ``item`` are asked only when they are needed: schemas recurse.

    ``shown``: has its field even where it is absent. ``flat``: its members stand among those around it.
    ``plain_only``: nobody evaluates expressions there. ``also``: further modes; ``only``: no others than these.
    ``either``: choices beside free text.
    ``is_open``: members that it does not name are fine, too.
    """

    kind: Kind = Kind.ANY
    title: str = ""
    help: str = ""
    required: bool = False
    shown: bool = False
    flat: bool = False
    in_row: bool = False
    long: bool = False
    plain_only: bool = False
    nullable: bool = False
    deprecated: bool = False
    either: bool = False
    also: tuple[Mode, ...] = ()
    only: tuple[Mode, ...] = ()
    choices: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    type_words: str = ""
    default: str = ""
    format: str = ""
    placeholder: str = ""
    is_known: bool = True
    is_open: bool = False
    members: Callable[[], Mapping[str, "Shape"]] = nothing
    item: Callable[[], "Shape"] | None = field(default=None)

    @property
    def modes(self) -> tuple[Mode, ...]:
        """The modes that one may choose."""
        usual = self.only or (*MODES[self.kind], *self.also, *([Mode.NULL] if self.nullable else []))
        return tuple(dict.fromkeys(mode for mode in usual if not (self.plain_only and mode.is_jq)))

    @property
    def is_laid_out(self) -> bool:
        """It has its field even where it is absent."""
        return self.required or self.shown or self.flat

    @property
    def begins_as(self) -> Mode:
        return MODES[self.kind][0]

    def member(self, key: str) -> "Shape":
        """What may stand below a key."""
        return self.members().get(key, ANYTHING if self.is_open else UNKNOWN)

    def inside(self) -> "Shape":
        """What the items of a list, the values of names, or the cases are."""
        return self.item() if self.item else ANYTHING


ANYTHING = Shape()
UNKNOWN = Shape(is_known=False)


def fitting(value: Json, shape: Shape) -> Mode:
    """The mode that shows a value best where a shape is expected; always one that leads back to the same value."""
    match value:
        case dict():
            return _of_object(value, shape)
        case list():
            return _of_list(value, shape)
        case str() if shape.kind is Kind.CONDITION and is_plain(value):
            return Mode.EXPRESSION if is_expression(value) else Mode.BARE
        case str() if shape.kind is Kind.SHAPING and is_plain(value):
            return Mode.EXPRESSION if is_expression(value) else Mode.BARE
        case str() if shape.plain_only and is_plain(value):
            return Mode.TEXT
        case _:
            return mode_of(value)


def _of_object(value: dict[str, Json], shape: Shape) -> Mode:
    if not all(is_plain(key) and "\n" not in key for key in value) or len(value) > MANY_KEYS:
        return Mode.JSON
    if shape.kind is Kind.ONLY:
        is_one = len(value) == 1 and all(inside == {} for inside in value.values())
        return Mode.ONLY if is_one and next(iter(value)) in dict(shape.choices) else Mode.JSON
    if shape.kind is Kind.OBJECT:
        return Mode.OBJECT
    return Mode.NAMES if Mode.NAMES in shape.modes else Mode.JSON


def _of_list(value: list[Json], shape: Shape) -> Mode:
    if shape.kind is Kind.CASES:
        return Mode.CASES if all(_is_case(item) for item in value) else Mode.JSON
    return Mode.LIST if shape.kind is Kind.LIST and len(value) <= MANY_KEYS else Mode.JSON


def _is_case(item: Json) -> bool:
    if not isinstance(item, dict) or len(item) != 1:
        return False
    (name, case), *_ = item.items()
    return isinstance(case, dict) and is_plain(name) and "\n" not in name
