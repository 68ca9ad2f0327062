"""Compares the members of ``oneOf``, ``anyOf`` and ``allOf``: which stay, which are gone, which are new."""

from collections.abc import Iterator
from dataclasses import dataclass

from apps.connectors.compatibility.reader import (
    Json,
    Object,
    Reader,
    as_list,
    as_object,
    is_annotation,
    is_reference,
    is_same,
    label,
    meaning,
    text,
)
from apps.connectors.compatibility.shapes import offered_types, without_null

KINDS = {"oneOf": "one-of", "anyOf": "any-of", "allOf": "all-of"}


@dataclass(frozen=True, slots=True)
class Members:
    """``pairs``: (label, old, new) of those that stay; ``removed`` and ``added``: (label, schema)."""

    pairs: list[tuple[str, Json, Json]]
    removed: list[tuple[str, Json]]
    added: list[tuple[str, Json]]


def members(old: Reader, old_nodes: Json, new: Reader, new_nodes: Json) -> Members:
    """Match two lists: by reference, by meaning, by title, by type, and at last the one that is left on both sides."""
    before, now = list(enumerate(as_list(old_nodes))), list(enumerate(as_list(new_nodes)))
    pairs: list[tuple[str, Json, Json]] = []
    for test in (
        lambda one, other: is_same(old, one, new, other),
        lambda one, other: _both_inline(one, other) and bool(_title(one)) and _title(one) == _title(other),
        lambda one, other: (
            _both_inline(one, other)
            and as_object(one).get("type") in ("object", "array")
            and as_object(one).get("type") == as_object(other).get("type")
        ),
    ):
        for position, one in list(before):
            found = next(((index, other) for index, other in now if test(one, other)), None)
            if found:
                before.remove((position, one))
                now.remove(found)
                pairs.append((label(found[1], found[0]), one, found[1]))
    if len(before) == len(now) == 1 and _both_inline(before[0][1], now[0][1]) and _same_type(before[0][1], now[0][1]):
        (position, other), (_, one) = now.pop(), before.pop()
        pairs.append((label(other, position), one, other))
    removed, added = ([(label(node, index), node) for index, node in rest] for rest in (before, now))
    return Members(pairs, removed, added)


def is_annotation_only(reader: Reader, node: Json) -> bool:
    """True if the schema constrains nothing."""
    return not meaning(reader.object(node))


def unwrapped(node: Object, other: Object) -> tuple[Json, bool]:
    """The one schema inside a wrapper that ``other`` does not have: ``allOf: [X]``, ``anyOf: [X, null]``.

    Returns the schema and whether the wrapper lets it be null.
    """
    inner, nullable = without_null(node)
    if inner is not node:
        return inner, nullable
    alone = as_list(node.get("allOf"))
    rest = [key for key in node if key not in ("allOf", "nullable") and not is_annotation(key)]
    if len(alone) == 1 and not rest and "allOf" not in other:
        return alone[0], node.get("nullable") is True
    return node, False


def wrapper(old: Reader, old_node: Json, new: Reader, new_node: Json) -> str | None:
    """The keyword of ``new_node`` that offers ``old_node`` beside others, where the old side offers nothing."""
    node = as_object(new_node)
    for keyword in ("oneOf", "anyOf"):
        given = as_list(node.get(keyword))
        if len(given) < 2 or keyword in as_object(old_node) or offered_types(new, node):
            continue
        if any(is_same(old, old_node, new, each) for each in given) and meaning(old.object(old_node)):
            return keyword
    return None


def others(old: Reader, old_node: Json, new: Reader, new_node: Json, keyword: str) -> Iterator[str]:
    """Yield the labels of the members of ``new_node`` that are not ``old_node``."""
    for index, each in enumerate(as_list(as_object(new_node).get(keyword))):
        if not is_same(old, old_node, new, each):
            yield label(each, index)


def _both_inline(one: Json, other: Json) -> bool:
    return isinstance(one, dict) and isinstance(other, dict) and not is_reference(one) and not is_reference(other)


def _same_type(one: Json, other: Json) -> bool:
    return bool(as_object(one).get("type") == as_object(other).get("type"))


def _title(node: Json) -> str:
    return text(as_object(node).get("title"))
