"""Whether a document, or a part of it, fits our schema: answered in a hundredth of the time, and without words.

What is sound here is sound for `jsonschema`, too; not always the other way round, and then it has more to look at.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from .shapes import Json

FOLDER = Path(__file__).parent / "schemas"
WORKFLOW = "slipway:workflow.json"
# What Python's \s means in texts. Other engines mean a little more or less by it.
BLANK = r"\t-\r\x{1c}-\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"
SPELLED_OUT = {r"[\s\S]": r"(?:.|\n)", r"\S": f"[^{BLANK}]", r"\s": f"[{BLANK}]"}


def is_sound(value: Json, part: str = "") -> bool:
    """Whether the value fits our schema, or the part of it that a pointer like "#/$defs/task" names."""
    try:
        return _validator(part).is_valid(value)
    except ValueError:
        return False


def loaded(name: str) -> dict[str, Any]:
    """One of our schemas."""
    schema: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text())
    return schema


@cache
def _validator(part: str) -> jsonschema_rs.Draft202012Validator:
    known = [(f"slipway:{name}.json", _portable(loaded(name))) for name in ("workflow", "metadata")]
    return jsonschema_rs.Draft202012Validator({"$ref": WORKFLOW + part}, registry=jsonschema_rs.Registry(known))


def _portable(schema: Json) -> Json:
    """The schema with patterns that mean the same in both engines."""
    match schema:
        case {"pattern": str(pattern), **rest}:
            return {"pattern": _spelled_out(pattern), **_portable(rest)}
        case dict():
            return {key: _portable(value) for key, value in schema.items()}
        case list():
            return [_portable(value) for value in schema]
        case _:
            return schema


def _spelled_out(pattern: str) -> str:
    for short, long in SPELLED_OUT.items():
        pattern = pattern.replace(short, long)
    return pattern
