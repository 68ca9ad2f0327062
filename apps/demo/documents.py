"""The OpenAPI documents of the demo products: served as they are, and the contract that each request is checked by."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from jsonschema import Draft202012Validator, FormatChecker

FOLDER = Path(__file__).parent / "openapi"
# The files name the address of a default installation; what is served names the address asked.
WRITTEN_ADDRESS = "http://127.0.0.1:8001"

type Complaint = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One documented operation: where it lives and what it takes."""

    id: str
    method: str
    path: str
    parameters: tuple[dict[str, Any], ...]
    body: dict[str, Any] | None
    document: dict[str, Any]

    def check_body(self, body: object) -> list[Complaint]:
        """Return what is wrong with a request body, field by field."""
        return [] if self.body is None else self._complaints(self.body, body, "body")

    def check_query(self, given: dict[str, str]) -> tuple[dict[str, Any], list[Complaint]]:
        """Return the query's values, typed and with defaults, and what is wrong with them."""
        values: dict[str, Any] = {}
        complaints: list[Complaint] = []
        for parameter in self._parameters("query"):
            name, schema = parameter["name"], parameter["schema"]
            if name in given:
                values[name] = _typed(given[name], schema)
                complaints += self._complaints(schema, values[name], name)
            elif parameter.get("required"):
                complaints.append({"field": name, "message": "is required"})
            else:
                values[name] = schema.get("default")
        return values, complaints

    def check_path(self, given: dict[str, str]) -> list[Complaint]:
        """Return what is wrong with the values in the address."""
        pairs = [(parameter["name"], parameter["schema"]) for parameter in self._parameters("path")]
        return [complaint for name, schema in pairs for complaint in self._complaints(schema, given[name], name)]

    def _parameters(self, place: str) -> Iterator[dict[str, Any]]:
        return (parameter for parameter in self.parameters if parameter["in"] == place)

    def _complaints(self, schema: dict[str, Any], value: object, place: str) -> list[Complaint]:
        rooted = {**schema, "components": self.document["components"]}
        errors = Draft202012Validator(rooted, format_checker=FormatChecker()).iter_errors(value)
        return [{"field": ".".join(map(str, error.path)) or place, "message": error.message} for error in errors]


@cache
def text(name: str) -> str:
    """Return a document as it lies in the folder, e.g. ``crm``."""
    return (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")


@cache
def parsed(name: str) -> dict[str, Any]:
    """Return a document as data."""
    return load(text(name))


def load(written: str) -> dict[str, Any]:
    """Read one of our own documents."""
    document: dict[str, Any] = yaml.safe_load(written)
    return document


def served(name: str, address: str) -> str:
    """Return the document's text with the servers of this installation, e.g. ``http://127.0.0.1:9000``."""
    return text(name).replace(WRITTEN_ADDRESS, address)


def operations(name: str) -> Iterator[Operation]:
    """Yield every operation of a document, in its order."""
    document = parsed(name)
    for path, item in document["paths"].items():
        for method, described in item.items():
            yield _operation(document, path, method.upper(), described)


def _operation(document: dict[str, Any], path: str, method: str, described: dict[str, Any]) -> Operation:
    content = described.get("requestBody", {}).get("content", {})
    return Operation(
        id=described["operationId"],
        method=method,
        path=path,
        parameters=tuple(_resolved(document, parameter) for parameter in described.get("parameters", [])),
        body=content.get("application/json", {}).get("schema"),
        document=document,
    )


def _resolved(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in node:
        return node
    found: Any = document
    for part in node["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return dict(found)


def _typed(given: str, schema: dict[str, Any]) -> object:
    """Read a query value as its schema's type; what cannot be read stays text, for the schema to refuse."""
    convert = {"integer": int, "number": float}.get(schema.get("type", ""), str)
    try:
        return convert(given)
    except ValueError:
        return given
