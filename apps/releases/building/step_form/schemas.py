"""What a connector operation takes, read from its OpenAPI document one level at a time: real schemas recurse."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import cache, partial
from typing import Any

from apps.connectors.openapi.problems import escaped
from apps.connectors.openapi.schemas import MOST_HOPS, ONLY_IN_ANSWERS, kind_at, located, look, notes_on
from apps.releases.building.step_form.modes import Mode
from apps.releases.building.step_form.shapes import ANYTHING, Kind, Shape
from apps.releases.definition.linting.operations import BODY, spellings
from apps.releases.definition.shapes import Json, mapping, sequence, text

type Operation = Mapping[str, Any]
# The whole document is read only where a schema asks for it.
type Documents = Callable[[], Json]

KINDS = {
    "string": Kind.TEXT,
    "integer": Kind.NUMBER,
    "number": Kind.NUMBER,
    "boolean": Kind.BOOLEAN,
    "array": Kind.LIST,
    "object": Kind.OBJECT,
}
CHOICES = ("oneOf", "anyOf")
MOST_MEMBERS = 300
LONGEST_TOLD = 300
LONG_TEXT = 200
FORMATS = {"date": "2026-01-31", "date-time": "2026-01-31T12:00:00Z", "email": "bea@example.com"}
FORMATS |= {"uri": "https://example.com/", "uuid": "00000000-0000-4000-8000-000000000000"}


def parameters_of(operation: Operation, given: Mapping[str, Json], documents: Documents) -> Mapping[str, Shape]:
    """What may stand below ``parameters``, by the spelling that the step uses; the required ones first."""
    spelled = spellings(operation)
    written = {spelled[key]: key for key in given if key in spelled}
    found: dict[str, Shape] = {}
    for parameter in operation.get("parameters", ()):
        place = (parameter["in"], parameter["name"])
        usual = place[1] if spelled.get(place[1]) == place else f"{place[0]}.{place[1]}"
        found[written.get(place, usual)] = _parameter(parameter, documents)
    if operation.get("body"):
        found[BODY] = _body(operation, documents)
    required = {key: shape for key, shape in found.items() if shape.required}
    return required | found


def _parameter(parameter: Mapping[str, Any], documents: Documents) -> Shape:
    schema = mapping(parameter.get("schema"))
    whole = partial(_with_schema, schema, documents)
    shape = schema_shape(whole, "/", own=schema if "$ref" not in schema else None)
    words = parameter.get("kind") or shape.type_words
    return replace(
        shape,
        title=parameter["name"],
        help=_told(parameter) or shape.help,
        required=parameter.get("required") is True,
        deprecated=parameter.get("deprecated") is True,
        type_words=f"{words}, in the {parameter['in']}",
        placeholder=_example(parameter) or shape.placeholder,
    )


def _with_schema(schema: dict[str, Json], documents: Documents) -> Json:
    """A document in which the schema of a parameter has a place of its own."""
    return {**mapping(documents() if _refers(schema) else {}), "": schema}


def _refers(schema: Json) -> bool:
    match schema:
        case dict():
            return "$ref" in schema or any(map(_refers, schema.values()))
        case list():
            return any(map(_refers, schema))
        case _:
            return False


def _body(operation: Operation, documents: Documents) -> Shape:
    at = operation.get("body_at") or ""
    shape = schema_shape(documents, at) if at else ANYTHING
    return replace(
        shape,
        title="Body",
        required=operation.get("body_required") is True,
        type_words=str(operation.get("content_type", "")),
        shown=True,
    )


def schema_shape(documents: Documents, at: str, *, own: dict[str, Any] | None = None) -> Shape:
    """The shape of the schema at a pointer of the document; members and items are read when they are asked for."""
    document: Json = {} if own is not None else documents()
    found = ("", own) if own is not None else _settled(document, at)
    if found is None:
        return ANYTHING
    place, schema = found
    if own is not None:
        # A schema without references stands for itself.
        documents, place, document = _only(own), "/", {"": own}
        place, schema = _settled(document, "/") or ("/", own)
    beside = look(document, at)
    return Shape(
        kind=_kind(document, place, schema),
        title=text(schema.get("title")),
        help=_told(mapping(beside)) or _told(schema),
        nullable=_nullable(document, at, schema),
        deprecated=schema.get("deprecated") is True,
        choices=_choices(schema),
        notes=tuple(note for note in notes_on(schema) if not note.startswith(("one of ", "default "))),
        type_words=kind_at(document, place),
        default=_default(schema),
        format=text(schema.get("format")),
        placeholder=FORMATS.get(text(schema.get("format")), ""),
        long=_is_long(schema),
        members=cache(partial(_members, documents, place)),
        item=cache(partial(_item, documents, place)),
    )


def _only(schema: dict[str, Any]) -> Documents:
    return lambda: {"": schema}


def _settled(document: Json, at: str) -> tuple[str, dict[str, Any]] | None:
    """The schema at a pointer behind its references, and behind a choice of it or nothing."""
    found = located(document, at)
    for _hop in range(MOST_HOPS):
        if found is None:
            return None
        place, schema = found
        real = [each for each in _choice_places(place, schema) if not _is_null(document, each)]
        alone = f"{place}/allOf/0" if len(sequence(schema.get("allOf"))) == 1 and "properties" not in schema else ""
        if len(real) != 1 and not alone:
            return found
        found = located(document, alone or real[0])
    return found


def _choice_places(at: str, schema: Mapping[str, Any]) -> list[str]:
    if "properties" in schema or "type" in schema:
        return []
    return [f"{at}/{key}/{index}" for key in CHOICES for index, _ in enumerate(sequence(schema.get(key)))]


def _is_null(document: Json, at: str) -> bool:
    found = located(document, at)
    return found is not None and found[1].get("type") == "null"


def _types(schema: Mapping[str, Any]) -> list[str]:
    given = schema.get("type")
    return [str(each) for each in (given if isinstance(given, list) else [given]) if each]


def _kind(document: Json, at: str, schema: Mapping[str, Any]) -> Kind:
    types = [each for each in _types(schema) if each != "null"]
    is_object = bool(schema.keys() & {"properties", "allOf"}) or _has_object_choices(document, at, schema)
    if types == ["object"] or (not types and is_object):
        has_members = next(_rows(document, at, set()), None) is not None
        return Kind.OBJECT if has_members else Kind.NAMES
    if not types and isinstance(schema.get("items"), dict):
        return Kind.LIST
    return KINDS.get(types[0], Kind.ANY) if len(types) == 1 else Kind.ANY


def _has_object_choices(document: Json, at: str, schema: Mapping[str, Any]) -> bool:
    found = [located(document, place) for place in _choice_places(at, schema)]
    return bool(found) and all(each and each[1].keys() & {"properties", "allOf"} for each in found)


def _nullable(document: Json, at: str, schema: Mapping[str, Any]) -> bool:
    if schema.get("nullable") is True or "null" in _types(schema):
        return True
    found = located(document, at)
    return found is not None and any(_is_null(document, each) for each in _choice_places(*found))


def _choices(schema: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    listed = sequence(schema.get("enum"))
    if all(isinstance(each, str) for each in listed):
        return tuple((each, each or "(empty)") for each in listed)
    if all(isinstance(each, int | float) and not isinstance(each, bool) for each in listed):
        return tuple((repr(each), repr(each)) for each in listed)
    return ()


def _default(schema: Mapping[str, Any]) -> str:
    value = schema.get("default")
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None or isinstance(value, dict | list) else str(value)


def _is_long(schema: Mapping[str, Any]) -> bool:
    most = schema.get("maxLength")
    return isinstance(most, int) and most > LONG_TEXT * 5


def _told(described: Mapping[str, Any]) -> str:
    told = " ".join(text(described.get("description")).split())
    return told if len(told) <= LONGEST_TOLD else f"{told[: LONGEST_TOLD - 1]}…"


def _example(parameter: Mapping[str, Any]) -> str:
    example = parameter.get("example")
    return str(example)[:80] if isinstance(example, str | int | float) and not isinstance(example, bool) else ""


def _members(documents: Documents, at: str) -> Mapping[str, Shape]:
    """The members of an object, the required ones first. Those that only answers have are left out."""
    document = documents()
    required: set[str] = set()
    found: dict[str, Shape] = {}
    for key, place in _rows(document, at, set(), required):
        if len(found) >= MOST_MEMBERS:
            break
        shape = schema_shape(documents, place)
        if ONLY_IN_ANSWERS not in shape.notes:
            found[key] = replace(shape, title=shape.title if shape.title else key)
    named = {key: replace(shape, required=key in required) for key, shape in found.items()}
    return {key: shape for key, shape in named.items() if shape.required} | named


def _rows(document: Json, at: str, seen: set[str], required: set[str] | None = None) -> Iterator[tuple[str, str]]:
    """Every property with its place: an object's own, those of all its parts, and those of its choices."""
    found = located(document, at)
    if found is None or found[0] in seen:
        return
    own, schema = found
    seen.add(own)
    if required is not None:
        required.update(str(name) for name in sequence(schema.get("required")))
    for index, _ in enumerate(sequence(schema.get("allOf"))):
        yield from _rows(document, f"{own}/allOf/{index}", seen, required)
    for name in mapping(schema.get("properties")):
        yield str(name), f"{own}/properties/{escaped(str(name))}"
    for key in CHOICES:
        for index, _ in enumerate(sequence(schema.get(key))):
            # Which choice is meant nobody knows yet, so none of its members is required.
            yield from _rows(document, f"{own}/{key}/{index}", seen)


def _item(documents: Documents, at: str) -> Shape:
    schema = look(documents(), at)
    key = "items" if "items" in mapping(schema) else "additionalProperties"
    if not isinstance(mapping(schema).get(key), dict):
        return ANYTHING
    shape = schema_shape(documents, f"{at}/{key}")
    return shape if Mode.JSON in shape.modes else ANYTHING
