"""A value that a connector may answer with: everything that its schema describes, a few levels deep."""

from collections.abc import Mapping
from typing import Any

from apps.connectors.openapi.problems import escaped
from apps.connectors.openapi.samples import given_by, sample_at
from apps.connectors.openapi.schemas import MOST_HOPS, located, look, rows_at
from apps.releases.definition.shapes import Json, mapping

DEEPEST = 4
MOST_VALUES = 250
WORDS_OF_ROWS = ("any other name", "each")


def answer_of(document: Json, operation: Mapping[str, Any]) -> Json:
    """A sample of what an operation answers when it succeeds; None where the document does not say."""
    at = _schema_of_answer(document, operation)
    if not at:
        return None
    given = _given(document, at)
    return given if given is not None else _Full(document).of(at, 0)


def _schema_of_answer(document: Json, operation: Mapping[str, Any]) -> str:
    """The pointer of the media type whose schema a successful answer has."""
    base = f"/paths/{escaped(str(operation.get('path')))}/{str(operation.get('method')).lower()}/responses"
    statuses = [status for status in mapping(look(document, base)) if status.startswith("2")]
    for status in sorted(statuses):
        found = located(document, f"{base}/{status}")
        if found is None:
            continue
        types = list(mapping(found[1].get("content")))
        json_type = next((name for name in types if "json" in name), types[0] if types else "")
        if json_type:
            return f"{found[0]}/content/{escaped(json_type)}"
    return ""


def _given(document: Json, at: str) -> Json:
    described = mapping(look(document, at))
    named = mapping(described.get("examples"))
    first = located(document, f"{at}/examples/{escaped(next(iter(named)))}") if named else None
    return mapping(first[1] if first else {}).get("value", described.get("example"))


class _Full:
    """Reads so many schemas and no more."""

    def __init__(self, document: Json) -> None:
        self.document = document
        self.left = MOST_VALUES

    def of(self, at: str, deep: int) -> Json:
        schema_at = f"{at}/schema" if deep == 0 else at
        found = located(self.document, schema_at)
        self.left -= 1
        if found is None or deep > DEEPEST or self.left < 0:
            return None
        own, schema = self._settled(*found)
        given = given_by(schema)
        if given is not None:
            return given
        if isinstance(schema.get("items"), dict):
            return [self.of(f"{own}/items", deep + 1)]
        rows = [row for row in rows_at(self.document, own) if row.name not in WORDS_OF_ROWS]
        members = {row.name: self.of(row.at, deep + 1) for row in rows if not row.name.startswith("choice ")}
        return members or sample_at(self.document, own)

    def _settled(self, at: str, schema: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """The first real choice of a schema that is one of several."""
        for _hop in range(MOST_HOPS):
            key = next((key for key in ("oneOf", "anyOf") if schema.get(key) and "properties" not in schema), "")
            found = located(self.document, f"{at}/{key}/0") if key else None
            if found is None:
                break
            at, schema = found
        return at, schema
