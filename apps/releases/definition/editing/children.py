"""Members and items come and go; those beside them stay as they are."""

from __future__ import annotations

from ..shapes import Json
from . import writing
from .sheet import Place, Sheet
from .spans import Kind, Node


def insert(sheet: Sheet, container: Place, index: int, value: Json, *, name: str = "") -> None:
    """Add an item before the one at `index`, or a member called `name`; the container has children."""
    if container.node.flow:
        insert_in_brackets(sheet, container.node, index, _bracketed(sheet, container.node, value, name))
    else:
        insert_lines(sheet, container.node, index, _lines(sheet, container.node, value, name))


def insert_lines(sheet: Sheet, node: Node, index: int, lines: list[str]) -> None:
    """Add the lines of a child to an object or list written in lines, with as many empty lines as its neighbours."""
    layout = sheet.layout
    column = layout.column(node.children[0].at)
    empty = [""] * _blank_lines(sheet, node, index)
    if index > 0:
        sheet.insert(layout.tail(node, index - 1), sheet.lines([*empty, *lines], column))
        return
    first = node.children[0].at
    text = sheet.lines([*lines, *empty], column).removeprefix(layout.newline) + layout.newline
    if layout.is_first(first):
        sheet.insert(layout.head(node, 0), text)
    else:
        sheet.insert(first, text.removeprefix(" " * column) + " " * column)


def cut(sheet: Sheet, container: Place, first: int, last: int) -> None:
    """Take children away, with their comments and the empty lines before them; others are left."""
    if container.node.flow:
        _cut_in_brackets(sheet, container.node, first, last)
    elif first:
        _cut_lines(sheet, container.node, first, last)
    else:
        _cut_first_lines(sheet, container.node, last)


def empty(sheet: Sheet, container: Place) -> None:
    """Take all children away and leave empty brackets; comments that belong to none of them stay."""
    node, layout = container.node, sheet.layout
    brackets = "{}" if node.kind is Kind.MAPPING else "[]"
    behind = container.child.behind
    if node.flow or behind is None:
        sheet.splice(node.inner if node.anchor else node.start, node.end, brackets)
        return
    behind = max(behind, node.inner if node.anchor else 0)
    sheet.insert(behind, f" {brackets}")
    end = layout.tail(node, len(node.children) - 1)
    first = node.children[0].at
    if layout.is_first(first):
        kept = layout.floating(behind, layout.head(node, 0))
        sheet.splice(layout.span(kept[-1])[1] if kept else layout.finish(behind), end, "")
    else:
        sheet.splice(behind, end, "")


def lines_of_item(sheet: Sheet, value: Json) -> list[str]:
    """The lines of a new item, dash first."""
    written = writing.in_lines(value, sheet.manner, item=True)
    return [f"- {written.head}".rstrip(" "), *written.below]


def _lines(sheet: Sheet, node: Node, value: Json, name: str) -> list[str]:
    if node.kind is Kind.LIST:
        return lines_of_item(sheet, value)
    written = writing.in_lines(value, sheet.manner, item=False)
    key = writing.key(name, sheet.manner, style=_key_style(node))
    return [f"{key}: {written.head}".rstrip(" "), *written.below]


def _bracketed(sheet: Sheet, node: Node, value: Json, name: str) -> str:
    column = sheet.layout.column(node.children[0].at) if in_own_lines(sheet, node) else None
    text = writing.in_brackets(value, sheet.manner, column=column).replace("\n", sheet.layout.newline)
    if node.kind is Kind.LIST:
        return text
    return f"{writing.key(name, sheet.manner, style=_key_style(node))}: {text}"


def in_own_lines(sheet: Sheet, node: Node) -> bool:
    """Whether the children of brackets stand in lines of their own."""
    return sheet.layout.is_first(node.children[0].at) and sheet.layout.begin(node.start) != sheet.layout.begin(
        node.children[0].at
    )


def _key_style(node: Node) -> str:
    keys = [child.key for child in node.children if child.key is not None]
    return '"' if keys and all(key.style == '"' for key in keys) else ""


def _blank_lines(sheet: Sheet, node: Node, index: int) -> int:
    count = len(node.children)
    if count < 2:
        return 0
    if node.kind is Kind.MAPPING:
        return min(sheet.layout.blank_lines(node, each) for each in range(1, count))
    return sheet.layout.blank_lines(node, min(max(index, 1), count - 1))


def insert_in_brackets(sheet: Sheet, node: Node, index: int, text: str) -> None:
    """Add a child that is written already to an object or list in brackets."""
    gap = " "
    if in_own_lines(sheet, node):
        gap = sheet.layout.newline + sheet.text[sheet.layout.begin(node.children[0].at) : node.children[0].at]
    if index > 0:
        sheet.insert(_end(node, index - 1), f",{gap}{text}")
    else:
        sheet.insert(node.children[0].at, f"{text},{gap}")


def _cut_in_brackets(sheet: Sheet, node: Node, first: int, last: int) -> None:
    if first == 0:
        start, end = node.children[0].at, node.children[last + 1].at
    else:
        start, end = _end(node, first - 1), _end(node, last)
    if "#" in sheet.text[start : node.children[first].at]:
        comma = sheet.text.index(",", start)
        sheet.splice(comma, comma + 1, "")
        start = node.children[first].at
    sheet.splice(start, end, "")


def _end(node: Node, index: int) -> int:
    child = node.children[index]
    return max(child.value.end if child.value.end > child.value.start else 0, child.behind or 0, _key_end(node, index))


def _key_end(node: Node, index: int) -> int:
    key = node.children[index].key
    return 0 if key is None else key.end


def _cut_lines(sheet: Sheet, node: Node, first: int, last: int) -> None:
    layout = sheet.layout
    start = layout.tail(node, first - 1)
    kept = layout.floating(start, layout.head(node, first))
    sheet.splice(layout.span(kept[-1])[1] if kept else start, layout.tail(node, last), "")


def _cut_first_lines(sheet: Sheet, node: Node, last: int) -> None:
    layout = sheet.layout
    start, end = layout.head(node, 0), layout.head(node, last + 1)
    kept = layout.floating(layout.tail(node, last), end)
    if kept:
        end = layout.span(kept[0])[0]
    if not layout.is_first(node.children[0].at):
        following = node.children[last + 1].at
        end = following if layout.begin(following) == end else layout.tail(node, last)
    sheet.splice(start, end, "")
