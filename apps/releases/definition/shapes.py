"""Careful access to plain JSON data of which nothing is known yet."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

type Json = Any


def mapping(value: Json) -> dict[str, Json]:
    """The value if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def sequence(value: Json) -> list[Json]:
    """The value if it is an array, else an empty one."""
    return value if isinstance(value, list) else []


def text(value: Json) -> str:
    """The value if it is a string, else an empty one."""
    return value if isinstance(value, str) else ""


def dig(value: Json, *keys: str) -> Json:
    """The value below these keys, or None as soon as one is missing."""
    for key in keys:
        value = mapping(value).get(key)
    return value


def escaped(key: str) -> str:
    """One part of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def unescaped(part: str) -> str:
    """The key that one part of a JSON pointer stands for."""
    return part.replace("~1", "/").replace("~0", "~")


def index_of(part: str) -> int | None:
    """The place in a list that one part of a JSON pointer stands for, None for a part that is no place."""
    return int(part) if part.isascii() and part.isdigit() and len(part) < 10 else None


def same(one: Json, other: Json) -> bool:
    """Whether two values are alike in JSON: 1 is neither true nor 1.0, the order of keys says nothing."""
    if type(one) is not type(other):
        return False
    return _spelled(one) == _spelled(other) if isinstance(one, dict | list) else bool(one == other)


def _spelled(value: Json) -> str:
    return json.dumps(value, sort_keys=True)


def pointer(*parts: str | int) -> str:
    return "".join(f"/{escaped(str(part))}" for part in parts)


def leaves(value: Json, at: str = "") -> Iterator[tuple[str, Json]]:
    """Every scalar below the value with its JSON pointer, in the order of the document."""
    waiting = [(at, value)]
    while waiting:
        at, value = waiting.pop()
        if isinstance(value, dict):
            waiting += [(f"{at}/{escaped(str(key))}", value[key]) for key in reversed(value)]
        elif isinstance(value, list):
            waiting += [(f"{at}/{index}", value[index]) for index in range(len(value) - 1, -1, -1)]
        else:
            yield at, value
