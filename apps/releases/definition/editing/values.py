"""One value becomes another: only the nodes that differ are written."""

from __future__ import annotations

from itertools import groupby

from ..lines import blocks_between
from ..shapes import Json, same
from . import children, writing
from .sheet import Place, Sheet
from .spans import BLOCK_STYLES, Child, Kind, Node


def change(sheet: Sheet, place: Place, old: Json, new: Json) -> None:
    """Make the text at a place say `new` instead of `old`."""
    if same(old, new):
        return
    node = place.node
    if node.kind is Kind.MAPPING and isinstance(new, dict) and old.keys() & new.keys():
        _members(sheet, place, old, new)
    elif node.kind is Kind.LIST and old and new and isinstance(new, list):
        _items(sheet, place, old, new)
    else:
        write(sheet, place, new)


def write(sheet: Sheet, place: Place, new: Json) -> None:
    """Write the value anew, in brackets where it stood in brackets."""
    if place.around is None or place.around.flow or _keeps_brackets(sheet, place.node, new):
        _write_in_brackets(sheet, place, new)
    else:
        _write_lines(sheet, place, place.around, new)


def _members(sheet: Sheet, place: Place, old: dict[str, Json], new: dict[str, Json]) -> None:
    node = place.node
    for index, child in enumerate(node.children):
        if child.name in new:
            change(sheet, Place(node, index, child), old[child.name], new[child.name])
    gone = [index for index, child in enumerate(node.children) if child.name not in new]
    for _, run in groupby(enumerate(gone), key=lambda each: each[1] - each[0]):
        indexes = [index for _, index in run]
        children.cut(sheet, place, indexes[0], indexes[-1])
    for name, value in new.items():
        if name not in old:
            children.insert(sheet, place, len(node.children), value, name=name)


def _items(sheet: Sheet, place: Place, old: list[Json], new: list[Json]) -> None:
    for start, end, begin, finish in _matched(old, new):
        both = min(end - start, finish - begin)
        for offset in range(both):
            index = start + offset
            change(sheet, Place(place.node, index, place.node.children[index]), old[index], new[begin + offset])
        if start + both < end:
            children.cut(sheet, place, start + both, end - 1)
        for value in new[begin + both : finish]:
            children.insert(sheet, place, end, value)


def _matched(old: list[Json], new: list[Json]) -> list[tuple[int, int, int, int]]:
    """Stretches of both lists that belong together."""
    if len(old) == len(new):
        return [(0, len(old), 0, len(new))]
    blocks = blocks_between([_signature(item) for item in old], [_signature(item) for item in new])
    return [(block.start, block.end, block.from_, block.to) for block in blocks]


def _signature(item: Json) -> str:
    """What an item is known by: a step by its name."""
    return next(iter(item)) if isinstance(item, dict) and len(item) == 1 else repr(item)


def _keeps_brackets(sheet: Sheet, node: Node, new: Json) -> bool:
    if sheet.layout.is_json:
        return True
    is_alike = isinstance(new, dict) if node.kind is Kind.MAPPING else isinstance(new, list)
    return bool(node.flow and node.children and new and is_alike)


def _begin(node: Node) -> int:
    """Where the value begins: an anchor stays with what it names, a tag goes with the old value."""
    return node.inner if node.anchor and not node.tag and node.kind is not Kind.ALIAS else node.start


def _style(node: Node, new: Json) -> str:
    return node.style if isinstance(new, str) and node.kind is Kind.SCALAR else ""


def _write_in_brackets(sheet: Sheet, place: Place, new: Json) -> None:
    node, around = place.node, place.around
    column = None
    if sheet.layout.is_json and (around is None or children.in_own_lines(sheet, around)):
        column = sheet.layout.column(place.child.at)
    style = "" if node.style in BLOCK_STYLES else _style(node, new)
    text = writing.in_brackets(new, sheet.manner, style=style, column=column).replace("\n", sheet.layout.newline)
    if node.start < node.end:
        sheet.splice(_begin(node), node.end, text)
    elif place.child.behind is not None:
        sheet.insert(place.child.behind, f" {text}")
    elif place.child.key is not None:
        sheet.insert(place.child.key.end, f": {text}")
    else:
        sheet.insert(node.start, text)


def _write_lines(sheet: Sheet, place: Place, around: Node, new: Json) -> None:
    node, layout, child = place.node, sheet.layout, place.child
    written = writing.in_lines(new, sheet.manner, item=around.kind is Kind.LIST, style=_style(node, new))
    if isinstance(new, str) and written.below and layout.tail(around, place.index) > layout.finish(node.end):
        # The comments below would become lines of the text.
        written = writing.in_lines(new, sheet.manner, item=around.kind is Kind.LIST, style='"')
    below = sheet.lines(list(written.below), layout.column(child.at))
    head = f" {written.head}" if written.head else ""
    behind = _behind(child)
    line = layout.finish(behind)
    if node.is_block:
        _write_over_lines(sheet, place, around, head, below)
    elif node.style in BLOCK_STYLES:
        sheet.splice(behind, node.end, f"{head}{below}")
    elif node.start > line and not (head and not below):
        sheet.insert(behind, head)
        sheet.splice(line, layout.finish(node.end), below)
    elif node.start > line:
        sheet.splice(_begin(node), node.end, written.head)
    else:
        begin = _begin(node) if head and node.end > behind else behind
        sheet.splice(begin, max(node.end, behind), written.head if begin > behind else head)
        sheet.insert(layout.finish(max(node.end, behind)), below)


def _write_over_lines(sheet: Sheet, place: Place, around: Node, head: str, below: str) -> None:
    behind, end = _behind(place.child), sheet.layout.tail(around, place.index)
    line = sheet.layout.finish(behind)
    if place.node.children[0].at <= line:
        sheet.splice(behind, end, f"{head}{below}")
    else:
        sheet.insert(behind, head)
        sheet.splice(line, end, below)


def _behind(child: Child) -> int:
    behind = child.behind if child.behind is not None else child.value.start
    return max(behind, _begin(child.value)) if child.value.inner > child.value.start else behind


def fill(sheet: Sheet, place: Place, lines: list[str], *, deeper: int) -> None:
    """Write lines below a key or dash whose value is empty."""
    behind, end, layout = _behind(place.child), place.node.end, sheet.layout
    column = layout.column(place.child.at) + (deeper or (0 if place.child.key else 2))
    if end > behind:
        sheet.splice(behind, end, "")
    sheet.insert(layout.finish(max(end, behind)), sheet.lines(lines, column))
