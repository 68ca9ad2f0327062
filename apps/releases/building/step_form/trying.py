"""Asked while somebody types: what an expression gives, and which operations there are."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from apps.connectors.models import Operation
from apps.connectors.selectors import search_operations
from apps.releases.building.step_form.surroundings import BuiltApi, Surroundings, tried
from apps.releases.definition import Definition
from apps.releases.definition.shapes import Json

MOST_FOUND = 40
LONGEST = 1_500
KINDS = {dict: "object", list: "list", str: "text", bool: "yes or no", int: "number", float: "number"}


@dataclass(frozen=True)
class Result:
    """What an expression gives: its kind in a word, and the value as JSON, cut where it is long."""

    kind: str
    text: str
    is_cut: bool


def result(definition: Definition, pointer: str, field: str, program: str) -> Result | None:
    """Evaluate an expression of a field with sample data; None for no expression. Raises ``ExpressionFailed``."""
    if not program.strip():
        return None
    value = tried(program, Surroundings(definition).here(pointer, field))
    shown = json.dumps(value, ensure_ascii=False, indent=2)
    return Result(_kind(value), shown[:LONGEST], len(shown) > LONGEST)


def operations(api: BuiltApi | None, search: str) -> Sequence[Operation]:
    """Find operations by words of their id, path, method, summary and tags; at most ``MOST_FOUND``."""
    return list(search_operations(api.build, search)[:MOST_FOUND]) if api else []


def _kind(value: Json) -> str:
    if isinstance(value, list | dict):
        return f"{KINDS[type(value)]} of {len(value)}"
    return KINDS.get(type(value), "nothing")
