"""Whether a document fits our schema, answered quickly, and which of its steps need a closer look.

`jsonschema` finds the words for what is wrong, slowly; nearly all of a document is right nearly always. What is
called sound here is sound for `jsonschema`, too; not the other way round: then there is merely more to look at.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs

from .shapes import Json, dig
from .steps import BRANCHES

FOLDER = Path(__file__).parent / "schemas"
# What Python's \s means in texts. Other engines mean a little more or less by it.
BLANK = r"\t-\r\x{1c}-\x{20}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}"
SPELLED_OUT = {r"[\s\S]": r"(?:.|\n)", r"\S": f"[^{BLANK}]", r"\s": f"[{BLANK}]"}
SOUND: dict[str, Json] = {"set": {"a": 1}}


def suspects(document: dict[str, Json]) -> dict[str, Json] | None:
    """The document with every sound step made tiny, at its own place; None if all of it is sound."""
    if _is_sound("slipway:workflow.json", document):
        return None
    return {**document, "do": _tasks(document["do"])} if "do" in document else document


def loaded(name: str) -> dict[str, Any]:
    """One of our schemas."""
    schema: dict[str, Any] = json.loads((FOLDER / f"{name}.json").read_text())
    return schema


def _tasks(tasks: Json) -> Json:
    return [_item(item) for item in tasks] if isinstance(tasks, list) else tasks


def _item(item: Json) -> Json:
    return {name: _task(body) for name, body in item.items()} if isinstance(item, dict) else item


def _task(body: Json) -> Json:
    if _is_sound("slipway:workflow.json#/$defs/task", body):
        return SOUND
    for keys, _ in BRANCHES:
        if isinstance(tasks := dig(body, *keys), list):
            body = _with(body, keys, _tasks(tasks))
    return body


def _with(value: dict[str, Json], keys: tuple[str, ...], inner: Json) -> dict[str, Json]:
    """A copy with another value below the keys."""
    key, *rest = keys
    return {**value, key: _with(value[key], tuple(rest), inner) if rest else inner}


def _is_sound(schema: str, value: Json) -> bool:
    try:
        return _validator(schema).is_valid(value)
    except ValueError:
        return False


@cache
def _validator(schema: str) -> jsonschema_rs.Draft202012Validator:
    known = [(f"slipway:{name}.json", _portable(loaded(name))) for name in ("workflow", "metadata")]
    return jsonschema_rs.Draft202012Validator({"$ref": schema}, registry=jsonschema_rs.Registry(known))


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
