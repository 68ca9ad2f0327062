"""Members and items go elsewhere as they are written, with their comments."""

from __future__ import annotations

from ..shapes import Json
from . import children, values, writing
from .errors import CannotEdit
from .pointers import Parts, at, known
from .sheet import Place, Sheet


def move(sheet: Sheet, source: Place, target: Place, index: int) -> None:
    """Bring a child to another place of its own object or list; `index` counts without it."""
    sheet.refuse_alias(target.node)
    before = index if index <= source.index else index + 1
    lines = lines_of(sheet, source)
    if target.node.flow:
        children.insert_in_brackets(sheet, target.node, before, _in_place(sheet, target, lines))
    else:
        children.insert_lines(sheet, target.node, before, lines)
    children.cut(sheet, target, source.index, source.index)


def into_list(sheet: Sheet, tasks: Parts, index: int, item: Json, lines: list[str], *, comments: bool = False) -> None:
    """Bring an item, in lines of its own, to a list, which is made where it is missing."""
    have = known(sheet.document, tasks)
    target, there = sheet.find(have), at(sheet.document, have)
    sheet.refuse_alias(target.node)
    is_in_lines = not target.node.flow or not there
    if is_in_lines and not sheet.layout.is_json and not (target.around and target.around.flow):
        _lines_into_list(sheet, target, index, tasks[len(have) :], lines)
        return
    if comments:
        raise CannotEdit("This step has comments, and the list is written in brackets. Move it in the source.")
    _value_into_list(sheet, target, index, tasks[len(have) :], item, lines)


def has_comments(sheet: Sheet, source: Place) -> bool:
    layout, node = sheet.layout, source.around
    if node is None or node.flow:
        return layout.has_comments(source.node)
    return layout.has_comments(source.node, layout.head(node, source.index), layout.tail(node, source.index))


def lines_of(sheet: Sheet, source: Place, *, name: str = "") -> list[str]:
    """The lines of a child as they stand, from its comments on, as if they began in the first column.

    Where a `name` is given, the first key inside the child is called so.
    """
    layout, node, start = sheet.layout, source.around, source.child.at
    begin, end = start, max(source.node.end, source.child.behind or 0)
    if node is not None and not node.flow:
        begin, end = layout.head(node, source.index), layout.tail(node, source.index)
    first, *rest = [line.rstrip("\r") for line in _renamed(sheet, source, begin, end, name).split("\n")]
    if node is not None and node.flow:
        return [first, *writing.shifted(rest, -_indentation(sheet, start))]
    column = layout.column(start)
    return [first[column:] if layout.is_first(start) else first, *writing.shifted(rest, -column)]


def _renamed(sheet: Sheet, source: Place, start: int, end: int, name: str) -> str:
    key = source.node.children[0].key if name else None
    if key is None:
        return sheet.text[start:end]
    called = writing.key(name, sheet.manner, style=key.style)
    return sheet.text[start : key.inner] + called + sheet.text[key.end : end]


def _in_place(sheet: Sheet, target: Place, lines: list[str]) -> str:
    indentation = _indentation(sheet, target.node.children[0].at)
    return sheet.layout.newline.join([lines[0], *writing.shifted(lines[1:], indentation)])


def _indentation(sheet: Sheet, at: int) -> int:
    line = sheet.text[sheet.layout.begin(at) : sheet.layout.finish(at)]
    return len(line) - len(line.lstrip(" "))


def _lines_into_list(sheet: Sheet, target: Place, index: int, missing: Parts, lines: list[str]) -> None:
    if not lines[0].startswith(("-", "#")):
        lines = ["- " + lines[0], *writing.shifted(lines[1:], 2)]
    for number, name in enumerate(reversed(missing)):
        deeper = sheet.manner.indent if number else sheet.manner.list_indent
        lines = [f"{writing.key(name, sheet.manner)}:", *writing.shifted(lines, deeper)]
    if target.node.children:
        children.insert_lines(sheet, target.node, len(target.node.children) if missing else index, lines)
    else:
        values.fill(sheet, target, lines, deeper=sheet.manner.indent if missing else sheet.manner.list_indent)


def _value_into_list(sheet: Sheet, target: Place, index: int, missing: Parts, item: Json, lines: list[str]) -> None:
    value = [item] if missing else item
    for name in reversed(missing[1:]):
        value = {name: value}
    if not target.node.children:
        values.write(sheet, target, {missing[0]: value} if missing else [item])
    elif missing:
        children.insert(sheet, target, len(target.node.children), value, name=missing[0])
    elif lines[0].startswith("-"):
        children.insert(sheet, target, index, item)
    else:
        children.insert_in_brackets(sheet, target.node, index, _in_place(sheet, target, lines))
