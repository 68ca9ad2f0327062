"""Values that fit a schema, for example calls: the document's own where it gives some."""

from typing import Any

from apps.connectors.openapi.problems import Json
from apps.connectors.openapi.schemas import CHOICES, ONLY_IN_ANSWERS, located, rows_at

DEEPEST = 5
MOST_SCHEMAS = 60
PLAIN = {"string": "text", "integer": 1, "number": 1.5, "boolean": True, "object": {}}
FORMATS = {
    "date": "2026-01-31",
    "date-time": "2026-01-31T12:00:00Z",
    "email": "bea@example.com",
    "uri": "https://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000000",
    "binary": {"content_base64": "SGVsbG8=", "filename": "hello.txt"},
}


def sample_at(document: Json, at: str) -> Any:
    """A value for the schema at a pointer: its own example, or one of its required members. None for none."""
    return _Samples(document).of(at, 0)


def sample_of(document: dict[str, Any], schema: dict[str, Any]) -> Any:
    """A value for a schema that was taken out of the document, whose references it keeps."""
    return sample_at({**document, "": schema}, "/")


def given_by(described: dict[str, Any]) -> Any:
    """The example, constant, default or first choice that a schema or a parameter names; None if it names none."""
    for key in ("example", "const", "default"):
        if described.get(key) is not None:
            return described[key]
    for key in ("examples", "enum"):
        listed = described.get(key)
        if isinstance(listed, list) and listed and listed[0] is not None:
            return listed[0]
    return None


class _Samples:
    """Reads so many schemas and no more: documents may be as wide as they are deep."""

    def __init__(self, document: Json) -> None:
        self.document = document
        self.left = MOST_SCHEMAS

    def of(self, at: str, deep: int) -> Any:
        found = located(self.document, at)
        self.left -= 1
        if found is None or deep > DEEPEST or self.left < 0:
            return None
        own, schema = found
        given = given_by(schema)
        return self._made(own, schema, deep) if given is None else given

    def _made(self, at: str, schema: dict[str, Any], deep: int) -> Any:
        if isinstance(schema.get("items"), dict):
            member = self.of(f"{at}/items", deep + 1)
            return [] if member is None else [member]
        if schema.keys() & {"properties", "allOf"}:
            return self._members(at, deep)
        choice = next((key for key in CHOICES if isinstance(schema.get(key), list)), "")
        return self.of(f"{at}/{choice}/0", deep + 1) if choice else _plain(schema)

    def _members(self, at: str, deep: int) -> dict[str, Any]:
        wanted = [row for row in rows_at(self.document, at) if row.required and ONLY_IN_ANSWERS not in row.notes]
        members = {row.name: self.of(row.at, deep + 1) for row in wanted}
        return {name: value for name, value in members.items() if value is not None}


def _plain(schema: dict[str, Any]) -> Any:
    given = schema.get("type")
    types = given if isinstance(given, list) else [given]
    type_ = str(next((each for each in types if each != "null"), "string"))
    return FORMATS.get(str(schema.get("format"))) or PLAIN.get(type_, "text")
