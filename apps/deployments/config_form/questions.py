"""What a configuration schema asks: one question for each property."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, cast

type Json = Any
type Schema = dict[str, Json]

LONG = 300


class Kind(StrEnum):
    """How a question is asked."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    EMAIL = "email"
    URI = "uri"
    DATE = "date"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    CHOICE = "choice"
    CHOICES = "choices"
    TEXT_LIST = "text_list"
    OBJECT = "object"
    JSON = "json"
    SECRET = "secret"  # noqa: S105 - a kind of question


@dataclass(frozen=True)
class Question:
    """One property of the schema. ``by_customer``: a customer answers it too, not the team alone.

    ``members`` are the questions of a flat object. Kind SECRET is never asked: secrets live in connections.
    """

    name: str
    kind: Kind
    title: str
    help: str
    required: bool
    schema: Schema
    by_customer: bool = True
    members: tuple["Question", ...] = ()

    @property
    def has_default(self) -> bool:
        return "default" in self.schema

    @property
    def default(self) -> Json:
        return self.schema.get("default")

    @property
    def choices(self) -> list[tuple[Json, str]]:
        """The values that one may choose, each with its words."""
        schema = self.schema.get("items") if self.kind is Kind.CHOICES else self.schema
        return _choices(cast("Schema", schema))


def questions(schema: Schema, *, by_customer: Callable[[str], bool] = lambda _name: True) -> dict[str, Question]:
    """Return the questions of an object schema by name, in its order. ``by_customer`` knows who answers a field."""
    required = schema.get("required")
    names = required if isinstance(required, list) else []
    return {
        name: _question(name, field, required=name in names, by_customer=by_customer(name))
        for name, field in _properties(schema).items()
    }


def _properties(schema: Schema) -> dict[str, Schema]:
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        return {}
    return {name: field if isinstance(field, dict) else {} for name, field in properties.items()}


def _question(name: str, schema: Schema, *, required: bool, by_customer: bool = True) -> Question:
    kind = _kind(schema)
    return Question(
        name=name,
        kind=kind,
        title=str(schema.get("title") or _words(name)),
        help=str(schema.get("description") or ""),
        required=required,
        schema=schema,
        by_customer=by_customer,
        members=tuple(questions(schema).values()) if kind is Kind.OBJECT else (),
    )


def _words(name: str) -> str:
    """``minTotal`` and ``min_total`` read as "Min total"."""
    spaced = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name)
    return spaced.replace("_", " ").replace("-", " ").strip().capitalize()


def _kind(schema: Schema) -> Kind:
    if schema.get("writeOnly") is True or schema.get("format") == "password":
        return Kind.SECRET
    if _choices(schema):
        return Kind.CHOICE
    by_type = _BY_TYPE.get(_type(schema))
    return by_type(schema) if by_type and "$ref" not in schema else Kind.JSON


def _type(schema: Schema) -> str:
    """The one type of a value; what may also be null may be left blank."""
    named = schema.get("type")
    types = [each for each in named if each != "null"] if isinstance(named, list) else [named]
    return str(types[0]) if len(types) == 1 else ""


def _text_kind(schema: Schema) -> Kind:
    by_format = {"email": Kind.EMAIL, "uri": Kind.URI, "date": Kind.DATE}
    if kind := by_format.get(str(schema.get("format"))):
        return kind
    long = schema.get("maxLength", 0) > LONG or schema.get("contentMediaType") == "text/plain"
    return Kind.LONG_TEXT if long else Kind.TEXT


def _list_kind(schema: Schema) -> Kind:
    items = schema.get("items")
    if not isinstance(items, dict) or "prefixItems" in schema:
        return Kind.JSON
    if _choices(items):
        return Kind.CHOICES if schema.get("uniqueItems") is True else Kind.JSON
    return Kind.TEXT_LIST if _type(items) == "string" else Kind.JSON


def _object_kind(schema: Schema) -> Kind:
    return Kind.OBJECT if _is_flat(schema) else Kind.JSON


def _is_flat(schema: Schema) -> bool:
    members = _properties(schema)
    fits = all(_kind(member) not in (Kind.OBJECT, Kind.JSON, Kind.SECRET) for member in members.values())
    closed = schema.get("additionalProperties") in (None, False) and "patternProperties" not in schema
    return bool(members) and fits and closed


def _choices(schema: Schema) -> list[tuple[Json, str]]:
    if isinstance(listed := schema.get("enum"), list):
        return [(value, _shown(value)) for value in listed if value is not None]
    options = schema.get("oneOf")
    if isinstance(options, list) and options and all(isinstance(each, dict) and "const" in each for each in options):
        return [(each["const"], str(each.get("title") or _shown(each["const"]))) for each in options]
    return []


def _shown(value: Json) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return str(value)


_BY_TYPE: dict[str, Callable[[Schema], Kind]] = {
    "string": _text_kind,
    "integer": lambda _schema: Kind.INTEGER,
    "number": lambda _schema: Kind.NUMBER,
    "boolean": lambda _schema: Kind.BOOLEAN,
    "array": _list_kind,
    "object": _object_kind,
}
