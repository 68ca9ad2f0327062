"""Values as text, in the manner of the text around them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import yaml

from .. import reader
from ..findings import DefinitionError
from ..shapes import Json
from ..stamp import Dumper

ENDLESS = 1 << 30
# A JSON text is YAML, too, and there these end a line or cannot be read.
UNREADABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
TEXT = "tag:yaml.org,2002:str"


@dataclass(frozen=True, slots=True)
class Manner:
    """How a text is written: as JSON or in lines, and how deep objects and lists are indented below their key."""

    is_json: bool
    indent: int
    list_indent: int


@dataclass(frozen=True, slots=True)
class Written:
    """What stands behind a colon or dash, and the lines below; their indentation counts from the key or the dash."""

    head: str
    below: tuple[str, ...] = ()


class Styled(str):
    """A text with the quotes that it shall have."""

    style: str

    def __new__(cls, value: str, style: str) -> Styled:
        made = super().__new__(cls, value)
        made.style = style
        return made


def in_lines(value: Json, manner: Manner, *, item: bool, style: str = "") -> Written:
    """A value behind a key, or behind a dash for an `item`. A text keeps its `style` of quotes where it can."""
    for wish in _styles(value, style):
        around = [wish] if item else {"k": wish}
        text = _dump(around, manner, flow=False)
        if not isinstance(value, str) or _reads(text, around):
            break
    first, *below = text.split("\n")[:-1]
    return Written(first[1 if item else 2 :].strip(" "), tuple(below))


def in_brackets(value: Json, manner: Manner, *, style: str = "", column: int | None = None) -> str:
    """A value inside brackets or braces, on one line; JSON takes lines of its own where the `column` is given."""
    if manner.is_json:
        return _json(value, manner, column)
    for wish in _styles(value, style):
        text = _dump([wish], manner, flow=True)
        if not isinstance(value, str) or _reads(text, [wish]):
            break
    return text.strip("\n")[1:-1]


def key(name: str, manner: Manner, *, style: str = "") -> str:
    return in_brackets(name, manner, style=style if style in ("'", '"') else "")


def shifted(lines: tuple[str, ...] | list[str], by: int) -> list[str]:
    """Lines indented deeper, or less deep where `by` is negative; empty lines stay empty."""
    if by >= 0:
        return [" " * by + line if line.strip() else line for line in lines]
    return [line[min(-by, len(line) - len(line.lstrip(" "))) :] for line in lines]


def _styles(value: Json, style: str) -> list[Json]:
    if not isinstance(value, str):
        return [value]
    multiline_quotes = style == "'" and "\n" in value
    wishes = [Styled(value, style)] if style and not multiline_quotes else []
    return [*wishes, value, Styled(value, '"')]


def _json(value: Json, manner: Manner, column: int | None) -> str:
    text = json.dumps(value, ensure_ascii=False, indent=None if column is None else manner.indent)
    text = UNREADABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
    first, *rest = text.split("\n")
    return "\n".join([first, *shifted(rest, column or 0)])


def _reads(text: str, value: Json) -> bool:
    try:
        return bool(reader.read(text.encode()).document == value)
    except (DefinitionError, UnicodeEncodeError):
        return False


def _dump(value: Json, manner: Manner, *, flow: bool) -> str:
    dumper = _dumper(manner.list_indent > 0)
    how: dict[str, Any] = {"sort_keys": False, "allow_unicode": True, "width": ENDLESS, "default_flow_style": flow}
    return str(yaml.dump(value, Dumper=dumper, indent=manner.indent, **how))


@cache
def _dumper(indented_lists: bool) -> type[Dumper]:
    class Manners(Dumper):
        def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
            return super().increase_indent(flow, indentless and not indented_lists)

    Manners.add_representer(str, _text)
    Manners.add_representer(Styled, _styled)
    return Manners


def _text(dumper: Any, value: str) -> yaml.Node:
    # What begins or ends with empty lines depends on what stands around it when written in lines.
    if "\n" in value and (value[0] in " \n" or value.endswith("\n\n")):
        return _styled(dumper, Styled(value, '"'))
    node: yaml.Node = Dumper.yaml_representers[str](dumper, value)
    return node


def _styled(dumper: Any, value: Styled) -> yaml.Node:
    node: yaml.Node = dumper.represent_scalar(TEXT, str(value), style=value.style)
    return node
