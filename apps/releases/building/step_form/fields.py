"""The form as a template draws it: fields with their label, help, ways to type, findings and what can be added."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from apps.releases.building.step_form.modes import Mode
from apps.releases.building.step_form.nodes import Node, below
from apps.releases.building.step_form.picks import told
from apps.releases.building.step_form.shapes import Kind, Shape
from apps.releases.definition import Finding
from apps.releases.definition.shapes import Json, escaped, unescaped

LONG = 80
LONGEST_ADDED = 90
NOTHING = "\N{EN DASH}"
# Whoever picks must find it again; whoever writes an expression must see that it is one.
ORDER = (
    *(Mode.TEXT, Mode.NUMBER, Mode.BOOLEAN, Mode.ONLY, Mode.OBJECT, Mode.NAMES, Mode.LIST, Mode.CASES),
    *(Mode.PICKED, Mode.EXPRESSION, Mode.BARE, Mode.JSON, Mode.NULL),
)


@dataclass(frozen=True)
class Option:
    """One line of a select."""

    value: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True)
class Addable:
    """A field that may be added."""

    path: str
    label: str
    type_words: str
    help: str


@dataclass
class Field:
    """One field. ``pointer`` is its place below the step in the document, ``path`` its name in the form."""

    path: str
    pointer: str
    label: str
    widget: str
    node: Node
    shape: Shape
    is_row: bool = False
    is_removable: bool = False
    modes: Sequence[Option] = ()
    options: Sequence[Option] = ()
    children: list[Field] = field(default_factory=list)
    addables: list[Addable] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    can_move: bool = False
    has_key: bool = False
    row_word: str = ""
    told: Sequence[str] = ()

    @property
    def id(self) -> str:
        """An id that a page can hold; the same field has the same one."""
        return f"sf-{re.sub(r'[^A-Za-z0-9]+', '-', self.path).strip('-')}-{zlib.crc32(self.path.encode()):x}"

    @property
    def mode_value(self) -> str:
        return f"{self.node.mode}{'?' if self.node.optional else ''}"

    @property
    def is_required(self) -> bool:
        return self.shape.required and not self.is_row

    @property
    def is_jq(self) -> bool:
        return self.node.mode.is_jq

    @property
    def can_pick(self) -> bool:
        """A value of this place may be picked."""
        return Mode.PICKED in self.shape.modes or self.shape.kind in (Kind.CONDITION, Kind.SHAPING)

    @property
    def is_wrong(self) -> bool:
        return bool(self.node.error or any(finding.is_error for finding in self.findings))

    @property
    def needs_attention(self) -> bool:
        """Something is to be said here or further inside."""
        own = bool(self.node.error or self.node.key_error or self.findings)
        return own or any(child.needs_attention for child in self.children)

    @property
    def described_by(self) -> str:
        parts = [("error", self.node.error or self.findings), ("help", self.shape.help or self.shape.notes)]
        return " ".join(f"{self.id}-{name}" for name, there in parts if there)

    @property
    def unknown(self) -> bool:
        return not self.shape.is_known

    @property
    def to_read(self) -> list[Field]:
        """What a reader sees inside: everything that is filled in."""
        return to_read(self.children)

    @property
    def rows(self) -> int:
        return min(max(self.node.text.count("\n") + 1, 1), 14)

    @property
    def is_filled(self) -> bool:
        return not self.node.is_blank


class Drawer:
    """Makes the fields of a form."""

    def __init__(self, document: Json) -> None:
        self.document = document

    def members(self, node: Node, shape: Shape, path: str, pointer: str) -> tuple[list[Field], list[Addable]]:
        """The fields of an object, those of flat objects among them, and what can be added to either."""
        fields: list[Field] = []
        addables: list[Addable] = []
        for segment, child in node.children.items():
            inside = shape.member(unescaped(segment))
            made = self.field(child, inside, f"{path}/{segment}", f"{pointer}/{segment}", unescaped(segment))
            made.is_removable = not inside.is_laid_out
            fields.append(made)
            if made.widget == "flat":
                addables += made.addables
        return fields, [*addables, *_addables(node, shape, path)]

    def field(self, node: Node, shape: Shape, path: str, pointer: str, key: str) -> Field:
        """The field of one value."""
        made = Field(path, pointer, shape.title or key, _widget(node, shape), node, shape)
        made.modes = _modes(node, shape)
        if node.mode is Mode.OBJECT:
            made.children, made.addables = self.members(node, shape, path, pointer)
        elif node.mode.holds_fields:
            made.children = list(self._rows(node, shape, path, pointer))
            made.row_word = ROW_WORDS[node.mode]
        elif node.mode is Mode.PICKED:
            made.told = told(node.text, self.document)
        elif made.widget in ("select", "suggest"):
            made.options = _options(node, shape)
        return made

    def _rows(self, node: Node, shape: Shape, path: str, pointer: str) -> Iterator[Field]:
        inside = shape.inside()
        for index, (segment, child) in enumerate(node.children.items()):
            place = pointer + _part(node.mode, index, child.key)
            row = self.field(child, inside, f"{path}/{segment}", place, child.key or f"{index + 1}")
            row.label = child.key or f"{shape.title or 'Item'} {index + 1}"
            row.is_row = row.is_removable = True
            row.has_key = node.mode in (Mode.NAMES, Mode.CASES)
            row.can_move = node.mode is not Mode.NAMES and len(node.children) > 1
            yield row


ROW_WORDS = {Mode.LIST: "item", Mode.NAMES: "row", Mode.CASES: "case"}


def _part(mode: Mode, index: int, key: str) -> str:
    match mode:
        case Mode.NAMES:
            return f"/{escaped(key)}"
        case Mode.CASES:
            return f"/{index}/{escaped(key)}"
        case _:
            return f"/{index}"


def _addables(node: Node, shape: Shape, path: str) -> list[Addable]:
    members = shape.members()
    there = {unescaped(segment) for segment in node.children}
    return [
        Addable(below(path, key), member.title or key, member.type_words, member.help[:LONGEST_ADDED])
        for key, member in members.items()
        if key not in there
    ]


def _widget(node: Node, shape: Shape) -> str:
    if node.mode.holds_fields:
        return "flat" if shape.flat and node.mode is Mode.OBJECT else "group"
    by_mode = {Mode.BOOLEAN: "select", Mode.ONLY: "select", Mode.PICKED: "pick", Mode.NULL: "none", Mode.JSON: "code"}
    if node.mode.is_jq or node.mode in by_mode:
        return by_mode.get(node.mode, "code")
    if shape.choices:
        return "suggest" if shape.either or node.mode not in shape.modes or shape.kind is Kind.OBJECT else "select"
    if node.mode is Mode.NUMBER:
        return "number"
    if shape.format == "date" and (not node.text or _is_date(node.text)):
        return "date"
    return "area" if shape.long or "\n" in node.text or len(node.text) > LONG else "text"


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _modes(node: Node, shape: Shape) -> list[Option]:
    offered = [*shape.modes, node.mode]
    if node.mode is Mode.BARE:
        offered = [mode for mode in offered if mode is not Mode.EXPRESSION]
    end = "?" if node.optional else ""
    return [Option(f"{mode}{end}", mode.label, mode is node.mode) for mode in ORDER if mode in offered]


def _options(node: Node, shape: Shape) -> list[Option]:
    choices = YES_NO if node.mode is Mode.BOOLEAN else shape.choices
    options = [Option(value, label, value == node.text) for value, label in choices]
    if node.text and not shape.either and not any(option.is_chosen for option in options):
        options.insert(0, Option(node.text, f"{node.text} (not one of the choices)", True))
    is_left_open = node.optional and not (shape.required and node.text)
    if is_left_open and not any(option.value == "" for option in options):
        options.insert(0, Option("", f"{shape.default} (default)" if shape.default else NOTHING, not node.text))
    return options


YES_NO = (("true", "Yes"), ("false", "No"))


def placed(fields: Sequence[Field], findings: Sequence[tuple[str, Finding]]) -> list[Finding]:
    """Put every finding at the field that it is about, or the nearest around it; return those that fit nowhere."""
    known = {each.pointer: each for each in every(fields)}
    left = []
    for pointer, finding in findings:
        at = pointer
        while at and (at not in known or known[at].widget == "flat"):
            at = at.rpartition("/")[0]
        if at:
            known[at].findings.append(finding)
        else:
            left.append(finding)
    return left


def every(fields: Sequence[Field]) -> Iterator[Field]:
    """These fields and all inside them."""
    for each in fields:
        yield each
        yield from every(each.children)


def to_read(fields: Sequence[Field]) -> list[Field]:
    """Fields that are filled in, those of flat objects among them."""
    found: list[Field] = []
    for each in fields:
        if each.widget == "flat":
            found += to_read(each.children)
        elif each.is_filled or each.findings:
            found.append(each)
    return found
