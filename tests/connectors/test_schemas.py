"""Schemas read level by level: whatever refers to itself, or is as wide as it is deep, comes to an end."""

import time
from typing import Any

import pytest

from apps.connectors.openapi.samples import sample_at
from apps.connectors.openapi.schemas import kind_at, rows_at

AT = "/components/schemas/It"


def document(**schemas: Any) -> dict[str, Any]:
    return {"components": {"schemas": schemas}}


def ref(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ({"type": "string", "format": "date"}, "text (date)"),
        ({"type": ["string", "null"]}, "text"),
        ({"type": "array", "items": {"type": "integer"}}, "list of whole number"),
        ({"type": "array", "items": ref("It")}, "list of list of list of list of more"),
        ({"oneOf": [{}, {}]}, "one of 2 kinds"),
        (ref("It"), "anything"),
        (ref("Nowhere"), "anything"),
        ({}, "anything"),
    ],
)
def test_what_a_schema_asks_for_is_told_in_a_few_words(schema: dict[str, Any], kind: str) -> None:
    told = kind_at({"schema": schema, **document(It=schema)}, "/schema")

    assert told == kind


def test_members_come_from_every_part_and_know_what_is_required() -> None:
    base = {"properties": {"id": {"type": "string", "readOnly": True}}}
    schema = {"allOf": [ref("Base"), {"required": ["id"]}], "properties": {"n": {"type": "integer", "minimum": 1}}}

    rows = rows_at(document(It=schema, Base=base), AT)

    assert [(row.name, row.required, row.notes) for row in rows] == [
        ("id", True, ("only in answers",)),
        ("n", False, ("at least 1",)),
    ]


@pytest.mark.parametrize(
    "schemas",
    [
        {"It": {"allOf": [ref("It"), ref("It")]}},
        {f"{'It' if level == 0 else level}": {"allOf": [ref(str(level + 1))] * 9} for level in range(30)},
        {"It": {"type": "array", "items": ref("Other")}, "Other": {"type": "array", "items": ref("It")}},
        {"It": {"required": [*map(str, range(400))], "properties": {str(name): ref("It") for name in range(400)}}},
        {"It": {"anyOf": [ref("It")] * 400}},
    ],
)
def test_hostile_schemas_come_to_an_end(schemas: dict[str, Any]) -> None:
    started = time.process_time()

    rows_at(document(**schemas), AT)
    sample_at(document(**schemas), AT)

    assert time.process_time() - started < 1
