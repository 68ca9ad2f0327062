"""Checks of data against the schemas that a document gives."""

from collections.abc import Mapping
from typing import Any

from jsonschema.exceptions import SchemaError, best_match
from referencing.exceptions import Unresolvable

from apps.core.schemas import validator_of
from apps.runs.interpreter.problems import Fault, Unsupported, problem


def check(schema: Mapping[str, Any] | None, value: Any, *, what: str, reference: str) -> None:
    """Raise a validation ``Fault`` where ``value`` does not fit. ``what`` names the data in the sentence."""
    if schema is None:
        return
    if schema.get("format", "json") != "json" or "document" not in schema:
        raise Unsupported("a schema that is no inline JSON Schema", reference)
    if complaint := _complaint(schema["document"], value):
        raise Fault(
            problem("validation", instance=reference, detail=f"The {what} does not fit its schema: {complaint}")
        )


def _complaint(document: Any, value: Any) -> str:
    try:
        error = best_match(validator_of(document).iter_errors(value))
    except (SchemaError, Unresolvable) as broken:
        return f"the schema itself is wrong ({type(broken).__name__})."
    if error is None:
        return ""
    return f"{error.json_path}: {error.message[:300]}"
