"""How one value is typed: a mode and a text, which together say exactly which value it is."""

import json
import math
import re
from collections.abc import Callable, Mapping
from enum import StrEnum

from apps.releases.definition.expressions import WHOLE
from apps.releases.definition.reader import BOOLEANS, resolved
from apps.releases.definition.shapes import Json


class Mode(StrEnum):
    """What the text of a field means; the last five have fields of their own inside."""

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    NULL = "null"
    JSON = "json"
    PICKED = "picked"
    EXPRESSION = "expression"
    BARE = "bare"
    ONLY = "only"
    OBJECT = "object"
    NAMES = "names"
    LIST = "list"
    CASES = "cases"

    @property
    def label(self) -> str:
        return LABELS[self]

    @property
    def holds_fields(self) -> bool:
        return self in (Mode.OBJECT, Mode.NAMES, Mode.LIST, Mode.CASES)

    @property
    def is_jq(self) -> bool:
        return self in (Mode.PICKED, Mode.EXPRESSION, Mode.BARE)


LABELS = {
    Mode.TEXT: "Text",
    Mode.NUMBER: "Number",
    Mode.BOOLEAN: "Yes or no",
    Mode.NULL: "Nothing (null)",
    Mode.JSON: "JSON",
    Mode.PICKED: "Picked",
    Mode.EXPRESSION: "Expression",
    Mode.BARE: "Expression",
    Mode.ONLY: "Choice",
    Mode.OBJECT: "Fields",
    Mode.NAMES: "Names and values",
    Mode.LIST: "List",
    Mode.CASES: "Cases",
}
# What a browser or HTML would change on the way; such texts are shown as JSON, where they are escaped.
FRAGILE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]")


class Wrong(Exception):
    """The text is none of its mode; the sentence says why."""


def is_plain(text: str) -> bool:
    """Whether a form carries the text there and back unchanged."""
    return not FRAGILE.search(text)


def mode_of(value: Json) -> Mode:
    """The mode of a value for which nothing is expected."""
    match value:
        case None:
            return Mode.NULL
        case bool():
            return Mode.BOOLEAN
        case int() | float():
            return Mode.NUMBER
        case str() if is_plain(value):
            return Mode.EXPRESSION if is_expression(value) else Mode.TEXT
        case _:
            return Mode.JSON


def is_expression(text: str) -> bool:
    """Whether the text is one whole expression, and not an empty one."""
    found = WHOLE.fullmatch(text)
    return found is not None and bool(found[1].strip())


def shown(value: Json, mode: Mode) -> str:
    """The text of a value in a mode; ``parsed`` leads back."""
    match mode:
        case Mode.BOOLEAN:
            return "true" if value else "false"
        case Mode.JSON:
            return as_json(value)
        case Mode.EXPRESSION | Mode.PICKED:
            return _without_braces(value)
        case Mode.ONLY:
            return str(next(iter(value)))
        case _:
            return "" if value is None else str(value)


def as_json(value: Json) -> str:
    """A value as JSON that a form carries unchanged."""
    text = json.dumps(value, ensure_ascii=False, indent=2)
    return text if is_plain(text) else json.dumps(value, indent=2)


def parsed(text: str, mode: Mode) -> Json:
    """The value that a text is in a mode. Raises ``Wrong``."""
    return READERS[mode](text) if mode in READERS else text


def _without_braces(value: str) -> str:
    found = WHOLE.fullmatch(value)
    bare = found[1].strip() if found else ""
    return bare if bare and not WHOLE.fullmatch(bare) and f"${{ {bare} }}" == value else value


def _expression(text: str) -> str:
    bare = text.strip()
    if not bare:
        raise Wrong("Write an expression, or pick a value.")
    return text if WHOLE.fullmatch(text) else f"${{ {bare} }}"


def _boolean(text: str) -> bool:
    if text.strip() not in BOOLEANS:
        raise Wrong("Choose yes or no.")
    return BOOLEANS[text.strip()]


def _number(text: str) -> int | float:
    try:
        value = resolved(text.strip())
    except ValueError as error:
        raise Wrong(str(error)) from None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Wrong(f"“{text.strip()[:40]}” is no number." if text.strip() else "Enter a number.")
    return value


def _json(text: str) -> Json:
    try:
        return json.loads(text, parse_constant=_no_constant, parse_float=_finite, object_pairs_hook=_once)
    except RecursionError:
        raise Wrong("This is nested too deep.") from None
    except ValueError as error:
        raise Wrong(f"This is not JSON: {error}.") from None


def _no_constant(name: str) -> Json:
    raise Wrong(f"{name} is no value of JSON.")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise Wrong(f"{text[:40]} is too large a number.")
    return number


def _once(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members: dict[str, Json] = {}
    for key, value in pairs:
        if key in members:
            raise Wrong(f"“{key}” stands here twice.")
        members[key] = value
    return members


READERS: Mapping[Mode, Callable[[str], Json]] = {
    Mode.NULL: lambda _text: None,
    Mode.BOOLEAN: _boolean,
    Mode.NUMBER: _number,
    Mode.JSON: _json,
    Mode.EXPRESSION: _expression,
    Mode.PICKED: _expression,
    Mode.ONLY: lambda text: {text: {}},
}
