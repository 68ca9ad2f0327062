"""Reads YAML 1.2 (and so JSON) into plain data with the line of every node.

PyYAML's C scanner gives the events; objects are built here, by YAML 1.2's core schema, under budgets that are
checked before anything is built. `on`, `yes` and dates are strings; keys are always strings.
"""

from __future__ import annotations

import copy
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NoReturn

import yaml
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from .explained import FLATTEN, UNALIAS, UNKNOWN_ALIAS, explained
from .findings import DefinitionError, Finding, Level
from .shapes import Json, escaped

CORE = "tag:yaml.org,2002:"
NULL = frozenset({"", "~", "null", "Null", "NULL"})
BOOLEANS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
INTEGER = re.compile(r"[-+]?[0-9]+")
PREFIXED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
NOT_FINITE = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")
BEGIN_NUMBERS = frozenset("0123456789+-.")
MANY_DIGITS = 100
# JSON writes characters beyond the basic plane as two escapes, which YAML refuses.
SURROGATE_PAIR = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


@dataclass(frozen=True, slots=True)
class Limits:
    """Budgets of one document; `nodes` counts what aliases stand for, too."""

    size: int = 1_000_000
    depth: int = 64
    events: int = 60_000
    aliases: int = 200
    nodes: int = 60_000


@dataclass(frozen=True, slots=True)
class Reading:
    document: Json
    lines: dict[str, int]


@lru_cache(maxsize=4)
def read(payload: bytes, limits: Limits = Limits()) -> Reading:
    """Data and lines of one document; raises DefinitionError with the place and the reason.

    An edit reads what it has made, and whoever saves that reads it again: what was read last is kept, and shared.
    """
    text = _decoded(payload, limits)
    _check_brackets(text, limits)
    if text.lstrip().startswith(("{", "[")):
        text = SURROGATE_PAIR.sub(joined, text)
    try:
        return _Builder(text, limits).reading()
    except yaml.MarkedYAMLError as error:
        message, mend = explained(error.problem or "")
        _refuse(message, error.problem_mark or error.context_mark, mend=mend)
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        _refuse("There is an invisible control character in the text.", line=line, mend="Delete that character.")


def resolved(plain: str) -> Json:
    """The value of an unquoted scalar by YAML 1.2's core schema; raises ValueError where JSON has no such value."""
    if plain in NULL:
        return None
    if plain in BOOLEANS:
        return BOOLEANS[plain]
    return _number(plain) if plain[0] in BEGIN_NUMBERS else plain


def _number(plain: str) -> Json:
    if INTEGER.fullmatch(plain) or PREFIXED.fullmatch(plain):
        return _integer(plain)
    if FLOAT.fullmatch(plain):
        return _finite(float(plain))
    if NOT_FINITE.fullmatch(plain):
        return _finite(math.inf)
    return plain


def _integer(plain: str) -> int:
    if len(plain) > MANY_DIGITS:
        raise ValueError(f"This number has more than {MANY_DIGITS} digits.")
    return int(plain, 0) if PREFIXED.fullmatch(plain) else int(plain)


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError("Infinite numbers and “not a number” have no place in a definition.")
    return number


def _decoded(payload: bytes, limits: Limits) -> str:
    if len(payload) > limits.size:
        line = payload.count(b"\n", 0, limits.size) + 1
        message = f"The text is larger than {limits.size // 1000} kB."
        _refuse(message, line=line, mend="Move long texts out of the definition.")
    try:
        return payload.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = payload.count(b"\n", 0, error.start) + 1
        _refuse("The text is not UTF-8.", line=line, mend="Save the file with the encoding UTF-8.")


def _check_brackets(text: str, limits: Limits) -> None:
    # The C scanner's own stack is not ours to limit, so brackets are counted before it sees the text; those in
    # quotes count too, which is harmless far above the real limit.
    depth = 0
    for match in re.finditer(r"[\[\]{}]", text):
        depth = depth + 1 if match[0] in "[{" else max(depth - 1, 0)
        if depth > limits.depth * 16:
            line = text.count("\n", 0, match.start()) + 1
            _refuse("Brackets are nested too deep.", line=line, mend="Close the brackets that are open.")


def joined(match: re.Match[str]) -> str:
    """A pair of JSON's escapes as the one escape that YAML knows."""
    high, low = int(match[2], 16), int(match[3], 16)
    return f"{match[1]}\\U{0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00):08X}"


def _refuse(message: str, mark: Any = None, *, mend: str, line: int | None = None, path: str = "") -> NoReturn:
    column = None if mark is None else mark.column + 1
    line = line if mark is None else mark.line + 1
    raise DefinitionError([Finding(Level.ERROR, "yaml", "", path, line, message, mend, column)])


class _Builder:
    """Builds data from the scanner's events, one budget at a time."""

    def __init__(self, text: str, limits: Limits) -> None:
        self.limits = limits
        self.events = self._counted(yaml.parse(text, Loader=yaml.CSafeLoader))
        self.lines: dict[str, int] = {}
        self.anchors: dict[str, tuple[Json, int]] = {}
        self.nodes = 0
        self.aliases = 0

    def reading(self) -> Reading:
        document: Json = None
        starts = 0
        for event in self.events:
            if isinstance(event, DocumentStartEvent):
                starts += 1
                if starts > 1:
                    _refuse("A second document starts here.", event.start_mark, mend="Keep one document per text.")
                first = next(self.events)
                self.lines[""] = _line(first)
                document = self._node(first, "", 1)
        if not starts:
            _refuse("The text is empty.", line=1, mend="Begin with a starter template.")
        return Reading(document, self.lines)

    def _counted(self, events: Iterator[Event]) -> Iterator[Event]:
        most = self.limits.events
        for number, event in enumerate(events):
            if number > most:
                _refuse("The text has too many parts.", event.start_mark, mend="Split the integration in two.")
            yield event

    def _node(self, event: Event, path: str, depth: int) -> Json:
        if depth > self.limits.depth:
            _refuse(
                f"This is nested deeper than {self.limits.depth} levels.", event.start_mark, path=path, mend=FLATTEN
            )
        if isinstance(event, AliasEvent):
            return self._alias(event, depth)
        before = self.nodes
        self._spend(1, event)
        value = _scalar(event) if isinstance(event, ScalarEvent) else self._value(event, path, depth)
        anchor = getattr(event, "anchor", None)
        if anchor is not None:
            self.anchors[anchor] = (value, self.nodes - before)
        return value

    def _value(self, event: Event, path: str, depth: int) -> Json:
        match event:
            case MappingStartEvent():
                _check_tag(event, "map")
                return self._mapping(path, depth)
            case SequenceStartEvent():
                _check_tag(event, "seq")
                return self._sequence(path, depth)
        _refuse("This cannot be read as YAML.", event.start_mark, mend="Check the indentation and the quotes here.")

    def _mapping(self, path: str, depth: int) -> dict[str, Json]:
        members: dict[str, Json] = {}
        while not isinstance(event := next(self.events), MappingEndEvent):
            key = _key(event, members)
            below = f"{path}/{escaped(key)}"
            self.lines[below] = _line(event)
            members[key] = self._node(next(self.events), below, depth + 1)
        return members

    def _sequence(self, path: str, depth: int) -> list[Json]:
        items: list[Json] = []
        while not isinstance(event := next(self.events), SequenceEndEvent):
            below = f"{path}/{len(items)}"
            self.lines[below] = _line(event)
            items.append(self._node(event, below, depth + 1))
        return items

    def _alias(self, event: AliasEvent, depth: int) -> Json:
        self.aliases += 1
        if self.aliases > self.limits.aliases:
            _refuse(f"More than {self.limits.aliases} aliases (*) are used.", event.start_mark, mend=UNALIAS)
        if event.anchor not in self.anchors:
            _refuse(UNKNOWN_ALIAS[0], event.start_mark, mend=UNKNOWN_ALIAS[1])
        value, size = self.anchors[event.anchor]
        self._spend(size, event)
        if depth + _height(value) > self.limits.depth:
            _refuse(f"This alias nests deeper than {self.limits.depth} levels.", event.start_mark, mend=FLATTEN)
        return copy.deepcopy(value)

    def _spend(self, nodes: int, event: Event) -> None:
        self.nodes += nodes
        if self.nodes > self.limits.nodes:
            _refuse("The text grows too large when its aliases (*) are filled in.", event.start_mark, mend=UNALIAS)


def _line(event: Event) -> int:
    return event.start_mark.line + 1 if event.start_mark else 1


def _key(event: Event, members: dict[str, Json]) -> str:
    mark = event.start_mark
    if not isinstance(event, ScalarEvent):
        _refuse("A key must be a plain text here.", mark, mend="Quote a text that begins with a bracket or brace.")
    key = str(event.value)
    if key == "<<" and event.implicit[0]:
        _refuse("Merge keys (<<) are not part of YAML 1.2.", mark, mend="Write the keys out.")
    if not key:
        _refuse("A key is empty.", mark, mend="Give it a name.")
    if key in members:
        _refuse(f"The key “{key}” stands here twice.", mark, mend="Remove one of the two.")
    return key


def _scalar(event: ScalarEvent) -> Json:
    try:
        if event.tag in (None, "!"):
            return resolved(event.value) if event.implicit[0] and event.tag is None else event.value
        return _tagged(event)
    except ValueError as error:
        _refuse(str(error), event.start_mark, mend="Quote it, if it is meant as text.")


def _tagged(event: ScalarEvent) -> Json:
    if event.tag == f"{CORE}str":
        return event.value
    kinds: dict[str, tuple[type, ...]] = {
        f"{CORE}null": (type(None),),
        f"{CORE}bool": (bool,),
        f"{CORE}int": (int,),
        f"{CORE}float": (float, int),
    }
    value = resolved(event.value)
    if type(value) not in kinds.get(str(event.tag), ()):
        raise ValueError(f"The tag {event.tag} is not understood here.")
    return value


def _check_tag(event: Any, kind: str) -> None:
    if event.tag not in (None, "!", f"{CORE}{kind}"):
        _refuse(f"The tag {event.tag} is not understood.", event.start_mark, mend="Remove the tag.")


def _height(value: Json) -> int:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(_height, children), default=-1) if children else 0
