"""A field of the configuration as values of a form, and the schema that says them; what no form shows stays."""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.releases.building.settings.edits import MISSING
from apps.releases.building.settings.kinds import (
    CHOICES,
    NUMBERS,
    OF_A_KIND,
    PLAIN,
    TEXTS,
    Kind,
    Schema,
    basics,
    entry_of,
    kind_of,
)
from apps.releases.definition.shapes import Json, mapping, sequence, text

# Value of the form -> keyword of the schema, in the order in which a new field is written.
OF_FIELD = {"title": "title", "help": "description"}
OF_ENTRY = {
    "options": "enum",
    "min_length": "minLength",
    "max_length": "maxLength",
    "pattern": "pattern",
    "minimum": "minimum",
    "maximum": "maximum",
}
OF_LIST = {"min_items": "minItems", "max_items": "maxItems", "unique": "uniqueItems"}
KEYWORDS = {**OF_FIELD, **OF_ENTRY, **OF_LIST, "default": "default"}
SHOWN = frozenset(KEYWORDS.values()) | {"type", "format", "contentMediaType", "items", "properties", "required"}


@dataclass(frozen=True)
class Member:
    """A field of a group. ``was``: its key until now, "" for a new one; ``changes`` are values that differ."""

    was: str
    key: str
    required: bool
    changes: Mapping[str, Any]


def values_of(field: Json) -> dict[str, Any]:
    """Return the values that a form shows for a field whose kind it knows; what is not said is "", [] or False."""
    schema = mapping(field)
    kind = kind_of(schema)
    entry = entry_of(schema)
    return {
        "kind": kind,
        "title": text(schema.get("title")),
        "help": text(schema.get("description")),
        **{name: entry.get(keyword, "") for name, keyword in OF_ENTRY.items() if name != "options"},
        "options": sequence(entry.get("enum")),
        **{name: schema.get(keyword, "") for name, keyword in OF_LIST.items() if name != "unique"},
        "unique": schema.get("uniqueItems") is True,
        "default": schema.get("default", MISSING),
    }


def members_of(field: Json) -> list[tuple[str, bool, dict[str, Any]]]:
    """Return the members of a group, or of the groups in a list: key, whether it is required, its values."""
    holder = entry_of(mapping(field))
    required = sequence(holder.get("required"))
    members = mapping(holder.get("properties"))
    return [(name, name in required, values_of(member)) for name, member in members.items()]


def others_of(field: Json) -> list[str]:
    """Return the keywords of a field that only the source shows."""
    schema = mapping(field)
    inside = entry_of(schema).keys() if entry_of(schema) is not schema else ()
    return sorted({*schema.keys(), *inside} - SHOWN)


def concerns(kind: Kind, name: str) -> bool:
    """Tell whether a value means anything for a kind."""
    if name in ("min_length", "max_length", "pattern"):
        return kind.entry in TEXTS
    if name in ("minimum", "maximum"):
        return kind.entry in NUMBERS
    if name == "options":
        return kind.entry in CHOICES
    if name == "unique":
        return kind.is_list and kind is not Kind.LIST_CHOICE
    return kind.is_list if name in OF_LIST else name in KEYWORDS


def written(field: Json, changes: Mapping[str, Any]) -> Schema:
    """Return the schema of a field after the changes. Values "" and False, and ``MISSING``, take a keyword away."""
    schema: Schema = copy.deepcopy(mapping(field))
    before = kind_of(schema)
    kind: Kind = changes.get("kind") or before or Kind.TEXT
    if kind is not before:
        schema = _turned(schema, kind)
    for name in KEYWORDS:
        if name in changes and concerns(kind, name):
            _say(schema, name, changes[name])
    if "options" in changes and kind.entry is Kind.NUMBER_CHOICE:
        _type_of_numbers(entry_of(schema), changes["options"])
    if "members" in changes and kind.entry is Kind.OBJECT:
        _write_members(entry_of(schema), changes["members"])
    if kind is Kind.LONG_TEXT and kind_of(schema) is Kind.TEXT:
        schema["contentMediaType"] = PLAIN
    return schema


def _turned(schema: Schema, kind: Kind) -> Schema:
    kept = {key: value for key, value in schema.items() if key not in OF_A_KIND and key != "default"}
    return {**basics(kind), **kept}


def _say(schema: Schema, name: str, value: Any) -> None:
    holder = entry_of(schema) if name in OF_ENTRY else schema
    if value is MISSING or (value is False and name == "unique") or (name != "default" and value in ("", [], None)):
        holder.pop(KEYWORDS[name], None)
    else:
        holder[KEYWORDS[name]] = value


def _type_of_numbers(entry: Schema, options: Sequence[Json]) -> None:
    if "type" in entry:
        entry["type"] = "integer" if all(isinstance(option, int) for option in options) else "number"


def _write_members(holder: Schema, members: Sequence[Member]) -> None:
    before = mapping(holder.get("properties"))
    names = {member.was: member.key for member in members}
    holder["properties"] = {member.key: written(before.get(member.was), member.changes) for member in members}
    wanted = {member.key for member in members if member.required}
    kept = [names.get(name, name) for name in sequence(holder.get("required"))]
    required = [name for name in dict.fromkeys(kept) if name in wanted]
    required += [member.key for member in members if member.key in wanted - {*required}]
    if required:
        holder["required"] = required
    else:
        holder.pop("required", None)
