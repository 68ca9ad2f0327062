"""JSON pointers, and documents as they shall be: every function leaves what it was given as it is."""

from __future__ import annotations

from ..shapes import Json, index_of, unescaped
from .errors import CannotEdit

type Parts = tuple[str, ...]


def split(pointer: str) -> Parts:
    """The keys and places of a JSON pointer (RFC 6901)."""
    if pointer and not pointer.startswith("/"):
        raise CannotEdit(f"“{pointer}” is no place in a definition: a place begins with “/”.")
    return tuple(unescaped(part) for part in pointer.split("/")[1:])


def place(items: list[Json], part: str) -> int | None:
    """The place in a list that a part of a pointer names, or None if there is none."""
    index = index_of(part)
    return index if index is not None and index < len(items) else None


def below(value: Json, part: str) -> Json:
    """The member or item; raises KeyError where there is none."""
    if isinstance(value, dict):
        return value[part]
    if isinstance(value, list) and (index := place(value, part)) is not None:
        return value[index]
    raise KeyError(part)


def at(value: Json, parts: Parts) -> Json:
    """The value at a place; raises KeyError where there is none."""
    for part in parts:
        value = below(value, part)
    return value


def known(document: Json, parts: Parts) -> Parts:
    """As much of the pointer as exists."""
    for count, part in enumerate(parts):
        try:
            document = below(document, part)
        except KeyError:
            return parts[:count]
    return parts


def replaced(document: Json, parts: Parts, value: Json) -> Json:
    """The document with another value at a place; a new key comes last."""
    if not parts:
        return value
    part, *rest = parts
    if isinstance(document, list):
        index = len(document) if part in ("-", str(len(document))) else int(part)
        old = document[index] if index < len(document) else {}
        return [*document[:index], replaced(old, tuple(rest), value), *document[index + 1 :]]
    return (
        {**document, part: replaced(document.get(part), tuple(rest), value)}
        if document
        else {part: replaced(None, tuple(rest), value)}
    )


def inserted(document: Json, parts: Parts, index: int, item: Json) -> Json:
    """The document with one item more in the list at a place."""
    items = at(document, parts)
    return replaced(document, parts, [*items[:index], item, *items[index:]])


def without(document: Json, parts: Parts) -> Json:
    """The document without a member or item."""
    around, part = at(document, parts[:-1]), parts[-1]
    if isinstance(around, list):
        index = int(part)
        return replaced(document, parts[:-1], [*around[:index], *around[index + 1 :]])
    return replaced(document, parts[:-1], {key: value for key, value in around.items() if key != part})
