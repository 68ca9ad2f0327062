"""What a document says about the way that parameters and the properties of forms travel."""

from collections.abc import Iterator
from typing import Any

from apps.connectors.openapi.media_types import FORM, PARTS, plain
from apps.connectors.openapi.problems import Json
from apps.connectors.openapi.references import resolve

DEEPEST_ALL_OF = 5


def styles_of(given: Json) -> dict[str, Any]:
    """What a parameter or a property of a form says about its own way."""
    kinds = {"style": str, "explode": bool, "allowReserved": bool, "contentType": str}
    given = given if isinstance(given, dict) else {}
    return {key: given[key] for key, kind in kinds.items() if isinstance(given.get(key), kind)}


def encoding_of(document: Json, content: dict[str, Any], content_type: str) -> dict[str, dict[str, Any]]:
    """How the properties of a form travel, by name, where it is not the usual way; ``is_file``: as a file."""
    media = resolve(document, content.get(content_type))
    if not media or plain(content_type) not in (FORM, PARTS):
        return {}
    given = media.get("encoding")
    found = {str(name): _encoded(document, each) for name, each in given.items()} if isinstance(given, dict) else {}
    for name, node in _properties(document, media.get("schema")):
        if _is_file(document, node):
            found[name] = {**found.get(name, {}), "is_file": True}
    return found


def _encoded(document: Json, given: Json) -> dict[str, Any]:
    headers = given.get("headers") if isinstance(given, dict) else None
    values = {}
    for name, node in headers.items() if isinstance(headers, dict) else ():
        header = resolve(document, node) or {}
        value = _only_value(resolve(document, header.get("schema")) or {})
        if value is not None:
            values[str(name)] = value
    return {**styles_of(given), **({"headers": values} if values else {})}


def _only_value(schema: dict[str, Any]) -> str | None:
    """The value of a part's header, where the document leaves no choice."""
    choices = schema.get("enum")
    only = choices[0] if isinstance(choices, list) and len(choices) == 1 else None
    value = schema.get("const", schema.get("default", only))
    return str(value) if isinstance(value, (str, int, float)) else None


def _properties(document: Json, node: Json, deep: int = 0) -> Iterator[tuple[str, Json]]:
    schema = resolve(document, node) or {}
    listed = schema.get("allOf")
    for part in listed if isinstance(listed, list) and deep < DEEPEST_ALL_OF else ():
        yield from _properties(document, part, deep + 1)
    properties = schema.get("properties")
    yield from ((str(name), each) for name, each in properties.items()) if isinstance(properties, dict) else ()


def _is_file(document: Json, node: Json) -> bool:
    schema = resolve(document, node) or {}
    if schema.get("type") == "array":
        schema = resolve(document, schema.get("items")) or {}
    # OpenAPI 3.0 writes "format: binary", 3.1 names the content's type or its encoding.
    return schema.get("format") == "binary" or bool(schema.keys() & {"contentMediaType", "contentEncoding"})
