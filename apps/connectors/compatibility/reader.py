"""Looks into a document that strangers wrote: whatever is not what it should be counts as absent."""

from collections.abc import Mapping
from typing import Any

from apps.connectors.openapi.references import resolve

type Json = Any
type Object = dict[str, Any]

DEEPEST_PARTS = 10
# One object for "nothing is said": pairs of schemas are known by identity.
ANYTHING: Object = {}
# What tells people something and callers nothing.
ANNOTATIONS = frozenset(
    "title description summary example examples default externalDocs $comment deprecated xml $id $anchor"
    " $schema".split()
)


def as_object(value: Json) -> Object:
    return value if isinstance(value, dict) else ANYTHING


def as_list(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def text(value: Json) -> str:
    return value if isinstance(value, str) else ""


def names(value: Json) -> list[str]:
    """The texts in a list, each once, in order."""
    return list(dict.fromkeys(each for each in as_list(value) if isinstance(each, str)))


def is_reference(node: Json) -> bool:
    return isinstance(node, dict) and isinstance(node.get("$ref"), str)


def is_annotation(key: str) -> bool:
    return key in ANNOTATIONS or key.startswith("x-")


def meaning(node: Object) -> Object:
    """The schema without what does not constrain a value."""
    return {key: value for key, value in node.items() if not is_annotation(key)}


class Reader:
    """One document. Every node that it returns lives as long as the reader."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document: Object = dict(document)
        self._merges = str(document.get("openapi", "")).startswith("3.1")
        self._merged: dict[int, Object] = {}
        self._targets: dict[str, Object] = {}
        self._flat: dict[int, Object] = {}
        # What ``shapes`` found out about the types of a node, by identity and depth.
        self.types: dict[tuple[int, int], frozenset[tuple[str, str]] | None] = {}

    def object(self, node: Json) -> Object:
        """The object behind ``node``'s references; an empty one where they lead nowhere."""
        if not is_reference(node):
            return as_object(node)
        reference = node["$ref"]
        if reference not in self._targets:
            self._targets[reference] = resolve(self.document, {"$ref": reference}) or ANYTHING
        return self._with_siblings(node, self._targets[reference])

    def flat(self, node: Object, depth: int = 0) -> Object:
        """``node`` with what its parts (``allOf``) say written into it."""
        if id(node) not in self._flat:
            merged = {key: value for key, value in node.items() if key != "allOf"}
            needed, named = as_list(merged.pop("required", [])), as_object(merged.pop("properties", {}))
            for part in map(self.object, as_list(node.get("allOf"))):
                says = self.flat(part, depth + 1) if "allOf" in part and depth < DEEPEST_PARTS else part
                merged = {**says, **merged}
                needed = [*needed, *as_list(says.get("required"))]
                named = {**as_object(says.get("properties")), **named}
            self._flat[id(node)] = {**merged, "required": needed, **({"properties": named} if named else {})}
        return self._flat[id(node)]

    def _with_siblings(self, node: Object, target: Object) -> Object:
        """OpenAPI 3.1 lets keywords stand beside a reference, 3.0 ignores them."""
        if not self._merges or all(is_annotation(key) or key == "$ref" for key in node):
            return target
        if id(node) not in self._merged:
            merged = {**target, **{key: value for key, value in node.items() if key != "$ref"}}
            merged["required"] = [*as_list(target.get("required")), *as_list(node.get("required"))]
            merged["properties"] = {**as_object(target.get("properties")), **as_object(node.get("properties"))}
            self._merged[id(node)] = merged
        return self._merged[id(node)]


def is_same(old: Reader, old_node: Json, new: Reader, new_node: Json) -> bool:
    """True if two members of a list are one: the same reference, or the same meaning when at least one is inline."""
    if is_reference(old_node) and is_reference(new_node):
        return bool(old_node["$ref"] == new_node["$ref"])
    return meaning(old.object(old_node)) == meaning(new.object(new_node))


def label(node: Json, position: int) -> str:
    """A short name for a member of a list: of its component, its title, or its number."""
    if is_reference(node):
        return str(node["$ref"]).rsplit("/", 1)[-1]
    return text(as_object(node).get("title")) or f"#{position + 1}"
