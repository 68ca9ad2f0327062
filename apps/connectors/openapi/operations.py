"""Compiles a document into the operations that a release can call. Schemas keep their ``$ref``: real ones recurse."""

import html
import re
from collections.abc import Iterator
from typing import Any

from apps.connectors.openapi.problems import Json, Problem, Unreadable, pointer
from apps.connectors.openapi.references import resolve

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
SAFE = frozenset(("get", "head", "options"))
MOST_OPERATIONS = 2_000
LONGEST_SUMMARY = 300
LONGEST_ID = 200
PREFERRED_TYPES = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain")
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
PLACES = ("path", "query", "header", "cookie")
TAG = re.compile(r"</?[a-zA-Z][^>]*>")
# OpenAPI says that these three are never parameters: Slipway sets them itself.
OURS = frozenset(("accept", "content-type", "authorization"))


class Compiler:
    """Reads one document. ``findings`` collects what is imperfect but does not stop the build."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.document = document
        self.findings: list[Problem] = []
        self.operations: dict[str, dict[str, Any]] = {}

    def compile(self) -> dict[str, dict[str, Any]]:
        """Return ``{operationId: operation}`` in the document's order. Raises ``Unreadable`` if there is none."""
        for path, method, item, described in self._described():
            operation_id = self._id(method, path, described)
            self._check_server(path, method, item, described)
            self.operations[operation_id] = self._operation(path, method, item, described)
            if len(self.operations) > MOST_OPERATIONS:
                raise Unreadable(Problem(f"The document has more than {MOST_OPERATIONS} operations.", "/paths"))
        if not self.operations:
            mend = "Check that “paths” lists at least one method."
            raise Unreadable(Problem("The document describes no operation, so there is nothing to call.", mend=mend))
        return self.operations

    def _described(self) -> Iterator[tuple[str, str, dict[str, Any], dict[str, Any]]]:
        paths = self.document.get("paths")
        for path, node in paths.items() if isinstance(paths, dict) else ():
            item = resolve(self.document, node) if str(path).startswith("/") else None
            for method in METHODS if item else ():
                described = item.get(method) if item else None
                if item and isinstance(described, dict):
                    yield path, method, item, described

    def _id(self, method: str, path: str, described: dict[str, Any]) -> str:
        given = described.get("operationId")
        given = given if isinstance(given, str) else ""
        if 0 < len(given) <= LONGEST_ID and given not in self.operations:
            return given
        generated = _fresh(_generated_id(method, path), self.operations)
        self._find(f"{_why_not(given)}; Slipway calls it “{generated}”.", "paths", path, method)
        return generated

    def _operation(self, path: str, method: str, item: dict[str, Any], described: dict[str, Any]) -> dict[str, Any]:
        body = resolve(self.document, described.get("requestBody"))
        content = body.get("content") if body else None
        content_type = _content_type(content) if isinstance(content, dict) and content else ""
        tags = described.get("tags")
        return {
            "method": method.upper(),
            "path": path,
            "summary": _summary(described),
            "tags": [str(tag) for tag in tags] if isinstance(tags, list) else [],
            "parameters": self._parameters(path, method, item, described),
            "body": isinstance(content, dict) and bool(content),
            "body_required": bool(body and body.get("required")),
            "content_type": content_type,
            "encoding": self._encoding(content, content_type),
            "safe": method in SAFE,
            "deprecated": described.get("deprecated") is True,
        }

    def _parameters(
        self, path: str, method: str, item: dict[str, Any], described: dict[str, Any]
    ) -> list[dict[str, Any]]:
        merged: dict[tuple[str, str], dict[str, Any]] = {}
        for owner, place in ((item, ("paths", path)), (described, ("paths", path, method))):
            nodes = owner.get("parameters")
            for index, node in enumerate(nodes if isinstance(nodes, list) else ()):
                parameter = self._parameter(node, *place, "parameters", index)
                if parameter:
                    merged[parameter["in"], parameter["name"]] = parameter
        for name in re.findall(r"\{([^{}]+)\}", path):
            if ("path", name) not in merged:
                self._find(f"The path's “{name}” is not described; it is taken as a required text.", "paths", path)
                merged["path", name] = {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        return list(merged.values())

    def _parameter(self, node: Json, *place: str | int) -> dict[str, Any] | None:
        given = resolve(self.document, node)
        if not given or not isinstance(given.get("name"), str) or given.get("in") not in PLACES:
            self._find("This parameter has no name or place and is left out.", *place)
            return None
        if given["in"] == "header" and given["name"].lower() in OURS:
            return None
        compiled = {
            "name": given["name"],
            "in": given["in"],
            "required": given["in"] == "path" or given.get("required") is True,
            "schema": _schema(given),
        }
        style = _styles(given)
        if not given.get("schema") and isinstance(given.get("content"), dict):
            style = {"content_type": str(next(iter(given["content"]), ""))}
        described = {"description": str(given["description"])[:LONGEST_SUMMARY]} if given.get("description") else {}
        return {**compiled, **style, **described}

    def _encoding(self, content: Json, content_type: str) -> dict[str, dict[str, Any]]:
        """How the properties of a form travel, where it is not the usual way."""
        media = resolve(self.document, content.get(content_type)) if isinstance(content, dict) else None
        if not media or not content_type.lower().startswith(FORMS):
            return {}
        given = media.get("encoding")
        found = {str(name): _styles(each) for name, each in given.items()} if isinstance(given, dict) else {}
        schema = resolve(self.document, media.get("schema"))
        properties = schema.get("properties") if schema else None
        for name, node in properties.items() if isinstance(properties, dict) else ():
            if _is_file(resolve(self.document, node)):
                found[str(name)] = {**found.get(str(name), {}), "is_file": True}
        return found

    def _check_server(self, path: str, method: str, item: dict[str, Any], described: dict[str, Any]) -> None:
        own, usual = described.get("servers") or item.get("servers"), self.document.get("servers")
        url = own[0].get("url") if isinstance(own, list) and own and isinstance(own[0], dict) else None
        known = [each.get("url") for each in usual if isinstance(each, dict)] if isinstance(usual, list) else []
        if url and url not in known:
            told = f"This operation has a server of its own, {str(url)[:200]}"
            self._find(f"{told}; Slipway calls it on the connector's server.", "paths", path, method)

    def _find(self, message: str, *place: str | int) -> None:
        self.findings.append(Problem(message, pointer(place)))


def operation_ids(document: dict[str, Any]) -> dict[tuple[str, str], str]:
    """Return the id of each operation by (path, method), as ``Compiler`` gives it."""
    compiler, found = Compiler(document), {}
    for path, method, _item, described in compiler._described():
        found[path, method] = compiler._id(method, path, described)
        compiler.operations[found[path, method]] = {}
    return found


def _why_not(given: str) -> str:
    """Why an operation's id cannot be used."""
    if len(given) > LONGEST_ID:
        return "The id of this operation is too long"
    return f"“{given}” is the id of an operation above, too" if given else "This operation has no id"


def _generated_id(method: str, path: str) -> str:
    words = re.findall(r"[A-Za-z0-9]+", path)
    return (method + "".join(word[0].upper() + word[1:] for word in words))[: LONGEST_ID - 5]


def _fresh(wanted: str, taken: dict[str, Any]) -> str:
    candidate, number = wanted, 2
    while candidate in taken:
        candidate, number = f"{wanted}{number}", number + 1
    return candidate


def _styles(given: Json) -> dict[str, Any]:
    """What a parameter or a property of a form says about the way that it travels."""
    kinds = {"style": str, "explode": bool, "allowReserved": bool, "contentType": str}
    given = given if isinstance(given, dict) else {}
    return {key: given[key] for key, kind in kinds.items() if isinstance(given.get(key), kind)}


def _is_file(schema: dict[str, Any] | None) -> bool:
    if schema and schema.get("type") == "array":
        schema = schema["items"] if isinstance(schema.get("items"), dict) else None
    return bool(schema) and schema is not None and (schema.get("format") == "binary" or "contentMediaType" in schema)


def _summary(described: dict[str, Any]) -> str:
    text = html.unescape(TAG.sub("", str(described.get("summary") or described.get("description") or "")))
    line = text.strip().split("\n", 1)[0]
    return line if len(line) <= LONGEST_SUMMARY else line[: LONGEST_SUMMARY - 1] + "…"


def _content_type(content: dict[str, Any]) -> str:
    by_plain = {str(name).split(";")[0].strip().lower(): str(name) for name in content}
    known = next((by_plain[name] for name in PREFERRED_TYPES if name in by_plain), None)
    json_like = next((name for plain, name in by_plain.items() if plain.endswith("+json")), None)
    return known or json_like or str(next(iter(content)))


def _schema(given: dict[str, Any]) -> dict[str, Any]:
    schema = given.get("schema")
    content = given.get("content")
    if not isinstance(schema, dict) and isinstance(content, dict) and content:
        media = next(iter(content.values()))
        schema = media.get("schema") if isinstance(media, dict) else None
    return schema if isinstance(schema, dict) else {}
