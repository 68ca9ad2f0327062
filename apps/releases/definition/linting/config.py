"""The configuration schema: that it is one, that its defaults fit, and that the wizard can show it."""

from __future__ import annotations

from collections.abc import Iterator

from jsonschema import Draft202012Validator, SchemaError
from jsonschema.exceptions import ValidationError

from ..document import Definition
from ..findings import Finding, did_you_mean
from ..metadata import ours
from ..shapes import Json, dig, leaves, mapping, pointer, sequence, text

AT = "/input/schema/document/properties/config"
WIZARD = "/document/metadata/slipway/wizard"
SIMPLE = ("string", "number", "integer", "boolean")
# Keywords that the wizard does not turn into a form: such a field is shown as checked JSON.
COMPLEX = ("oneOf", "anyOf", "allOf", "not", "if", "$ref", "patternProperties", "prefixItems", "dependentSchemas")
WILD = ("$ref", "$dynamicRef", "$schema", "$id", "pattern", "patternProperties", "not", "if")
SECRETS = ("password", "passwd", "secret", "token", "apikey", "api_key", "privatekey", "private_key")


def findings(definition: Definition) -> Iterator[Finding]:
    schema = definition.config_schema
    broken = _broken(dig(definition.document, "input", "schema", "document"))
    if broken is not None:
        at = f"/input/schema/document{pointer(*broken.absolute_path)}"
        yield definition.error("config-schema", at, f"This is no JSON schema: {broken.message}.", "Mend the schema.")
        return
    for name, field in mapping(schema.get("properties")).items():
        yield from _field(definition, name, field)
    yield from _required(definition, schema)
    yield from _pages(definition)


def _broken(schema: Json) -> SchemaError | ValidationError | None:
    if schema is None:
        return None
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        return error
    except (OverflowError, RecursionError):
        return SchemaError("a regular expression in it is too large")
    return None


def _field(definition: Definition, name: str, field: Json) -> Iterator[Finding]:
    at = f"{AT}/properties{pointer(name)}"
    yield from _elsewhere(definition, at, field)
    reason = unshowable(field)
    if reason:
        message = f"The wizard shows “{name}” as a JSON text, because {reason}."
        yield definition.warning(
            "wizard", at, message, "Use text, numbers, choices, dates, flat objects, or lists of these."
        )
    if name.lower() in SECRETS or dig(field, "format") == "password":
        message = f"“{name}” looks like a secret, and answers of the wizard are not sealed."
        yield definition.warning("wizard", at, message, "Let the connection of a slot hold it.")
    yield from _default(definition, at, name, field)


def _elsewhere(definition: Definition, at: str, field: Json) -> Iterator[Finding]:
    for path, value in leaves(field, at):
        if path.endswith("/$ref") and not text(value).startswith("#"):
            yield definition.error("config-schema", path, "A schema cannot refer to other documents.", "Write it out.")


def _default(definition: Definition, at: str, name: str, field: Json) -> Iterator[Finding]:
    if not isinstance(field, dict) or "default" not in field:
        return
    for error in Draft202012Validator(_tame(field)).iter_errors(field["default"]):
        message = f"The default of “{name}” does not fit its own rules: {error.message}."
        yield definition.error("config-default", f"{at}/default", message, "Change the default or the rules.")


def _tame(schema: Json) -> Json:
    """The schema without what could look elsewhere, or run a stranger's regular expression for ever."""
    match schema:
        case dict():
            return {key: _tame(value) for key, value in schema.items() if key not in WILD}
        case list():
            return [_tame(value) for value in schema]
        case _:
            return schema


def unshowable(field: Json) -> str:
    """Why the wizard cannot show the field as a form field, or ""."""
    return _beyond(field) or _nested(mapping(field))


def _beyond(field: Json) -> str:
    if not isinstance(field, dict):
        return "it has no type"
    keyword = next((name for name in COMPLEX if name in field), None)
    if keyword:
        return f"it uses “{keyword}”"
    kind = field.get("type")
    if isinstance(kind, list):
        return "it may have several types"
    if kind is None and "enum" not in field and "const" not in field:
        return "it has no type"
    return "" if kind in (None, *SIMPLE, "object", "array") else f"its type is “{kind}”"


def _nested(field: dict[str, Json]) -> str:
    match field.get("type"):
        case "object":
            return _flat(field)
        case "array":
            items = mapping(field.get("items"))
            return _beyond(items) or ("it is a list of lists" if items.get("type") == "array" else _nested(items))
        case _:
            return ""


def _flat(field: dict[str, Json]) -> str:
    members = mapping(field.get("properties"))
    if not members:
        return "it is an object without known members"
    deep = next((name for name, member in members.items() if dig(member, "type") in ("object", "array")), None)
    if deep:
        return f"“{deep}” inside it is an object or a list"
    return next((reason for member in members.values() if (reason := _beyond(member))), "")


def _required(definition: Definition, schema: dict[str, Json]) -> Iterator[Finding]:
    known = mapping(schema.get("properties"))
    for index, name in enumerate(sequence(schema.get("required"))):
        if isinstance(name, str) and name not in known:
            message = f"“{name}” is required, but there is no such setting."
            mend = did_you_mean(name, known, "Describe it below “properties”, or remove it here.")
            yield definition.error("config-schema", f"{AT}/required/{index}", message, mend)


def _pages(definition: Definition) -> Iterator[Finding]:
    known = mapping(definition.config_schema.get("properties"))
    wizard = mapping(ours(definition.document).get("wizard"))
    seen: set[str] = set()
    for path, name in _placed(wizard):
        if name not in known:
            mend = did_you_mean(name, known, "Add it to the configuration schema, or remove it here.")
            yield definition.error("unknown-setting", path, f"There is no setting “{name}”.", mend)
        if name in seen and path.startswith(f"{WIZARD}/pages"):
            message = f"“{name}” stands on two pages."
            yield definition.error("wizard", path, message, "Remove it from one of them.")
        seen.add(name)


def _placed(wizard: dict[str, Json]) -> Iterator[tuple[str, str]]:
    for number, page in enumerate(sequence(wizard.get("pages"))):
        for index, name in enumerate(sequence(dig(page, "fields"))):
            if isinstance(name, str):
                yield f"{WIZARD}/pages/{number}/fields/{index}", name
    for name in mapping(wizard.get("audience")):
        yield f"{WIZARD}/audience{pointer(name)}", name
