"""The lines of a text, and which of them belong to a member or an item: its own, and its comments."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import accumulate

from .spans import Kind, Node

BREAK = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
MOST_BLANK_LINES = 3
USUAL_INDENT = 2


class Layout:
    """Geometry of a text. A child's `head` is the offset of its first line or comment, its `tail` ends its last line.

    To a child belong the comments directly above it that are indented like it, the comment behind it on its line,
    and those below it that are indented deeper. Other comments float: they belong to nobody and stay.
    """

    def __init__(self, text: str, root: Node) -> None:
        self.text = text
        first = BREAK.search(text)
        self.newline = first[0] if first and first[0] in ("\r\n", "\n", "\r") else "\n"
        self._starts = line_starts(text)
        self.is_json = text.lstrip("\ufeff \t\r\n").startswith(("{", "["))
        self.indent, self.list_indent = self._indents(root)

    def line(self, at: int) -> int:
        return max(bisect_right(self._starts, at) - 1, 0)

    def begin(self, at: int) -> int:
        return self._starts[self.line(at)]

    def finish(self, at: int) -> int:
        """The end of the line, before its line break."""
        return self._end(self.line(at))

    def column(self, at: int) -> int:
        return at - self.begin(at)

    def is_first(self, at: int) -> bool:
        """Whether only indentation stands before it on its line."""
        return not self.text[self.begin(at) : at].strip(" \t")

    def head(self, node: Node, index: int) -> int:
        child = node.children[index]
        if not self.is_first(child.at):
            return child.at
        least = self.line(node.children[index - 1].value.end) + 1 if index else 0
        number, column = self.line(child.at), self.column(child.at)
        while number > least and self._comment(number - 1) == column:
            number -= 1
        return self._starts[number]

    def tail(self, node: Node, index: int) -> int:
        child = node.children[index]
        number, column = self.line(max(child.value.end, child.behind or 0)), self.column(child.at)
        last = number
        for below in range(number + 1, len(self._starts)):
            indent = self._comment(below)
            if indent is None:
                break
            if indent > column:
                last = below
        return self._end(last)

    def floating(self, start: int, end: int) -> list[int]:
        """The lines of comments between the end of one line and the beginning of another, as line numbers."""
        return [number for number in self._between(start, end) if self._line(number).strip()]

    def blank_lines(self, node: Node, index: int) -> int:
        """How many empty lines stand between a child and the one before it."""
        between = self._between(self.tail(node, index - 1), self.head(node, index))
        return min(sum(1 for number in between if not self._line(number).strip()), MOST_BLANK_LINES)

    def span(self, number: int) -> tuple[int, int]:
        return self._starts[number], self._end(number)

    def has_comments(self, node: Node, start: int | None = None, end: int | None = None) -> bool:
        """Whether comments stand between the nodes inside, or between them and `start` or `end`."""
        at = node.start if start is None else start
        for begin, finish in scalars(node):
            if "#" in self.text[at:begin]:
                return True
            at = finish
        return "#" in self.text[at : node.end if end is None else end]

    def _end(self, number: int) -> int:
        if number + 1 == len(self._starts):
            return len(self.text)
        following = self._starts[number + 1]
        return following - (2 if self.text[following - 2 : following] == "\r\n" else 1)

    def _between(self, start: int, end: int) -> range:
        return range(self.line(start) + 1, self.line(end))

    def _line(self, number: int) -> str:
        return self.text[self._starts[number] : self._end(number)]

    def _comment(self, number: int) -> int | None:
        """The indentation of a comment, -1 for an empty line, None for anything else."""
        line = self._line(number)
        bare = line.lstrip(" \t")
        if not bare:
            return -1
        return len(line) - len(bare) if bare.startswith("#") else None

    def _indents(self, root: Node) -> tuple[int, int]:
        mappings: list[int] = []
        lists: list[int] = []
        for child, below in _nested(root):
            deeper = self.column(below.children[0].at) - self.column(child)
            (mappings if below.kind is Kind.MAPPING else lists).append(deeper)
            if mappings and lists:
                break
        indent = mappings[0] if mappings and 2 <= mappings[0] <= 8 else USUAL_INDENT
        return indent, lists[0] if lists and lists[0] in (0, indent) else indent


def line_starts(text: str) -> list[int]:
    """Where each line begins; what is left of a text behind its last line break is a line, too."""
    lines = text.splitlines(keepends=True)
    starts = list(accumulate(map(len, lines), initial=0))
    if lines and not BREAK.search(lines[-1]):
        starts.pop()
    starts[0] = 1 if text.startswith("\ufeff") else 0
    return starts


def scalars(node: Node) -> Iterator[tuple[int, int]]:
    """Start and end of every key, text and alias below a node."""
    if not node.children:
        yield node.start, node.end
        return
    for child in node.children:
        if child.key is not None:
            yield child.key.start, child.key.end
        yield from scalars(child.value)


def _nested(node: Node) -> Iterator[tuple[int, Node]]:
    """Objects and lists written in lines below a key, with the key's place."""
    for child in node.children:
        if child.key is not None and child.value.is_block:
            yield child.at, child.value
        yield from _nested(child.value)
