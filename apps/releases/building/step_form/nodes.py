"""A form while it is typed: a tree of fields, out of a value or out of what a browser sends, and back to the value.

Names in a request: ``t.<path>`` holds the mode of a field ("?" behind it: left blank it is left out), ``v.<path>`` its
text, ``k.<path>`` the name of a row, ``w.<path>`` what a group of fields was before somebody chose another mode. A path
is made like a JSON pointer, with a number for the rows of lists and names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from apps.releases.building.step_form.modes import Mode, Wrong, parsed
from apps.releases.definition.shapes import Json, escaped, index_of, unescaped

DEEPEST = 40


class Absent:
    """What a field left blank stands for: nothing, which is not null."""


ABSENT = Absent()


@dataclass
class Node:
    """One field. ``optional``: blank, it is left out. ``children`` by their part of the path, in order."""

    mode: Mode
    text: str = ""
    key: str = ""
    optional: bool = False
    children: dict[str, Node] = field(default_factory=dict)
    error: str = ""
    key_error: str = ""

    def at(self, path: str) -> Node | None:
        """The node at a path below this one."""
        found: Node | None = self
        for segment in path.split("/")[1:]:
            found = found.children.get(segment) if found else None
        return found

    def add(self, node: Node, *, segment: str = "") -> str:
        """Put a node at the end; without a segment of its own it becomes the next row."""
        rows = (index for each in self.children if (index := index_of(each)) is not None)
        segment = segment or str(max(rows, default=-1) + 1)
        self.children[segment] = node
        return segment

    def every(self) -> Iterator[Node]:
        """This node and all below it."""
        yield self
        for child in self.children.values():
            yield from child.every()

    @property
    def is_blank(self) -> bool:
        """Nothing was typed here."""
        if self.mode.holds_fields:
            return all(child.is_blank and not child.key.strip() for child in self.children.values())
        return self.optional and self.is_empty

    @property
    def is_empty(self) -> bool:
        """Its text says nothing; blanks are a text, too."""
        text = self.text if self.mode in (Mode.TEXT, Mode.BARE) else self.text.strip()
        return not text and self.mode is not Mode.NULL


def of_post(data: Mapping[str, str]) -> Node:
    """The tree that a browser sent. What fits nowhere is ignored; nothing here can fail."""
    root = Node(Mode.OBJECT)
    nodes = {"": root}
    for name, said in data.items():
        if not name.startswith("t./") or name.count("/") > DEEPEST:
            continue
        path = name.removeprefix("t.")
        before, _, segment = path.rpartition("/")
        if before in nodes and segment:
            nodes[path] = _sent(data, path, said)
            nodes[before].children[segment] = nodes[path]
    return root


def _sent(data: Mapping[str, str], path: str, said: str) -> Node:
    mode = said.removesuffix("?")
    return Node(
        mode=Mode(mode) if mode in list(Mode) else Mode.TEXT,
        text=data.get(f"v.{path}", "").replace("\r\n", "\n").replace("\r", "\n"),
        key=data.get(f"k.{path}", "").strip("\r\n"),
        optional=said.endswith("?"),
    )


def value_of(node: Node) -> Json | Absent:
    """The value that was typed, ``ABSENT`` for nothing. What is wrong is noted in the nodes; ask ``has_errors``."""
    match node.mode:
        case Mode.OBJECT:
            value: Json = _object(node)
        case Mode.NAMES:
            value = _names(node)
        case Mode.LIST:
            found = [value_of(child) for child in node.children.values()]
            value = [item for item in found if item is not ABSENT]
        case Mode.CASES:
            value = _cases(node)
        case _:
            return _leaf(node)
    return ABSENT if node.optional and not value else value


def has_errors(node: Node) -> bool:
    """Whether anything was found wrong."""
    return any(each.error or each.key_error for each in node.every())


def _object(node: Node) -> dict[str, Json]:
    found = {unescaped(segment): value_of(child) for segment, child in node.children.items()}
    return {key: value for key, value in found.items() if value is not ABSENT}


def _names(node: Node) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for child in node.children.values():
        if child.key and child.is_blank and child.mode is Mode.TEXT:
            # Whoever names a row and leaves it empty means an empty text.
            child.optional = False
        value = value_of(child)
        if not child.key:
            child.key_error = "" if value is ABSENT else "Give it a name."
        elif child.key in found:
            child.key_error = f"“{child.key}” stands here twice."
        elif value is ABSENT:
            child.error = child.error or "Fill it in, or remove the row."
        found[child.key] = value
    return {key: value for key, value in found.items() if key and value is not ABSENT}


def _cases(node: Node) -> list[Json]:
    found, names = [], set()
    for child in node.children.values():
        value = value_of(child)
        if not child.key:
            if not child.optional or value is not ABSENT:
                child.key_error = "Give the case a name."
            continue
        child.key_error = f"Another case is called “{child.key}”, too." if child.key in names else ""
        names.add(child.key)
        found.append({child.key: {} if value is ABSENT else value})
    return found


def _leaf(node: Node) -> Json | Absent:
    if node.is_blank:
        return ABSENT
    try:
        return parsed(node.text, node.mode)
    except Wrong as wrong:
        node.error = str(wrong)
        return ABSENT


def below(path: str, key: str) -> str:
    """The path of a member."""
    return f"{path}/{escaped(key)}"
