"""JSON Schemas that other people wrote: nothing is fetched for them, and no pattern of theirs runs for long."""

from collections.abc import Iterator, Mapping
from typing import Any

import regex
from jsonschema import Draft202012Validator, FormatChecker, ValidationError
from jsonschema.validators import extend
from referencing import Registry

PATTERN_S = 0.2


def validator_of(schema: Any, *, formats: FormatChecker | None = None) -> Draft202012Validator:
    """Return the judge of data by ``schema``. A reference that leaves the schema is an error, not a request."""
    # Without a registry of its own jsonschema would fetch references over the network.
    registry: Registry[Any] = Registry()
    judge: Draft202012Validator = _Bounded(schema, format_checker=formats, registry=registry)
    return judge


def matches(pattern: str, text: str) -> bool:
    """Tell whether a pattern is found in a text. One that is broken or takes too long is not."""
    try:
        return regex.search(pattern, text, timeout=PATTERN_S) is not None
    except (regex.error, TimeoutError):
        return False


def _pattern(
    validator: Draft202012Validator, pattern: str, instance: Any, _schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    if validator.is_type(instance, "string") and not matches(pattern, instance):
        yield ValidationError(f"{instance!r} does not match {pattern!r}")


def _pattern_properties(
    validator: Draft202012Validator, patterns: Mapping[str, Any], instance: Any, _schema: Mapping[str, Any]
) -> Iterator[ValidationError]:
    for pattern, subschema in patterns.items():
        for name, value in instance.items() if validator.is_type(instance, "object") else ():
            if matches(pattern, name):
                yield from validator.descend(value, subschema, path=name, schema_path=pattern)


_Bounded: Any = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator, {"pattern": _pattern, "patternProperties": _pattern_properties}
)
