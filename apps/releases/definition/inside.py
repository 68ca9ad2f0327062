"""What changed inside one part of a definition: the leaves that differ, field by field."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from .diff import Kind
from .lines import Block, blocks_between
from .shapes import Json


@dataclass(frozen=True, slots=True)
class Leaf:
    """A value that differs. ``path`` is for people: ``with.parameters.body.name``, ``items[2]``; "" is the whole."""

    path: str
    kind: Kind
    before: Json
    after: Json


def leaves_between(before: Json, after: Json) -> list[Leaf]:
    """Return what differs between two values of one part; what is missing on one side is told as a whole."""
    return list(_between(before, after, ""))


def _between(before: Json, after: Json, path: str) -> Iterator[Leaf]:
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _members(before, after, path)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _items(before, after, path)
    elif _key(before) != _key(after):
        yield Leaf(path, Kind.CHANGED, before, after)


def _members(before: dict[str, Json], after: dict[str, Json], path: str) -> Iterator[Leaf]:
    for key in [*after, *(key for key in before if key not in after)]:
        at = f"{path}.{key}" if path else key
        if key not in before:
            yield Leaf(at, Kind.ADDED, None, after[key])
        elif key not in after:
            yield Leaf(at, Kind.REMOVED, before[key], None)
        else:
            yield from _between(before[key], after[key], at)


def _items(before: list[Json], after: list[Json], path: str) -> Iterator[Leaf]:
    old, new = [_key(item) for item in before], [_key(item) for item in after]
    for block in blocks_between(old, new):
        if not block.is_equal:
            yield from _replaced(before, after, block, path)


def _replaced(before: list[Json], after: list[Json], block: Block, path: str) -> Iterator[Leaf]:
    both = min(block.end - block.start, block.to - block.from_)
    for step in range(both):
        at = block.from_ + step
        yield from _between(before[block.start + step], after[at], f"{path}[{at + 1}]")
    for at in range(block.start + both, block.end):
        yield Leaf(f"{path}[{at + 1}]", Kind.REMOVED, before[at], None)
    for at in range(block.from_ + both, block.to):
        yield Leaf(f"{path}[{at + 1}]", Kind.ADDED, None, after[at])


def _key(value: Json) -> str:
    return json.dumps(value, sort_keys=True)
