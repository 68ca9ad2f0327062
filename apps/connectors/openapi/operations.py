"""Compiles a document into the operations that a release can call. Schemas keep their ``$ref``: real ones recurse."""

import html
import re
from collections.abc import Iterator
from typing import Any

from apps.connectors.openapi.encodings import encoding_of, styles_of
from apps.connectors.openapi.media_types import accepted, preferred
from apps.connectors.openapi.problems import Problem, Unreadable, escaped, pointer
from apps.connectors.openapi.references import resolve
from apps.connectors.openapi.samples import given_by
from apps.connectors.openapi.schemas import kind_at, located, notes_on
from apps.connectors.openapi.servers import addresses, origin

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
SAFE = frozenset(("get", "head", "options"))
MOST_OPERATIONS = 2_000
LONGEST_SUMMARY = 300
LONGEST_ID = 200
# The style that the specification allows in a place; the first is the usual one.
STYLES = {
    "path": ("simple", "label", "matrix"),
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "header": ("simple",),
    "cookie": ("form",),
}
PLACES = tuple(STYLES)
MOST_SERVERS = 10
LONGEST_EXAMPLE = 500
PLAIN_TEXT = {"schema": {"type": "string"}, "kind": "text", "notes": []}
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
        tags = described.get("tags")
        return {
            "method": method.upper(),
            "path": path,
            "summary": _summary(described),
            "tags": [str(tag) for tag in tags] if isinstance(tags, list) else [],
            "parameters": self._parameters(path, method, item, described),
            **self._body(pointer(("paths", path, method, "requestBody")) if "requestBody" in described else ""),
            "accept": accepted(self._answer_types(described)),
            "servers": addresses(described.get("servers") or item.get("servers"))[:MOST_SERVERS],
            "safe": method in SAFE,
            "deprecated": described.get("deprecated") is True,
        }

    def _body(self, at: str) -> dict[str, Any]:
        """How the request body travels: the type that Slipway prefers, and what it may travel as besides."""
        found = located(self.document, at) if at else None
        own, node = found or ("", {})
        content = node.get("content")
        content = content if isinstance(content, dict) else {}
        types = preferred(content)
        chosen = types[0] if types else ""
        return {
            "body": bool(content),
            "body_required": bool(content) and node.get("required") is True,
            "content_type": chosen,
            "encoding": encoding_of(self.document, content, chosen),
            "other_types": {name: encoding_of(self.document, content, name) for name in types[1:]},
            "body_at": f"{own}/content/{escaped(chosen)}/schema" if chosen else "",
        }

    def _answer_types(self, described: dict[str, Any]) -> list[str]:
        """The media types of answers that tell of success."""
        answers = described.get("responses")
        answers = answers if isinstance(answers, dict) else {}
        found = [resolve(self.document, node) for status, node in answers.items() if str(status).startswith("2")]
        contents = [each.get("content") for each in found if each]
        return [str(name) for content in contents if isinstance(content, dict) for name in content]

    def _parameters(
        self, path: str, method: str, item: dict[str, Any], described: dict[str, Any]
    ) -> list[dict[str, Any]]:
        merged: dict[tuple[str, str], dict[str, Any]] = {}
        for owner, place in ((item, ("paths", path)), (described, ("paths", path, method))):
            nodes = owner.get("parameters")
            for index, _ in enumerate(nodes if isinstance(nodes, list) else ()):
                parameter = self._parameter(*place, "parameters", index)
                if parameter:
                    merged[parameter["in"], parameter["name"]] = parameter
        for name in re.findall(r"\{([^{}]+)\}", path):
            if ("path", name) not in merged:
                self._find(f"The path's “{name}” is not described; it is taken as a required text.", "paths", path)
                merged["path", name] = {"name": name, "in": "path", "required": True, **PLAIN_TEXT}
        return list(merged.values())

    def _parameter(self, *place: str | int) -> dict[str, Any] | None:
        found = located(self.document, pointer(place))
        own, given = found or ("", {})
        if not isinstance(given.get("name"), str) or given.get("in") not in STYLES:
            self._find("This parameter has no name or place and is left out.", *place)
            return None
        if given["in"] == "header" and given["name"].lower() in OURS:
            return None
        return {
            "name": given["name"],
            "in": given["in"],
            "required": given["in"] == "path" or given.get("required") is True,
            **self._travel(own, given, *place),
            **({"description": str(given["description"])[:LONGEST_SUMMARY]} if given.get("description") else {}),
            **({"deprecated": True} if given.get("deprecated") is True else {}),
        }

    def _travel(self, own: str, given: dict[str, Any], *place: str | int) -> dict[str, Any]:
        """A parameter's schema with what it is in words, its example, and the way that it travels."""
        content = given.get("content")
        if not given.get("schema") and isinstance(content, dict) and content:
            name = preferred(content)[0]
            own, media = f"{own}/content/{escaped(name)}", resolve(self.document, content[name]) or {}
            style: dict[str, Any] = {"content_type": name}
        else:
            media, style = given, styles_of(given)
        if style.get("style", STYLES[given["in"]][0]) not in STYLES[given["in"]]:
            told = f"The style “{str(style.pop('style'))[:40]}” is not one for a {given['in']} parameter"
            self._find(f"{told}; it travels as “{STYLES[given['in']][0]}”.", *place)
        schema = media.get("schema")
        schema = schema if isinstance(schema, dict) else {}
        resolved = resolve(self.document, schema) or {}
        example = self._example(given, media, resolved)
        words = {"kind": kind_at(self.document, f"{own}/schema"), "notes": list(notes_on(resolved))}
        return {"schema": schema, **words, **style, **({"example": example} if example is not None else {})}

    def _example(self, *described: dict[str, Any]) -> Any:
        """The first example of a parameter that is short enough to be shown."""
        for each in described:
            named = each.get("examples")
            first = resolve(self.document, next(iter(named.values()), None)) if isinstance(named, dict) else None
            found = (first or {}).get("value", given_by(each))
            if found is not None and len(str(found)) <= LONGEST_EXAMPLE:
                return found
        return None

    def _check_server(self, path: str, method: str, item: dict[str, Any], described: dict[str, Any]) -> None:
        own = addresses(described.get("servers") or item.get("servers"))
        usual = {origin(url) for url in addresses(self.document.get("servers"))}
        # A relative address lies on the connector's own server.
        if own and not any(origin(url) in usual | {""} for url in own):
            told = f"This operation has a server of its own, {own[0][:200]}"
            reason = "secrets stay with the connector's server, so Slipway calls it there"
            self._find(f"{told}; {reason}.", "paths", path, method)

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


def _summary(described: dict[str, Any]) -> str:
    text = html.unescape(TAG.sub("", str(described.get("summary") or described.get("description") or "")))
    line = text.strip().split("\n", 1)[0]
    return line if len(line) <= LONGEST_SUMMARY else line[: LONGEST_SUMMARY - 1] + "…"
