"""The schema is the judge: what it finds wrong with answers, said to the person who gave them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, cast
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator, FormatChecker, SchemaError, ValidationError
from referencing.exceptions import Unresolvable

from apps.core.schemas import validator_of
from apps.deployments.config_form.questions import Json, Schema

_FORMATS = FormatChecker(["email", "date", "date-time", "time", "uuid", "ipv4", "ipv6"])
_KINDS = {
    "object": "a group of fields",
    "array": "a list",
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "yes or no",
    "null": "empty",
}
_FORMAT_WORDS = {
    "email": "an e-mail address, such as name@example.com",
    "uri": "a web address, such as https://example.com",
    "date": "a date, such as 2026-03-09",
    "date-time": "a moment, such as 2026-03-09T08:00:00Z",
    "time": "a time, such as 08:00:00Z",
    "uuid": "a UUID",
}


@dataclass(frozen=True)
class Fault:
    """One thing wrong. ``field`` is the property ("" for the whole), ``place`` where inside of it ("entry 2")."""

    field: str
    place: str
    message: str

    @property
    def sentence(self) -> str:
        return f"{self.place}: {self.message}" if self.place else self.message


def faults(schema: Schema, config: Json) -> list[Fault]:
    """Return everything that the schema has against the configuration, empty when it accepts it."""
    if wrong := unusable(schema):
        return [Fault("", "", wrong)]
    try:
        found = validator_of(schema, formats=_FORMATS).iter_errors(config)
        errors = sorted(found, key=lambda error: [str(part) for part in error.path])
    except Unresolvable as error:
        return [Fault("", "", f"The release's configuration refers to something that it does not contain: {error}.")]
    return list(dict.fromkeys(fault for error in errors for fault in _told(error)))


def faults_of(schema: Schema, name: str, value: Json) -> list[Fault]:
    """Return what the schema has against one answer, whatever the others are."""
    alone = {key: part for key, part in schema.items() if key.startswith("$")}
    return faults({**alone, "type": "object", "properties": {name: schema["properties"][name]}}, {name: value})


def unusable(schema: Schema) -> str:
    """Return why nothing can be checked by this schema, or ""."""
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        return f"The release's configuration schema is not valid: {error.message}."
    return ""


def _told(error: ValidationError) -> Iterator[Fault]:
    path, bound, instance = list(error.absolute_path), cast("Any", error.validator_value), cast("Any", error.instance)
    if error.validator == "required":
        for name in bound:
            if name not in instance:
                yield _fault([*path, name], "This needs an answer.")
    elif error.validator in ("additionalProperties", "unevaluatedProperties"):
        yield _fault(path, f"The release does not know this: {error.message}.")
    else:
        yield _fault(path, _sentence(error))


def _fault(path: list[str | int], message: str) -> Fault:
    field, *inside = path or [""]
    return Fault(str(field), ", ".join(_place(part) for part in inside), message)


def _place(part: str | int) -> str:
    return f"entry {part + 1}" if isinstance(part, int) else part


def _sentence(error: ValidationError) -> str:
    bound = cast("Any", error.validator_value)
    match error.validator:
        case "type":
            names = [bound] if isinstance(bound, str) else bound
            return f"This must be {' or '.join(_KINDS[name] for name in names)}."
        case "format":
            return f"This must be {_FORMAT_WORDS.get(bound, f'of the form “{bound}”')}."
        case _ if words := _BOUNDS.get(str(error.validator)):
            return words.format(bound)
        case "enum" | "const" | "oneOf":
            return "This is not one of the possible answers."
        case _:
            return f"This does not fit: {error.message}."


_BOUNDS = {
    "minimum": "This must be {} or more.",
    "maximum": "This must be {} or less.",
    "exclusiveMinimum": "This must be more than {}.",
    "exclusiveMaximum": "This must be less than {}.",
    "multipleOf": "This must be a multiple of {}.",
    "minLength": "This needs at least {} characters.",
    "maxLength": "This holds at most {} characters.",
    "minItems": "This needs at least {} entries.",
    "maxItems": "This holds at most {} entries.",
    "uniqueItems": "Every entry may occur only once.",
    "pattern": "This does not have the expected form ({}).",
}


@_FORMATS.checks("uri")
def _is_web_address(value: object) -> bool:
    if not isinstance(value, str):
        return True
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return bool(parts.scheme and (parts.netloc or parts.path))


@_FORMATS.checks("date", raises=ValueError)
def _is_date(value: object) -> bool:
    return not isinstance(value, str) or (len(value) == 10 and bool(date.fromisoformat(value)))
