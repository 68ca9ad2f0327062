"""Values of a configuration as people type them in forms, and back with exact types."""

import json
import math
import re
from typing import Any, NoReturn

from apps.releases.building.settings.edits import MISSING
from apps.releases.building.settings.kinds import CHOICES, NUMBERS, TEXTS, Kind
from apps.releases.definition.shapes import Json

_WHOLE = re.compile(r"[-+]?[0-9]{1,100}")
# Larger whole numbers lose digits in JSON, so no definition may hold them.
LARGEST = 2**53 - 1
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}


def shown(kind: Kind, value: Any) -> str:
    """Return a default as a person would type it; lists have one entry on each line."""
    if value is MISSING:
        return ""
    if kind.is_list and kind.entry is not Kind.OBJECT and isinstance(value, list):
        lines = [shown(kind.entry, entry) for entry in value]
        return "\n".join(lines) if all(_is_line(line) for line in lines) else _json(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value if isinstance(value, str) and kind.entry in (*TEXTS, Kind.DATE, Kind.CHOICE) else _json(value)


def typed(kind: Kind, words: str) -> Json:
    """Return the value that was typed. Raises ``ValueError`` with a sentence."""
    if kind.entry is Kind.OBJECT:
        return parsed(words, list if kind.is_list else dict)
    if kind.is_list:
        if words.lstrip().startswith("["):
            return parsed(words, list)
        return [one(kind.entry, line.strip()) for line in words.splitlines() if line.strip()]
    return one(kind, words if kind is Kind.LONG_TEXT else words.strip())


def one(kind: Kind, words: str) -> Json:
    """Return one value that is not a list or a group. Raises ``ValueError`` with a sentence."""
    if kind is Kind.BOOLEAN:
        if words.lower() not in _YES_NO:
            raise ValueError("Write yes or no.")
        return _YES_NO[words.lower()]
    if kind is Kind.INTEGER and not _WHOLE.fullmatch(words):
        raise ValueError(f"“{words}” is no whole number.")
    return number(words) if kind in NUMBERS or kind is Kind.NUMBER_CHOICE else words


def number(words: str) -> int | float:
    """Return a number, whole if it was typed whole. Raises ``ValueError`` with a sentence."""
    if _WHOLE.fullmatch(words):
        return _whole(words)
    try:
        value = float(words)
    except ValueError:
        raise ValueError(f"“{words}” is no number.") from None
    if not math.isfinite(value):
        raise ValueError(f"“{words}” is no number that a definition can hold.")
    return value


def parsed(words: str, expected: type = object) -> Json:
    """Return what is typed as JSON. Raises ``ValueError`` with a sentence."""
    try:
        value = json.loads(words, parse_constant=_refuse, parse_int=_whole)
    except (json.JSONDecodeError, RecursionError):
        raise ValueError("This is not JSON. Text stands in double quotes, keys too.") from None
    if not isinstance(value, expected):
        kind = "a list in brackets" if expected is list else "an object in braces"
        raise ValueError(f"Write {kind}, as JSON.")  # noqa: TRY004 - what was typed is a value
    return value


def options_shown(options: list[Json]) -> str:
    """Return the options of a choice, one on each line."""
    return "\n".join(option if isinstance(option, str) else _json(option) for option in options)


def options_typed(kind: Kind, words: str) -> list[Json]:
    """Return the options of a choice, each once. Raises ``ValueError`` with a sentence."""
    lines = [line.strip() for line in words.splitlines() if line.strip()]
    read = number if kind.entry is Kind.NUMBER_CHOICE else str
    return list(dict.fromkeys(read(line) for line in lines)) if kind.entry in CHOICES else []


def as_json(value: Any) -> str:
    """Return a value as JSON over several lines, "" for none."""
    return "" if value is MISSING else json.dumps(value, indent=2, ensure_ascii=False)


def plain(words: str) -> str:
    """Return a text as forms send it back: other line ends and blanks around it do not count as a change."""
    return words.replace("\r\n", "\n").strip()


def _is_line(line: str) -> bool:
    return bool(line) and line == line.strip() and len(line.splitlines()) == 1 and not line.startswith("[")


def _json(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def _whole(words: str) -> int:
    if len(words) > len(str(LARGEST)) + 1 or abs(int(words)) > LARGEST:
        raise ValueError(f"{words[:40]} is too large to be kept exactly: whole numbers go up to {LARGEST}.")
    return int(words)


def _refuse(_constant: str) -> NoReturn:
    raise ValueError("Infinite numbers and “not a number” have no place in a definition.")
