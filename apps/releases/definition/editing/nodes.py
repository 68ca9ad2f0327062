"""Edits of any node by its JSON pointer."""

from __future__ import annotations

from collections.abc import Mapping

from ..document import Definition
from ..shapes import Json, same
from . import children, values, writing
from .checking import Edit, edited
from .errors import CannotEdit
from .moving import move
from .pointers import Parts, at, known, replaced, split, without
from .sheet import Sheet


def put(definition: Definition, pointer: str, value: Json) -> str:
    """The text with `value` at the pointer; only nodes that differ are written.

    Objects that are missing on the way are made; a list grows by the place behind its last item, or by "-".
    """
    parts = split(pointer)
    if not parts:
        raise CannotEdit("The whole definition can only be replaced in the source.")
    have = known(definition.document, parts)
    old = at(definition.document, have)
    if have == parts and same(old, value):
        return definition.text
    if have != parts:
        _refuse_growth(old, parts, len(have))
    intended = replaced(definition.document, parts, value)

    def edit(sheet: Sheet) -> None:
        if have == parts:
            values.change(sheet, sheet.find(parts), old, value)
        else:
            _add(sheet, have, parts[len(have) :], old, value)

    return edited(definition, intended, edit, around=parts[:-1] if have != parts else parts)


def put_all(definition: Definition, values_at: Mapping[str, Json]) -> str:
    """The text with other values at pointers of nodes that exist, none inside another: one edit, read once."""
    changes = [(existing(definition, pointer), value) for pointer, value in values_at.items()]
    intended: Json = definition.document
    for parts, value in changes:
        intended = replaced(intended, parts, value)

    def edit(sheet: Sheet) -> None:
        for parts, value in changes:
            values.change(sheet, sheet.find(parts), at(definition.document, parts), value)

    return edited(definition, intended, edit, around=())


def remove(definition: Definition, pointer: str) -> str:
    """The text without a member or item and its comments; objects and lists that become empty go, too (not /do)."""
    parts = existing(definition, pointer)
    while len(parts) > 1 and parts[:-1] != ("do",) and len(at(definition.document, parts[:-1])) == 1:
        parts = parts[:-1]
    return edited(definition, without(definition.document, parts), lambda sheet: take(sheet, parts), around=parts[:-1])


def rename_key(definition: Definition, pointer: str, name: str) -> str:
    """The text with another name for the member at the pointer, which keeps its place and its value."""
    parts = existing(definition, pointer)
    members = at(definition.document, parts[:-1])
    if not isinstance(members, dict):
        raise CannotEdit("Items of a list have no names.")
    if name == parts[-1]:
        return definition.text
    check_key(members, name)
    return edited(definition, renamed(definition.document, parts, name), key_edit(parts, name), around=parts[:-1])


def move_item(definition: Definition, pointer: str, index: int) -> str:
    """The text with an item of a list, or a member of an object, at another place among its siblings."""
    parts = existing(definition, pointer)
    siblings = at(definition.document, parts[:-1])
    index = max(0, min(index, len(siblings) - 1))
    keys = list(siblings) if isinstance(siblings, dict) else [str(number) for number in range(len(siblings))]
    order = [key for key in keys if key != parts[-1]]
    order.insert(index, parts[-1])
    if order == keys:
        return definition.text
    intended = replaced(definition.document, parts[:-1], _ordered(siblings, order))

    def edit(sheet: Sheet) -> None:
        move(sheet, sheet.find(parts), sheet.find(parts[:-1]), index)

    return edited(definition, intended, edit, around=parts[:-1])


def existing(definition: Definition, pointer: str) -> Parts:
    """The parts of a pointer to a node that exists; raises CannotEdit."""
    parts = split(pointer)
    if not parts or known(definition.document, parts) != parts:
        raise CannotEdit("This part is no longer there. Open the page anew.")
    return parts


def check_key(members: dict[str, Json], name: str) -> None:
    if not name:
        raise CannotEdit("A name is needed.")
    if name in members:
        raise CannotEdit(f"There is a “{name}” already. Choose another name.")


def take(sheet: Sheet, parts: Parts) -> None:
    """Take a node away; what held it stays, if only as empty brackets."""
    found, container = sheet.find(parts), sheet.find(parts[:-1])
    if len(container.node.children) == 1:
        children.empty(sheet, container)
    else:
        children.cut(sheet, container, found.index, found.index)


def renamed(document: Json, parts: Parts, name: str) -> Json:
    """The document with another name for a member."""
    members = at(document, parts[:-1])
    return replaced(document, parts[:-1], {name if key == parts[-1] else key: each for key, each in members.items()})


def key_edit(parts: Parts, name: str) -> Edit:
    def edit(sheet: Sheet) -> None:
        key = sheet.find(parts).child.key
        if key is not None:
            sheet.splice(key.inner, key.end, writing.key(name, sheet.manner, style=key.style))

    return edit


def _ordered(siblings: Json, order: list[str]) -> Json:
    if isinstance(siblings, dict):
        return {key: siblings[key] for key in order}
    return [siblings[int(key)] for key in order]


def _refuse_growth(old: Json, parts: Parts, have: int) -> None:
    part = parts[have]
    if isinstance(old, list) and part not in ("-", str(len(old))):
        raise CannotEdit(f"The list at “/{'/'.join(parts[:have])}” has no place {part}. Open the page anew.")
    if not isinstance(old, dict | list) and old is not None:
        raise CannotEdit(f"“{parts[have - 1]}” is a single value, so “{part}” cannot be added to it. Edit the source.")


def _add(sheet: Sheet, have: Parts, rest: Parts, old: Json, value: Json) -> None:
    for part in reversed(rest[1:]):
        value = {part: value}
    container = sheet.find(have)
    sheet.refuse_alias(container.node)
    if not old:
        values.write(sheet, container, [value] if isinstance(old, list) else {rest[0]: value})
    else:
        name = rest[0] if isinstance(old, dict) else ""
        children.insert(sheet, container, len(old), value, name=name)
