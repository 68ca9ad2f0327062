"""Schemas as people read them, one level at a time: real ones recurse, so nothing is followed to its end."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any
from urllib.parse import unquote

from apps.connectors.openapi.problems import Json, escaped

MOST_HOPS = 20
MOST_LISTS = 3
MOST_ROWS = 300
MOST_CHOICES = 12
LONGEST_TEXT = 400
LONGEST_KIND = 60
ONLY_IN_ANSWERS = "only in answers"
CHOICES = ("oneOf", "anyOf")
LIMITS = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "less than {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "pattern": "like {}",
}
WORDS = {"string": "text", "array": "list", "integer": "whole number", "boolean": "true or false", "null": "nothing"}


@dataclass(frozen=True, slots=True)
class Row:
    """One member of a schema. ``at`` points to its own schema; ``opens``: that has members, too."""

    name: str
    kind: str
    at: str
    opens: bool
    required: bool = False
    description: str = ""
    notes: tuple[str, ...] = ()
    deprecated: bool = False


def look(document: Json, at: str) -> Json | None:
    """The part of the document that the JSON pointer ``at`` names; None for nothing."""
    node = document
    for part in at.split("/")[1:]:
        key = part.replace("~1", "/").replace("~0", "~")
        if isinstance(node, dict) and key in node:
            node = node[key]
        elif isinstance(node, list) and key.isdecimal() and int(key) < len(node):
            node = node[int(key)]
        else:
            return None
    return node


def located(document: Json, at: str) -> tuple[str, dict[str, Any]] | None:
    """Follow the references from ``at`` to an object: its own pointer and it; None where they lead nowhere."""
    for _hop in range(MOST_HOPS):
        node = look(document, at)
        if not isinstance(node, dict):
            return None
        if not isinstance(node.get("$ref"), str):
            return at, node
        at = unquote(node["$ref"]).removeprefix("#")
    return None


def kind_at(document: Json, at: str, lists: int = 0) -> str:
    """What a schema asks for, in a few words: ``text (date-time)``, ``list of Customer``, ``one of 3 kinds``."""
    found = located(document, at)
    if found is None:
        return "anything"
    own, schema = found
    if isinstance(schema.get("items"), dict):
        members = kind_at(document, f"{own}/items", lists + 1) if lists < MOST_LISTS else "more"
        return f"list of {members}"[:LONGEST_KIND]
    return _name(own) or _plain_kind(schema)


def rows_at(document: Json, at: str) -> list[Row]:
    """The members of a schema: properties and choices; those of a list are its members' own."""
    required: set[str] = set()
    found = {row.name: row for row in islice(_rows(document, at, set(), required), MOST_ROWS)}
    return [replace(row, required=row.name in required) for row in found.values()]


def notes_on(schema: dict[str, Any]) -> tuple[str, ...]:
    """What else a schema says: its choices, default and limits."""
    notes = []
    choices = schema.get("enum")
    if isinstance(choices, list) and choices:
        more = f" and {len(choices) - MOST_CHOICES} more" if len(choices) > MOST_CHOICES else ""
        notes.append(f"one of {', '.join(_shown(each) for each in choices[:MOST_CHOICES])}{more}")
    fixed = ("const", "always"), ("default", "default")
    notes += [f"{word} {_shown(schema[key])}" for key, word in fixed if key in schema]
    told = ((words, schema.get(key)) for key, words in LIMITS.items())
    notes += [words.format(_shown(value)) for words, value in told if type(value) in (int, float, str)]
    readable = ("readOnly", ONLY_IN_ANSWERS), ("writeOnly", "only in requests")
    return (*notes, *(words for key, words in readable if schema.get(key) is True))


def _rows(document: Json, at: str, seen: set[str], required: set[str]) -> Iterator[Row]:
    found = located(document, at)
    if found is None or found[0] in seen:
        return
    own, schema = found
    seen.add(own)
    if isinstance(schema.get("items"), dict):
        yield from _members(document, f"{own}/items", seen, required)
        return
    required.update(str(name) for name in _listed(schema, "required"))
    for index, _ in enumerate(_listed(schema, "allOf")):
        yield from _rows(document, f"{own}/allOf/{index}", seen, required)
    for name in _named(schema, "properties"):
        yield _row(document, str(name), f"{own}/properties/{escaped(str(name))}")
    if isinstance(schema.get("additionalProperties"), dict):
        yield _row(document, "any other name", f"{own}/additionalProperties")
    for key in CHOICES:
        for index, _ in enumerate(_listed(schema, key)):
            yield _row(document, f"choice {index + 1}", f"{own}/{key}/{index}")


def _members(document: Json, at: str, seen: set[str], required: set[str]) -> Iterator[Row]:
    if _opens(document, at):
        yield from _rows(document, at, seen, required)
    else:
        yield _row(document, "each", at)


def _row(document: Json, name: str, at: str) -> Row:
    found, own = located(document, at), look(document, at)
    schema = found[1] if found else {}
    # In OpenAPI 3.1 a description may stand beside the reference.
    told = (own.get("description") if isinstance(own, dict) else "") or schema.get("description") or ""
    return Row(
        name=name,
        kind=kind_at(document, at),
        at=at,
        opens=_opens(document, at),
        description=str(told)[:LONGEST_TEXT],
        notes=notes_on(schema),
        deprecated=schema.get("deprecated") is True,
    )


def _opens(document: Json, at: str, hops: int = 0) -> bool:
    found = located(document, at)
    if found is None or hops > MOST_HOPS:
        return False
    own, schema = found
    if isinstance(schema.get("items"), dict):
        return _opens(document, f"{own}/items", hops + 1)
    return bool(
        _named(schema, "properties")
        or isinstance(schema.get("additionalProperties"), dict)
        or any(_listed(schema, key) for key in ("allOf", *CHOICES))
    )


def _plain_kind(schema: dict[str, Any]) -> str:
    given = schema.get("type")
    types = [str(each) for each in (given if isinstance(given, list) else [given]) if each and each != "null"]
    if not types:
        count = max(len(_listed(schema, key)) for key in CHOICES)
        return f"one of {count} kinds" if count else "object" if schema.keys() & {"properties", "allOf"} else "anything"
    words = " or ".join(WORDS.get(each, each) for each in types)
    return f"{words} ({schema['format']})"[:LONGEST_KIND] if schema.get("format") else words


def _name(at: str) -> str:
    """The name of a shared schema; empty for one that stands where it is used."""
    before, _, name = at.rpartition("/")
    return name.replace("~1", "/").replace("~0", "~") if before in ("/components/schemas", "/definitions") else ""


def _named(schema: dict[str, Any], key: str) -> dict[str, Any]:
    found = schema.get(key)
    return found if isinstance(found, dict) else {}


def _listed(schema: dict[str, Any], key: str) -> list[Any]:
    found = schema.get(key)
    return found if isinstance(found, list) else []


def _shown(value: Any) -> str:
    text = str(value).lower() if isinstance(value, bool) else "nothing" if value is None else str(value)
    return (text if len(text) <= LONGEST_KIND else f"{text[: LONGEST_KIND - 1]}…") or "empty"
