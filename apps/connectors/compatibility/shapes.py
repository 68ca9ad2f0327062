"""Which types a schema allows, whether OpenAPI 3.0 or 3.1 says it, and whether null is one of them."""

from collections.abc import Iterable
from dataclasses import dataclass

from apps.connectors.compatibility.reader import (
    DEEPEST_PARTS,
    Json,
    Object,
    Reader,
    as_list,
    as_object,
    is_annotation,
    meaning,
    names,
    text,
)

SCALARS = frozenset(("string", "number", "integer", "boolean"))
TEXT, ARRAY, OBJECT = "string", "array", "object"
WIDER_NUMBERS = {("number", "integer")}
WIDER_FORMATS = {("int64", "int32"), ("bigint", "int32"), ("bigint", "int64"), ("double", "float")}
# What a number is anyway where nothing is said.
USUAL_FORMATS = frozenset(("int64", "double", "bigint"))
IMPLIED = {
    "properties": OBJECT,
    "additionalProperties": OBJECT,
    "required": OBJECT,
    "items": ARRAY,
    "minLength": TEXT,
    "maxLength": TEXT,
    "pattern": TEXT,
}

# (type, format) each; none for any type.
type Types = frozenset[tuple[str, str]] | None


@dataclass(frozen=True, slots=True)
class Shape:
    """``listed``: the schema offers several types by name.

    ``items`` are the types of an array's items, ``bound_items`` tells that they are constrained further.
    """

    types: Types
    listed: bool = False
    items: Types = None
    bound_items: bool = False

    @property
    def words(self) -> str:
        """For a sentence: "string (date-time) or integer"."""
        if self.types is None:
            return "any type"
        return " or ".join(f"{kind} ({form})" if form else kind for kind, form in sorted(self.types)) or "no type"


def shape(reader: Reader, node: Object) -> Shape:
    """The types that ``node``, whose references are followed, allows beside null."""
    offered = offered_types(reader, node)
    if offered is not None:
        return Shape(offered, listed=True)
    types = [kind for kind in _stated(node) if kind != "null"]
    if not types:
        return Shape(_below(reader, node, DEEPEST_PARTS))
    items = reader.object(node.get("items"))
    form = text(node.get("format"))
    inner = [kind for kind in _stated(items) if kind != "null"]
    return Shape(
        frozenset((kind, form) for kind in types),
        listed=len(types) > 1,
        items=frozenset((kind, text(items.get("format"))) for kind in inner) or None,
        bound_items=bool(meaning(items).keys() - {"type", "format"}),
    )


def is_nullable(node: Object) -> bool:
    """True if the schema itself says that null is allowed."""
    return node.get("nullable") is True or "null" in as_list(node.get("type"))


def without_null(node: Object) -> tuple[Json, bool]:
    """``anyOf: [X, null]`` is X that may be null. Returns the schema (which may be a reference) and the flag."""
    for key in ("anyOf", "oneOf"):
        members = as_list(node.get(key))
        rest = [member for member in members if not is_null(member)]
        if len(members) == len(rest) or not rest:
            continue
        others = {name: value for name, value in node.items() if name != key}
        if len(rest) == 1 and all(is_annotation(name) for name in others):
            return rest[0], True
    return node, False


def has_null_member(node: Object) -> bool:
    return any(is_null(member) for key in ("anyOf", "oneOf") for member in as_list(node.get(key)))


def constants(node: Object) -> list[Json] | None:
    """The values that a schema is limited to, by ``enum`` or by alternatives that are one constant each."""
    if isinstance(node.get("enum"), list):
        return as_list(node["enum"])
    for key in ("oneOf", "anyOf"):
        members = [as_object(each) for each in as_list(node.get(key)) if not is_null(each)]
        if members and all("const" in each for each in members):
            return [each["const"] for each in members]
    return None


def accepts(wide: Shape, narrow: Shape, *, as_text: bool = False) -> bool:
    """True if every value of the types ``narrow`` has one of the types ``wide``.

    ``as_text``: values travel as text, so a text takes in every scalar.
    """
    if wide.types is None or narrow.types is None:
        return wide.types is None
    return all(any(_takes(each, one, as_text=as_text) for each in wide.types) for one in narrow.types)


def takes_in_array(wide: Shape, narrow: Shape) -> bool:
    """True if ``wide`` is an array written as repeated values (``?a=1&a=2``) that one value of ``narrow`` fits."""
    if wide.types is None or narrow.types is None or {kind for kind, _ in wide.types} != {ARRAY} or wide.bound_items:
        return False
    return accepts(Shape(wide.items), narrow, as_text=True)


def _takes(wide: tuple[str, str], narrow: tuple[str, str], *, as_text: bool) -> bool:
    (kind, form), (other, other_form) = wide, narrow
    if as_text and kind == TEXT and other in SCALARS and not form:
        return True
    same_kind = kind == other or (kind, other) in WIDER_NUMBERS
    if kind in ("number", "integer") and form in USUAL_FORMATS and not other_form:
        return same_kind
    return same_kind and (not form or form == other_form or (form, other_form) in WIDER_FORMATS)


def offered_types(reader: Reader, node: Object) -> Types:
    """The types of a ``oneOf`` or ``anyOf`` that offers bare types and nothing else."""
    members = [each for key in ("oneOf", "anyOf") for each in as_list(node.get(key)) if not is_null(each)]
    bare = [meaning(reader.object(member)) for member in members]
    if not bare or any("type" not in each or each.keys() - {"type", "format", "nullable"} for each in bare):
        return None
    kinds = ((kind, text(each.get("format"))) for each in bare for kind in _stated(each))
    return frozenset(each for each in kinds if each[0] != "null")


def _stated(node: Object) -> list[str]:
    stated = node.get("type")
    return [stated] if isinstance(stated, str) else names(stated)


def _derived(reader: Reader, node: Object, depth: int) -> Types:
    """The types of a schema that has no ``type``: what its alternatives or parts allow, or its keywords imply."""
    # Alternatives of alternatives meet again and again: each is asked once for each depth.
    key = id(node), depth
    if key not in reader.types:
        reader.types[key] = _stated_types(node) or (_below(reader, node, depth - 1) if depth else None)
    return reader.types[key]


def _below(reader: Reader, node: Object, depth: int) -> Types:
    for key in ("oneOf", "anyOf"):
        members = [reader.object(each) for each in as_list(node.get(key)) if not is_null(each)]
        offered = [_derived(reader, each, depth) for each in members]
        if offered and None not in offered:
            return frozenset().union(*(each for each in offered if each))
    parts = (_derived(reader, reader.object(each), depth) for each in as_list(node.get("allOf")))
    return _implied(node) or next((part for part in parts if part), None)


def _stated_types(node: Object) -> Types:
    return frozenset((kind, text(node.get("format"))) for kind in _stated(node) if kind != "null") or None


def _implied(node: Object) -> Types:
    """Many authors leave out ``type`` where other keywords tell it."""
    for key, kind in IMPLIED.items():
        if key in node:
            return frozenset(((kind, ""),))
    values = as_list(node.get("enum")) or ([node["const"]] if "const" in node else [])
    return _kinds(value for value in values if value is not None)


def _kinds(values: Iterable[Json]) -> Types:
    kinds = {bool: "boolean", int: "integer", float: "number", str: TEXT, list: ARRAY, dict: OBJECT}
    return frozenset((kinds[type(value)], "") for value in values if type(value) in kinds) or None


def is_null(member: Json) -> bool:
    """True for a schema that allows nothing but null."""
    member = as_object(member)
    return member.get("type") in ("null", ["null"]) or (member.get("enum") == [None]) or member.get("const", 0) is None
