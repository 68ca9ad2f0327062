"""Text out of a definition: stamped for export, or written anew."""

from __future__ import annotations

import json
import re

import yaml

from . import reader
from .digests import STAMPED
from .document import Definition
from .findings import DefinitionError
from .reader import resolved
from .shapes import Json, mapping

NAMESPACE = "slipway"
# A line end to the scanner of YAML, which only an escape keeps.
NEXT_LINE = "\x85"
MEMBER = re.compile(rf"\s+(?:{'|'.join(STAMPED)})\s*:")


def stamped(definition: Definition, *, name: str, number: int | None, namespace: str = NAMESPACE) -> str:
    """The text with document.namespace, name and version filled in: V7 is 7.0.0, a draft 0.0.0-draft.

    Order and comments stay as typed where the header is written in block style; otherwise the text is written anew.
    """
    stamps = {"namespace": namespace, "name": name, "version": "0.0.0-draft" if number is None else f"{number}.0.0"}
    header = {key: value for key, value in mapping(definition.document.get("document")).items() if key not in STAMPED}
    wanted = {**definition.document, "document": {**_first(header), **stamps, **header}}
    typed = _typed(definition, stamps)
    return typed if typed is not None and _reads_as(typed, wanted) else _anew(definition, wanted)


def dumped(document: dict[str, Json]) -> str:
    """The document as YAML 1.2 in the order of its keys; reading it gives the same document."""
    text = yaml.dump(document, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=110)
    return str(text)


def _first(header: dict[str, Json]) -> dict[str, Json]:
    return {"dsl": header["dsl"]} if "dsl" in header else {}


def _typed(definition: Definition, stamps: dict[str, str]) -> str | None:
    """The text as typed with the stamps after the line of `dsl`, or None if it has no such line of its own."""
    lines = definition.text.splitlines(keepends=True)
    at = definition.lines.get("/document/dsl")
    indent = re.match(r"( +)dsl\s*:", lines[at - 1]) if at and at <= len(lines) else None
    if at is None or indent is None:
        return None
    old = {definition.lines.get(f"/document/{key}") for key in STAMPED}
    kept = [line for number, line in enumerate(lines[:at], 1) if number not in old or not MEMBER.match(line)]
    rest = [line for number, line in enumerate(lines[at:], at + 1) if number not in old or not MEMBER.match(line)]
    newline = "" if kept[-1].endswith("\n") else "\n"
    return "".join((*kept, newline, *(f"{indent[1]}{key}: {value}\n" for key, value in stamps.items()), *rest))


def _reads_as(text: str, wanted: dict[str, Json]) -> bool:
    try:
        return bool(reader.read(text.encode()).document == wanted)
    except (DefinitionError, UnicodeEncodeError):
        return False


def _anew(definition: Definition, wanted: dict[str, Json]) -> str:
    if definition.text.lstrip().startswith("{"):
        return json.dumps(wanted, indent=2, ensure_ascii=False) + "\n"
    return dumped(wanted)


class Dumper(yaml.SafeDumper):
    """Quotes what YAML 1.2 would read as something else, and writes long texts as blocks."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _written(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=_style(value))


def _style(value: str) -> str | None:
    if NEXT_LINE in value:
        return '"'
    return "|" if "\n" in value else None if _is_text(value) else "'"


def _is_text(value: str) -> bool:
    try:
        return isinstance(resolved(value), str)
    except ValueError:
        return False


Dumper.add_representer(str, _written)
