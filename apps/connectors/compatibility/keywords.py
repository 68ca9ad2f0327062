"""Compares the keywords of two schemas that constrain a value by themselves. Names what changed, judges nothing."""

import json
from collections.abc import Iterator
from typing import Any

from apps.connectors.compatibility.reader import Json, Object, as_list, as_object, names, text
from apps.connectors.compatibility.shapes import constants

# kind, old value, new value
type Difference = tuple[str, Any, Any]

UPPER = {
    "maxLength": "max-length",
    "maxItems": "max-items",
    "maxProperties": "max-properties",
    "maxContains": "max-contains",
}
LOWER = {
    "minLength": "min-length",
    "minItems": "min-items",
    "minProperties": "min-properties",
    "minContains": "min-contains",
}
# A schema below the keyword that says more the moment it appears.
PRESENT = {
    "contains": "contains",
    "propertyNames": "property-names",
    "if": "if",
    "then": "then",
    "else": "else",
    "contentSchema": "content-schema",
    "unevaluatedItems": "unevaluated-items",
    "unevaluatedProperties": "unevaluated-properties",
}
# What both sides may hold but cannot be followed into: whichever way it changes, it may refuse or admit something.
OPAQUE = {"not": "not", "if": "if"}
ANY_TEXT = frozenset(("", ".*", "^.*$", "^.*", ".*$"))


def differences(old: Object, new: Object) -> Iterator[Difference]:
    """Yield what differs in the keywords of this level."""
    yield from _bounds(old, new)
    yield from _values(old, new)
    yield from _texts(old, new)
    yield from _presence(old, new)
    yield from _dependencies(old, new)
    yield from _additional(old, new)
    yield from _discriminator(as_object(old.get("discriminator")), as_object(new.get("discriminator")))


def is_same_value(old: Json, new: Json) -> bool:
    """JSON equality: true is not 1."""
    return _key(old) == _key(new)


def _key(value: Json) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def _bounds(old: Object, new: Object) -> Iterator[Difference]:
    for keyword, name in {**UPPER, **LOWER}.items():
        yield from _bound(name, _number(old, keyword), _number(new, keyword))
    for keyword, name in (("maximum", "max"), ("minimum", "min")):
        (low, low_out), (high, high_out) = _limit(old, keyword), _limit(new, keyword)
        yield from _bound(name, low, high)
        yield from _bound(f"exclusive-{name}", low_out, high_out)


def _bound(name: str, old: float | None, new: float | None) -> Iterator[Difference]:
    floor = 0 if name in LOWER.values() and "contains" not in name else None
    old, new = (None if value == floor else value for value in (old, new))
    if old == new:
        return
    if old is None or new is None:
        yield f"{name}-set" if old is None else f"{name}-unset", old, new
    else:
        yield f"{name}-increased" if new > old else f"{name}-decreased", old, new


def _limit(node: Object, keyword: str) -> tuple[float | None, float | None]:
    """The inclusive and the exclusive limit; OpenAPI 3.0 has a flag where 3.1 has a number."""
    value, other = _number(node, keyword), "exclusive" + keyword.capitalize()
    return (None, value) if node.get(other) is True else (value, _number(node, other))


def _number(node: Object, keyword: str) -> float | None:
    value = node.get(keyword)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _values(old: Object, new: Object) -> Iterator[Difference]:
    # A constant is an enumeration of one where the other side is an enumeration.
    before, now = (_enumerated(*pair) for pair in ((old, new), (new, old)))
    yield from _enum(before, now)
    if "const" not in old or "const" not in new:
        old, new = (_without_const(*pair) for pair in ((old, before), (new, now)))
    yield from _keyword("const", "const", old, new)
    yield from _keyword("default", "default-value", old, new)
    extensible, then = as_list(old.get("x-extensible-enum")), as_list(new.get("x-extensible-enum"))
    if "x-extensible-enum" in new:
        yield from _missing("x-extensible-enum-value-removed", extensible, then)
    if "x-extensible-enum" in old:
        yield from _swapped(_missing("x-extensible-enum-value-added", then, extensible))


def _keyword(keyword: str, name: str, old: Object, new: Object) -> Iterator[Difference]:
    if keyword in old and keyword in new:
        if not is_same_value(old[keyword], new[keyword]):
            yield f"{name}-changed", old[keyword], new[keyword]
    elif keyword in old or keyword in new:
        yield f"{name}-added" if keyword in new else f"{name}-removed", old.get(keyword), new.get(keyword)


def _enumerated(node: Object, other: Object) -> list[Json] | None:
    values = constants(node)
    is_alone = values is None and "const" in node and "const" not in other and constants(other) is not None
    return [node["const"]] if is_alone else values


def _without_const(node: Object, values: list[Json] | None) -> Object:
    """The schema without a constant that was told as a value."""
    if constants(node) is not None or values is None:
        return node
    return {key: value for key, value in node.items() if key != "const"}


def _enum(old: list[Json] | None, new: list[Json] | None) -> Iterator[Difference]:
    if old is not None and new is not None:
        yield from _missing("enum-value-removed", old, new)
        yield from _swapped(_missing("enum-value-added", new, old))
    elif new is not None:
        yield "became-enum", None, new
    elif old is not None:
        yield "enum-removed", old, None


def _swapped(differences: Iterator[Difference]) -> Iterator[Difference]:
    yield from ((kind, new, old) for kind, old, new in differences)


def _missing(kind: str, here: list[Json], there: list[Json]) -> Iterator[Difference]:
    known = {_key(value) for value in there}
    # Whether null is allowed is told once, by the type.
    yield from ((kind, value, None) for value in here if _key(value) not in known and value is not None)


def _texts(old: Object, new: Object) -> Iterator[Difference]:
    before, now = text(old.get("pattern")), text(new.get("pattern"))
    if before != now:
        yield _pattern_change(before, now), before, now
    for keyword, name in (("contentEncoding", "content-encoding"), ("contentMediaType", "content-media-type")):
        if text(old.get(keyword)) != text(new.get(keyword)):
            yield f"{name}-changed", text(old.get(keyword)) or None, text(new.get(keyword)) or None
    unique, multiple = (old.get("uniqueItems") is True, new.get("uniqueItems") is True), "multipleOf"
    if unique[0] != unique[1]:
        yield "unique-items-added" if unique[1] else "unique-items-removed", None, None
    if _number(old, multiple) != _number(new, multiple):
        yield "multiple-of-changed", old.get(multiple), new.get(multiple)


def _pattern_change(old: str, new: str) -> str:
    if not old:
        return "pattern-added"
    if not new:
        return "pattern-removed"
    return "pattern-generalized" if new in ANY_TEXT else "pattern-changed"


def _presence(old: Object, new: Object) -> Iterator[Difference]:
    for keyword, name in PRESENT.items():
        before, now = (node.get(keyword, True) is not True for node in (old, new))
        if before != now:
            yield f"{name}-added" if now else f"{name}-removed", None, None
    for keyword, name in OPAQUE.items():
        if old.get(keyword) == new.get(keyword) or (keyword in PRESENT and not (keyword in old and keyword in new)):
            continue
        yield f"{name}-changed", None, None
    for keyword, name in (("patternProperties", "pattern-property"), ("dependentSchemas", "dependent-schema")):
        patterns, then = as_object(old.get(keyword)), as_object(new.get(keyword))
        yield from ((f"{name}-added", None, key) for key in then if key not in patterns)
        yield from ((f"{name}-removed", key, None) for key in patterns if key not in then)
    before_items, now_items = len(as_list(old.get("prefixItems"))), len(as_list(new.get("prefixItems")))
    if before_items != now_items:
        yield "prefix-items-added" if now_items > before_items else "prefix-items-removed", before_items, now_items


def _dependencies(old: Object, new: Object) -> Iterator[Difference]:
    before, now = as_object(old.get("dependentRequired")), as_object(new.get("dependentRequired"))
    for key in {**before, **now}:
        if key in before and key in now:
            if set(names(before[key])) != set(names(now[key])):
                yield "dependent-required-changed", names(before[key]), names(now[key])
        else:
            yield "dependent-required-added" if key in now else "dependent-required-removed", key, key


def _additional(old: Object, new: Object) -> Iterator[Difference]:
    """Whether properties that the schema does not name are welcome, refused, or bound to a schema."""
    before, now = (_openness(node.get("additionalProperties", True)) for node in (old, new))
    if before == now:
        return
    if "refused" in (before, now):
        yield f"additional-properties-{'disallowed' if now == 'refused' else 'allowed'}", None, None
    else:
        yield f"additional-properties-{'restricted' if now == 'bound' else 'unrestricted'}", None, None


def _openness(value: Json) -> str:
    return "refused" if value is False else "bound" if isinstance(value, dict) and value else "welcome"


def _discriminator(old: Object, new: Object) -> Iterator[Difference]:
    if not old or not new:
        if old or new:
            told = "added" if new else "removed"
            yield f"discriminator-{told}", old.get("propertyName"), new.get("propertyName")
        return
    if old.get("propertyName") != new.get("propertyName"):
        yield "discriminator-property-name-changed", old.get("propertyName"), new.get("propertyName")
    before, now = as_object(old.get("mapping")), as_object(new.get("mapping"))
    yield from (("discriminator-mapping-added", None, key) for key in now if key not in before)
    yield from (("discriminator-mapping-deleted", key, None) for key in before if key not in now)
    for key in before.keys() & now.keys():
        if before[key] != now[key]:
            yield "discriminator-mapping-changed", before[key], now[key]
