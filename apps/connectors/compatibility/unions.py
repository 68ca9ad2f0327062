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
from apps.connectors.compatibility.shapes import constants, is_null, offered_types, without_null

KINDS = {"oneOf": "one-of", "anyOf": "any-of", "allOf": "all-of"}


@dataclass(frozen=True, slots=True)
class Members:
    """``pairs``: (label, old, new) of those that stay; ``removed`` and ``added``: (label, schema)."""

    pairs: list[tuple[str, Json, Json]]
    removed: list[tuple[str, Json]]
    added: list[tuple[str, Json]]


def members(old: Reader, old_nodes: Json, new: Reader, new_nodes: Json) -> Members:
    """Match two lists: by reference, by meaning, by title, by type, and at last the one that is left on both sides."""
    before, now = _numbered(old_nodes), _numbered(new_nodes)
    pairs: list[tuple[str, Json, Json]] = []

    def same(one: Json, other: Json) -> bool:
        return is_same(old, one, new, other)

    for test in (same, _same_title, _same_kind):
        for position, one in list(before):
            found = next(((index, other) for index, other in now if test(one, other)), None)
            if found:
                before.remove((position, one))
                now.remove(found)
                pairs.append((label(found[1], found[0]), one, found[1]))
    if len(before) == len(now) == 1 and _is_one_changed(before[0][1], now[0][1]):
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


def level_out(old: Reader, old_node: Object, new: Reader, new_node: Object) -> tuple[Object, Object]:
    """Return both schemas in one style: where only one is made of parts (``allOf``), these are written into it."""
    if _has_parts(old, old_node) and "allOf" not in new_node:
        return old.flat(old_node), new_node
    if _has_parts(new, new_node) and "allOf" not in old_node:
        return old_node, new.flat(new_node)
    return old_node, new_node


def align(old: Object, new: Object) -> tuple[Object, Object]:
    """Return both schemas with their alternatives under one keyword: ``oneOf`` is only a stricter ``anyOf``."""
    for keyword, other in (("oneOf", "anyOf"), ("anyOf", "oneOf")):
        if keyword in old and other in new and other not in old and keyword not in new:
            return old, {keyword: new[other], **{key: value for key, value in new.items() if key != other}}
    return old, new


def replacement(old: Object, new: Object) -> str | None:
    """What to call it when one side has alternatives instead of what the other side says itself."""
    for keyword in ("oneOf", "anyOf"):
        if bool(old.get(keyword)) == bool(new.get(keyword)):
            continue
        having, other = (new, old) if new.get(keyword) else (old, new)
        if constants(having) is None and "properties" not in having and meaning(other):
            return f"{KINDS[keyword]}-{'restricted' if having is new else 'lifted'}"
    return None


def _has_parts(reader: Reader, node: Object) -> bool:
    return any(not is_annotation_only(reader, part) for part in as_list(node.get("allOf")))


def wrapper(old: Reader, old_node: Json, new: Reader, new_node: Json) -> str | None:
    """The keyword of ``new_node`` that offers ``old_node`` beside others, where the old side offers nothing."""
    node = as_object(new_node)
    for keyword in ("oneOf", "anyOf"):
        given = [each for _, each in _numbered(node.get(keyword))]
        if len(given) < 2 or keyword in as_object(old_node) or offered_types(new, node):
            continue
        if any(is_same(old, old_node, new, each) for each in given) and meaning(old.object(old_node)):
            return keyword
    return None


def others(old: Reader, old_node: Json, new: Reader, new_node: Json, keyword: str) -> Iterator[str]:
    """Yield the labels of the members of ``new_node`` that are not ``old_node``."""
    for index, each in _numbered(as_object(new_node).get(keyword)):
        if not is_same(old, old_node, new, each):
            yield label(each, index)


def _numbered(nodes: Json) -> list[tuple[int, Json]]:
    """The members with their positions; that null is one of them is told as such."""
    return [(index, node) for index, node in enumerate(as_list(nodes)) if not is_null(node)]


def _both_inline(one: Json, other: Json) -> bool:
    return isinstance(one, dict) and isinstance(other, dict) and not is_reference(one) and not is_reference(other)


def _same_title(one: Json, other: Json) -> bool:
    return _both_inline(one, other) and bool(_title(one)) and _title(one) == _title(other)


def _same_kind(one: Json, other: Json) -> bool:
    return _both_inline(one, other) and one.get("type") in ("object", "array") and one["type"] == other.get("type")


def _is_one_changed(one: Json, other: Json) -> bool:
    """True if two members that found no other are one that changed; two constants are two."""
    if not _both_inline(one, other) or ("const" in one and "const" in other):
        return False
    return bool(one.get("type") == other.get("type"))


def _title(node: Json) -> str:
    return text(as_object(node).get("title"))
