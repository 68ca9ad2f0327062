"""A text on which splices are collected: replaced, inserted and removed stretches, all counted in the old text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from ..document import Definition
from ..shapes import Json
from .errors import CannotEdit
from .layout import Layout
from .partly import tree_of
from .pointers import Parts
from .spans import Child, Kind, Node
from .writing import Manner


@dataclass(frozen=True, slots=True)
class Place:
    """A child and the object or list that holds it; `around` is None for the whole document."""

    around: Node | None
    index: int
    child: Child

    @property
    def node(self) -> Node:
        return self.child.value


@dataclass
class Sheet:
    definition: Definition
    splices: list[tuple[int, int, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return self.definition.text

    @property
    def document(self) -> dict[str, Json]:
        return self.definition.document

    @cached_property
    def root(self) -> Node:
        return tree_of(self.definition)

    @cached_property
    def layout(self) -> Layout:
        return Layout(self.text, self.root)

    @cached_property
    def manner(self) -> Manner:
        return Manner(self.layout.is_json, self.layout.indent, self.layout.list_indent)

    def find(self, parts: Parts) -> Place:
        """The place of a node that exists; raises CannotEdit where the way leads through an alias."""
        found = Place(None, 0, Child("", None, self.root.start, None, self.root))
        for part in parts:
            found = self._below(found.node, part)
        return found

    def _below(self, node: Node, part: str) -> Place:
        self.refuse_alias(node)
        children = enumerate(node.children)
        index = int(part) if node.kind is Kind.LIST else next(at for at, each in children if each.name == part)
        return Place(node, index, node.children[index])

    def has_anchors(self, parts: Parts) -> bool:
        """Whether anchors or aliases stand in a part."""
        return next(named(self.find(parts).node), None) is not None

    def refuse_alias(self, node: Node) -> None:
        """Raise CannotEdit for a node that only repeats another one."""
        if node.kind is Kind.ALIAS:
            line, name = self.layout.line(node.start) + 1, node.anchor
            why = f"Line {line} repeats another part by the alias *{name}."
            raise CannotEdit(f"{why} Edit the part that is called &{name}, or write it out in the source.")

    def splice(self, start: int, end: int, text: str) -> None:
        self.splices.append((start, end, text))

    def insert(self, at: int, text: str) -> None:
        self.splices.append((at, at, text))

    def lines(self, lines: list[str], column: int = 0) -> str:
        """Lines of their own below what stands before, indented."""
        newline = self.layout.newline
        return "".join(f"{newline}{' ' * column if line else ''}{line}" for line in lines)

    def result(self) -> str:
        """The new text. What is inserted at one place stands in the order of the calls."""
        pieces, at = [], 0
        for start, end, new in sorted(self.splices, key=lambda splice: (splice[0], splice[1])):
            pieces += [self.text[at:start], new]
            at = max(at, end)
        return "".join((*pieces, self.text[at:]))


def named(node: Node) -> Iterator[Node]:
    """Nodes with an anchor, and aliases, in the order of the text."""
    if node.anchor:
        yield node
    for child in node.children:
        yield from named(child.value)
