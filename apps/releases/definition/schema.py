"""Checks a document against our schema of the workflow language, in kind words."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator, ValidationError, validators
from jsonschema.protocols import Validator
from referencing import Registry, Resource

from .findings import Finding, did_you_mean
from .shapes import Json, mapping, pointer
from .soundness import WORKFLOW, is_sound, loaded
from .source import Source

KINDS = {
    "object": "an object with keys",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "empty",
}

# Parts of the schema that most of a document is described by.
STEPS = ("#/$defs/task", "#/$defs/taskList")
MENDS = {
    "object": "Write one name: value in each line below it.",
    "array": "Begin each item below it with a dash.",
    "string": "Write text, in quotes if it looks like something else.",
    "integer": "Write digits only, without quotes.",
    "number": "Write a number without quotes.",
    "boolean": "Write true or false without quotes.",
    "null": "Leave it empty.",
}

type Told = tuple[str, str, str]


def schema_findings(source: Source) -> list[Finding]:
    """What the document's shape gets wrong; each remark once, in the order of the text."""
    if is_sound(source.document):
        return []
    found = {
        (path, message): source.error("schema", path, message, mend)
        for error in _validator().iter_errors(source.document)
        for path, message, mend in _told(error)
    }
    return sorted(found.values(), key=lambda finding: (finding.line or 0, finding.path))


@cache
def _validator() -> Validator:
    schemas = {f"slipway:{name}.json": loaded(name) for name in ("workflow", "metadata")}
    resources = [(uri, Resource.from_contents(schema)) for uri, schema in schemas.items()]
    registry: Registry[Any] = Registry().with_resources(resources)
    kind = validators.extend(Draft202012Validator, {"$ref": _referred})  # type: ignore[no-untyped-call]
    validator: Validator = kind(schemas[WORKFLOW], registry=registry)
    return validator


def _referred(validator: Validator, reference: str, value: Json, schema: Json) -> Iterator[ValidationError]:
    """What is wrong with a value that another part of the schema describes: nothing with steps that are sound."""
    if reference in STEPS and is_sound(value, reference):
        return
    yield from Draft202012Validator.VALIDATORS["$ref"](validator, reference, value, schema)


def _told(error: ValidationError) -> Iterator[Told]:
    """(JSON pointer, sentence, way to mend it) for everything that one schema error means."""
    at = pointer(*error.absolute_path)
    schema = mapping(error.schema)
    wanted: Any = error.validator_value
    match error.validator:
        case "required":
            yield from _missing(error.instance, wanted, at)
        case "additionalProperties" | "unevaluatedProperties":
            yield from _unexpected(error.instance, schema, at)
        case "enum":
            yield at, f"{_shown(error.instance)} is not possible here.", _choices(error.instance, wanted)
        case "dependentRequired":
            yield from _alone(error.instance, wanted, at)
        case None:
            yield at, "This is not possible here.", "Remove it."
        case _:
            message, mend = _generic(str(error.validator), wanted)
            yield at, schema.get("message") or message, schema.get("mend") or mend


def _missing(instance: Json, required: list[str], at: str) -> Iterator[Told]:
    for name in required:
        if name not in instance:
            yield at, f"“{name}” is missing.", f"Add “{name}”."


def _alone(instance: Json, wanted: dict[str, list[str]], at: str) -> Iterator[Told]:
    for name in instance.keys() & wanted.keys():
        for other in wanted[name]:
            if other not in instance:
                yield at, f"“{name}” needs “{other}” beside it.", f"Add “{other}”, or remove “{name}”."


def _unexpected(instance: Json, schema: dict[str, Json], at: str) -> Iterator[Told]:
    known = _known(schema)
    # Such an error is about the object as a whole: the culprits are the names that its schema does not list.
    for name in instance:
        if name not in known:
            listed = f"Possible here: {', '.join(sorted(known))}." if known else "Remove it."
            yield f"{at}{pointer(name)}", f"“{name}” is not known here.", did_you_mean(name, known, listed)


def _known(schema: dict[str, Json]) -> set[str]:
    """Names that the schema and what it refers to list."""
    names = set(mapping(schema.get("properties")))
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference.startswith("#/$defs/"):
        names |= _known(_loaded_once("workflow")["$defs"][reference.removeprefix("#/$defs/")])
    return names


@cache
def _loaded_once(name: str) -> dict[str, Any]:
    return loaded(name)


def _choices(instance: Json, choices: list[Json]) -> str:
    names = [str(choice) for choice in choices]
    return did_you_mean(str(instance), names, f"Possible: {', '.join(names)}.")


def _generic(keyword: str, wanted: Json) -> tuple[str, str]:
    """The sentence for a keyword of JSON Schema whose place in our schema brings none, and the way to mend it."""
    match keyword:
        case "type":
            kinds = [wanted] if isinstance(wanted, str) else wanted
            return f"This must be {' or '.join(KINDS[name] for name in kinds)}.", MENDS[kinds[0]]
        case "minLength" | "minProperties" | "minItems":
            return "This must not be empty.", "Write something here, or remove the key."
        case "minimum":
            return f"This must be {wanted} or more.", f"Write {wanted} or a larger number."
        case _:
            return "This does not have the expected form.", "Compare it with a starter template, or remove it."


def _shown(value: Json) -> str:
    return f"“{value}”" if isinstance(value, str) else "This value"
