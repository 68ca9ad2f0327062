"""Edits of steps: tasks that stand in lists, each under a name of its own."""

from __future__ import annotations

from ..document import Definition
from ..linting.flow import DIRECTIVES, targets
from ..shapes import Json, escaped, mapping, sequence
from . import values
from .checking import Edit, edited
from .children import lines_of_item
from .errors import CannotEdit
from .moving import has_comments, into_list, lines_of, move
from .nodes import existing, key_edit, put, remove, renamed, take
from .pointers import Parts, at, inserted, known, replaced, split, without
from .sheet import Sheet

UNUSABLE = "Two steps share one item of the list here. Give each an item of its own, in the source."


def insert_step(definition: Definition, tasks: str, index: int, name: str, body: Json) -> str:
    """The text with a new step before the one at `index` of a task list, which is made where it is missing."""
    parts = split(tasks)
    index = _place(definition, parts, index)
    check_name(definition, parts, name)
    item = {name: body}

    def edit(sheet: Sheet) -> None:
        into_list(sheet, parts, index, item, lines_of_item(sheet, item))

    return edited(definition, _with(definition.document, parts, index, item), edit, around=parts)


def replace_step(definition: Definition, pointer: str, body: Json) -> str:
    """The text with another body for a step; only the parts that differ are written."""
    step(definition, pointer)
    return put(definition, pointer, body)


def rename_step(definition: Definition, pointer: str, name: str) -> str:
    """The text with another name for a step; every `then` of its list that led to it follows."""
    parts = step(definition, pointer)
    tasks, old = parts[:-2], parts[-1]
    if name == old:
        return definition.text
    check_name(definition, tasks, name)
    leading = _leading(definition, tasks, old)
    intended = definition.document
    for then in leading:
        intended = replaced(intended, then, name)
    intended = renamed(intended, parts, name)

    def edit(sheet: Sheet) -> None:
        key_edit(parts, name)(sheet)
        for then in leading:
            values.change(sheet, sheet.find(then), old, name)

    return edited(definition, intended, edit, around=tasks)


def move_step(definition: Definition, pointer: str, tasks: str, index: int) -> str:
    """The text with a step, as it is written, in another place; `index` counts without the step."""
    parts, target = step(definition, pointer), split(tasks)
    item, source = at(definition.document, parts[:-1]), parts[:-2]
    if len(item) != 1:
        raise CannotEdit(UNUSABLE)
    if target[: len(parts)] == parts:
        raise CannotEdit(f"“{parts[-1]}” cannot be moved into itself.")
    if target == source:
        return _move_within(definition, parts, index)
    index = _place(definition, target, index)
    check_name(definition, target, parts[-1])
    intended = without(_with(definition.document, target, index, item), _later(parts[:-1], target, index))

    def edit(sheet: Sheet) -> None:
        place = sheet.find(parts[:-1])
        into_list(sheet, target, index, item, lines_of(sheet, place), comments=has_comments(sheet, place))
        take(sheet, parts[:-1])

    return edited(definition, intended, edit, around=parts[:-2])


def duplicate_step(definition: Definition, pointer: str) -> str:
    """The text with a copy of a step behind it, under a free name."""
    parts = step(definition, pointer)
    tasks, place, old = parts[:-2], parts[:-1], parts[-1]
    body = at(definition.document, parts)
    if len(at(definition.document, place)) != 1:
        raise CannotEdit(UNUSABLE)
    name, index = free_name(definition, _pointer(tasks), old), int(parts[-2]) + 1
    item = {name: body}

    def as_written(sheet: Sheet) -> None:
        into_list(sheet, tasks, index, item, lines_of(sheet, sheet.find(place), name=name))

    def anew(sheet: Sheet) -> None:
        into_list(sheet, tasks, index, item, lines_of_item(sheet, item))

    has_names = Sheet(definition).has_anchors(place)
    intended = inserted(definition.document, tasks, index, item)
    return edited(definition, intended, anew if has_names else as_written, around=tasks)


def delete_step(definition: Definition, pointer: str) -> str:
    """The text without a step and its comments; its list stays, if only as []. Refused where a `then` leads to it."""
    parts = step(definition, pointer)
    tasks, name = parts[:-2], parts[-1]
    leading = [then for then in _leading(definition, tasks, name) if then[: len(parts)] != parts]
    if leading:
        others = ", ".join(dict.fromkeys(f"“{then[len(tasks) + 1]}”" for then in leading))
        raise CannotEdit(f"“then” of {others} leads to “{name}”. Let it lead elsewhere first.")
    if len(at(definition.document, parts[:-1])) > 1:
        return remove(definition, pointer)
    edit: Edit = lambda sheet: take(sheet, parts[:-1])  # noqa: E731
    return edited(definition, without(definition.document, parts[:-1]), edit, around=tasks)


def free_name(definition: Definition, tasks: str, wish: str) -> str:
    """The wish, or the wish with the first number that makes it free in the task list."""
    taken = {*_names(definition, split(tasks)), *DIRECTIVES}
    wish = wish or "step"
    if wish not in taken:
        return wish
    stem = wish.rstrip("0123456789") or wish
    return next(name for number in range(2, len(taken) + 3) if (name := f"{stem}{number}") not in taken)


def step(definition: Definition, pointer: str) -> Parts:
    """The parts of the pointer of a step that exists; raises CannotEdit."""
    parts = existing(definition, pointer)
    if len(parts) < 3 or not isinstance(at(definition.document, parts[:-2]), list):
        raise CannotEdit("This is no step. Open the page anew.")
    return parts


def check_name(definition: Definition, tasks: Parts, name: str) -> None:
    """Raise CannotEdit for a name that no further step of the list can have."""
    if not name.strip():
        raise CannotEdit("A step needs a name.")
    if name in DIRECTIVES:
        raise CannotEdit(f"“{name}” has a meaning of its own in “then”, so no step can be called so.")
    if name in _names(definition, tasks):
        raise CannotEdit(f"Another step of this list is called “{name}”, too. Choose another name.")


def _names(definition: Definition, tasks: Parts) -> list[str]:
    have = known(definition.document, tasks)
    items = at(definition.document, have) if have == tasks else []
    return [name for item in sequence(items) for name in mapping(item)]


def _place(definition: Definition, tasks: Parts, index: int) -> int:
    have = known(definition.document, tasks)
    there = at(definition.document, have)
    if have != tasks:
        if not isinstance(there, dict) and there is not None:
            raise CannotEdit("There is no such list of steps. Open the page anew.")
        return 0
    if not isinstance(there, list) and there is not None:
        raise CannotEdit("There is no list of steps here. Open the page anew.")
    return max(0, min(index, len(there or [])))


def _with(document: Json, tasks: Parts, index: int, item: Json) -> Json:
    have = known(document, tasks)
    if have == tasks and at(document, tasks):
        return inserted(document, tasks, index, item)
    return replaced(document, tasks, [item])


def _later(parts: Parts, tasks: Parts, index: int) -> Parts:
    """Where a node stands after an item came to a list before it or around it."""
    depth = len(tasks)
    if parts[:depth] == tasks and int(parts[depth]) >= index:
        return (*tasks, str(int(parts[depth]) + 1), *parts[depth + 1 :])
    return parts


def _move_within(definition: Definition, parts: Parts, index: int) -> str:
    tasks, old = parts[:-2], int(parts[-2])
    items = at(definition.document, tasks)
    index = max(0, min(index, len(items) - 1))
    if index == old:
        return definition.text
    others = [*items[:old], *items[old + 1 :]]
    intended = replaced(definition.document, tasks, [*others[:index], items[old], *others[index:]])
    edit: Edit = lambda sheet: move(sheet, sheet.find(parts[:-1]), sheet.find(tasks), index)  # noqa: E731
    return edited(definition, intended, edit, around=tasks)


def _leading(definition: Definition, tasks: Parts, name: str) -> list[Parts]:
    """Every `then` of a task list that leads to a step."""
    items = enumerate(sequence(at(definition.document, tasks)))
    bodies = [
        (_pointer((*tasks, str(index), each)), body) for index, item in items for each, body in mapping(item).items()
    ]
    found = [path for at_step, body in bodies for path, value in targets(at_step, mapping(body)) if value == name]
    return [split(path) for path in found]


def _pointer(parts: Parts) -> str:
    return "".join(f"/{escaped(part)}" for part in parts)
