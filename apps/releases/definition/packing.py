"""A release as one YAML file: a workflow document for every runtime, whose leading comments bring the release back.

The document is stamped (namespace, name, version), so that it is complete; lines that begin with ``#: `` hold, as JSON,
the facts of the release and how the stamps come off again, so that the text comes back byte for byte.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from difflib import SequenceMatcher
from hashlib import sha256
from typing import Any

from .lines import blocks_of
from .shapes import Json, mapping, sequence, text

FORMAT = "slipway-release/1"
MARK = "#: "
WIDTH = 110
HEAD = (
    "# {title}",
    "# A workflow document in the Open Workflow DSL. Slipway reads the lines that begin with “#:” when it imports it.",
)


class BadPackage(ValueError):
    """The comments of a file cannot be understood; ``line`` says where."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class Package:
    """What a file holds. ``is_exact``: the text is byte for byte that of the release that was exported.

    ``facts`` is empty for a plain document. ``first_line`` is the line of the file with which the text begins.
    """

    text: str
    facts: dict[str, Json]
    is_exact: bool
    first_line: int = 1


def packed(original: str, stamped: str, *, title: str, facts: dict[str, Json]) -> str:
    """Return the file of a release: comments, then its text with the stamps."""
    content = {
        "format": FORMAT,
        "release": facts,
        "document": _sum(stamped),
        "text": _sum(original),
        "undo": _edits(stamped, original),
    }
    # Plain ASCII: some line ends of Unicode would end a comment.
    written = json.dumps(content, ensure_ascii=True)
    chunks = [written[at : at + WIDTH] for at in range(0, len(written), WIDTH)]
    head = [line.format(title=_one_line(title)) for line in HEAD]
    return "\n".join([*head, *(f"{MARK}{chunk}" for chunk in chunks), stamped])


def unpacked(content: str) -> Package:
    """Read a file, ours or any other document. Raises ``BadPackage`` for comments of ours that are damaged."""
    content = content.removeprefix("\ufeff")
    found = _marked(content)
    if found is None:
        return Package(content, {}, is_exact=False)
    first, last, body = found
    package = _content(content, first, last)
    exact = _original(body, package) or _original(body.replace("\r\n", "\n"), package)
    facts = mapping(package.get("release"))
    return Package(body if exact is None else exact, facts, is_exact=exact is not None, first_line=last + 2)


def _marked(content: str) -> tuple[int, int, str] | None:
    """Return the first and the last marked line (from 0) among the leading comments, and what stands behind."""
    start = end = None
    offset = 0
    for number, line in enumerate(content.split("\n")):
        if line.startswith(MARK):
            start, end = number if start is None else start, number
        elif start is not None or not line.startswith("#"):
            break
        offset += len(line) + 1
    return None if start is None or end is None else (start, end, content[offset:])


def _content(content: str, first: int, last: int) -> dict[str, Any]:
    lines = content.split("\n")[first : last + 1]
    try:
        package = json.loads("".join(line.removeprefix(MARK).rstrip("\r") for line in lines))
    except (ValueError, RecursionError):
        raise BadPackage("The lines that begin with “#:” are not as Slipway wrote them.", first + 1) from None
    if mapping(package).get("format") != FORMAT:
        raise BadPackage(
            "The file was written by another release of Slipway, in a format that is not known here.", first + 1
        )
    return mapping(package)


def _original(body: str, package: dict[str, Any]) -> str | None:
    """Take the stamps off; None where the document was edited since, so that nobody knows how."""
    if _sum(body) != package.get("document"):
        return None
    try:
        edits = [(int(start), int(end), [*map(text, put)]) for start, end, put in sequence(package.get("undo"))]
        original = "\n".join(_applied(body.split("\n"), edits))
    except (TypeError, ValueError, OverflowError):
        return None
    return original if _sum(original) == package.get("text") else None


def _edits(before: str, after: str) -> list[tuple[int, int, list[str]]]:
    """Return what turns one text into the other: lines ``start:end`` become these."""
    old, new = before.split("\n"), after.split("\n")
    if old == before.splitlines() + ([""] if before.endswith("\n") else []) and "\r" not in before + after:
        blocks = blocks_of(before, after)
        edits = [(block.start, block.end, new[block.from_ : block.to]) for block in blocks if not block.is_equal]
        if _applied(old, edits) == new:
            return edits
    return _whole(old, new)


def _whole(old: list[str], new: list[str]) -> list[tuple[int, int, list[str]]]:
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if len(old) * len(new) < 250_000 else []
    edits = [(start, end, new[from_:to]) for kind, start, end, from_, to in codes if kind != "equal"]
    return edits if _applied(old, edits) == new else [(0, len(old), new)]


def _applied(old: list[str], edits: list[tuple[int, int, list[str]]]) -> list[str]:
    """Return the lines after edits that follow one another. Raises ``ValueError`` for others, which nobody wrote."""
    lines: list[str] = []
    at = 0
    for start, end, put in edits:
        if not at <= start <= end <= len(old):
            raise ValueError("These edits do not follow one another.")
        lines += [*old[at:start], *put]
        at = end
    return [*lines, *old[at:]]


def _sum(content: str) -> str:
    return sha256(content.encode("utf-8", "surrogatepass")).hexdigest()


def _one_line(title: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in title).split())
