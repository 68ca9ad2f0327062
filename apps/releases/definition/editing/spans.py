"""Where every node of a text stands: one pass over the scanner's events."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from ..reader import SURROGATE_PAIR, joined

SPACE = re.compile(r"(?:[ \t\r\n\x85\u2028\u2029]+|#[^\r\n\x85\u2028\u2029]*)*")
PROPERTIES = re.compile(r"(?:[&!][^\s,\[\]{}]*\s*)+")
BLOCK_STYLES = ("|", ">")
LOST = len(r"\ud83d\ude00") - len(r"\U0001F600")


class Kind(StrEnum):
    MAPPING = "object"
    LIST = "list"
    SCALAR = "value"
    ALIAS = "alias"


@dataclass(slots=True, eq=False)
class Node:
    """A value in the text. `start` stands before its anchor and tag, `inner` behind them; `end` before what follows.

    Unlike the scanner's marks, `end` never holds comments or empty lines behind the node.
    """

    kind: Kind
    start: int
    inner: int
    end: int
    flow: bool = False
    style: str = ""
    anchor: str = ""
    tag: str = ""
    children: list[Child] = field(default_factory=list)

    @property
    def is_block(self) -> bool:
        """Whether it is an object or a list written in lines."""
        return bool(self.children) and not self.flow


@dataclass(slots=True, eq=False)
class Child:
    """A member or an item. `at` is its key or dash; `behind` follows the colon or dash, None where there is none."""

    name: str
    key: Node | None
    at: int
    behind: int | None
    _value: Node | Callable[[], Node]

    @property
    def value(self) -> Node:
        if not isinstance(self._value, Node):
            self._value = self._value()
        return self._value


def tree(text: str) -> Node:
    """The root node of a text that has been read before."""
    return _Spans(text, *_joins(text)).root()


def part(text: str, start: int, end: int) -> Node:
    """The root node of some lines of a text, as if they were all; offsets count in the whole text."""
    return _Spans(text, [], text[start:end], start).root()


class _Spans:
    def __init__(self, text: str, joins: list[int], readable: str, base: int = 0) -> None:
        self.text = text
        self.base = base
        self.joins = joins
        self.loader = yaml.CSafeLoader(readable)
        self._event: Callable[[], Any] = self.loader.get_event

    def root(self) -> Node:
        try:
            while not isinstance(
                event := self.loader.get_event(), (MappingStartEvent, SequenceStartEvent, ScalarEvent)
            ):
                pass
            return self._node(event)
        finally:
            self.loader.dispose()

    def _node(self, event: Any) -> Node:
        start, end = self._offset(event.start_mark.index), self._offset(event.end_mark.index)
        if isinstance(event, ScalarEvent):
            return self._scalar(event, start, end)
        if isinstance(event, AliasEvent):
            return Node(Kind.ALIAS, start, start, end, anchor=event.anchor or "")
        anchor, tag = event.anchor or "", event.tag or ""
        inner = self._inner(start, anchor, tag)
        kind = Kind.MAPPING if isinstance(event, MappingStartEvent) else Kind.LIST
        node = Node(kind, start, inner, end, event.flow_style, "", anchor, tag)
        if kind is Kind.MAPPING:
            self._members(node)
        else:
            self._items(node)
        return node

    def _scalar(self, event: ScalarEvent, start: int, end: int) -> Node:
        style = event.style or ""
        if style in BLOCK_STYLES:
            end = start + len(self.text[start:end].rstrip())
        anchor, tag = event.anchor or "", event.tag or ""
        return Node(Kind.SCALAR, start, self._inner(start, anchor, tag), end, False, style, anchor, tag)

    def _inner(self, start: int, anchor: str, tag: str) -> int:
        if not anchor and not tag:
            return start
        found = PROPERTIES.match(self.text, start)
        return start + len(found[0].rstrip()) if found else start

    def _members(self, node: Node) -> None:
        get_event, children = self._event, node.children
        while not isinstance(event := get_event(), MappingEndEvent):
            key = self._node(event)
            value = self._node(get_event())
            behind = self._mark(key.end, value.start, ":")
            children.append(Child(event.value, key, self._head(key.start), behind, value))
        self._close(node, event)

    def _items(self, node: Node) -> None:
        get_event, children, before = self._event, node.children, node.inner
        while not isinstance(event := get_event(), SequenceEndEvent):
            value = self._node(event)
            behind = None if node.flow else self._mark(before, value.start, "-")
            children.append(Child("", None, value.start if behind is None else behind - 1, behind, value))
            before = value.end
        self._close(node, event)

    def _close(self, node: Node, event: Any) -> None:
        if node.flow:
            node.end = self._offset(event.end_mark.index)
        elif node.children:
            node.end = max(node.children[-1].value.end, node.children[-1].behind or 0)

    def _mark(self, begin: int, end: int, mark: str) -> int | None:
        """The offset behind a colon or dash that stands between two nodes."""
        found = SPACE.match(self.text, begin)
        at = found.end() if found else begin
        return at + 1 if at < end and self.text[at] == mark else None

    def _head(self, key: int) -> int:
        """A key, or the question mark in front of it."""
        before = self.text[:key].rstrip(" ") if self.text[key - 2 : key] == "? " else ""
        return len(before) - 1 if before.endswith("?") else key

    def _offset(self, index: int) -> int:
        return index + LOST * bisect_left(self.joins, index) if self.joins else index + self.base


def _joins(text: str) -> tuple[list[int], str]:
    """The text with JSON's pairs of escapes as one, as the reader joins them, and the places where that happened."""
    if not text.lstrip().startswith(("{", "[")):
        return [], text
    pairs = enumerate(SURROGATE_PAIR.finditer(text))
    return [pair.start() + len(pair[1]) - LOST * number for number, pair in pairs], SURROGATE_PAIR.sub(joined, text)
