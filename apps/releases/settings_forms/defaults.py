"""Whether a default fits the rules of its own field."""

from typing import Any

from jsonschema import FormatChecker, SchemaError

from apps.core.schemas import validator_of

_FORMATS = FormatChecker(["email", "date"])


def refusal(schema: dict[str, Any]) -> str:
    """Why the default does not fit the rules of its field, ""."""
    if "default" not in schema:
        return ""
    judge = validator_of(schema, formats=_FORMATS)
    try:
        judge.check_schema(schema)
    except SchemaError as error:
        return f"The rules of this field are no JSON schema: {error.message}."
    wrong = next(iter(judge.iter_errors(schema["default"])), None)
    return f"The default does not fit the rules: {_sentence(wrong)}" if wrong else ""


def _sentence(error: Any) -> str:
    words = {
        "minimum": "it must be {} or more.",
        "maximum": "it must be {} or less.",
        "minLength": "it needs at least {} characters.",
        "maxLength": "it holds at most {} characters.",
        "minItems": "it needs at least {} entries.",
        "maxItems": "it holds at most {} entries.",
        "uniqueItems": "every entry may occur only once.",
        "pattern": "it does not match {}.",
        "enum": "it is none of the options.",
        "format": "it is no {}.",
    }
    formats = {"email": "e-mail address", "date": "date such as 2026-03-09"}
    bound = formats.get(str(error.validator_value), error.validator_value)
    told = words.get(error.validator)
    return told.format(bound) if told else f"{error.message}."
