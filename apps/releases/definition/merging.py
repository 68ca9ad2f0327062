"""Two people changed one text: what each did, what fits together, and where they must be asked (diff3, by lines).

Our own, because the well-known library for it may only be given on under the GPL.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from .lines import blocks_between


class Side(StrEnum):
    """Whose lines: nobody changed them, one did, both did the same, or both did something else."""

    NOBODY = "nobody"
    MINE = "mine"
    THEIRS = "theirs"
    SAME = "same"
    CONFLICT = "conflict"


class Choice(StrEnum):
    """What to take where both changed something."""

    MINE = "mine"
    THEIRS = "theirs"
    BOTH = "both"


@dataclass(frozen=True)
class Block:
    """Some lines of the base, and what stands instead of them on each side. ``line`` is the first one, from 1."""

    side: Side
    base: tuple[str, ...]
    mine: tuple[str, ...]
    theirs: tuple[str, ...]
    line: int

    @property
    def is_conflict(self) -> bool:
        return self.side is Side.CONFLICT

    def lines(self, choice: Choice) -> tuple[str, ...]:
        """The lines of the result; ``choice`` matters in conflicts only."""
        match self.side:
            case Side.CONFLICT if choice is Choice.BOTH:
                return self.mine + self.theirs
            case Side.CONFLICT:
                return self.mine if choice is Choice.MINE else self.theirs
            case Side.THEIRS:
                return self.theirs
        return self.mine


@dataclass(frozen=True)
class Merge:
    """The whole text as blocks, in order."""

    blocks: tuple[Block, ...]

    @cached_property
    def changes(self) -> list[Block]:
        return [block for block in self.blocks if block.side is not Side.NOBODY]

    @cached_property
    def conflicts(self) -> list[Block]:
        return [block for block in self.blocks if block.is_conflict]

    @property
    def is_clean(self) -> bool:
        return not self.conflicts

    def text(self, choices: Mapping[int, Choice] | None = None) -> str:
        """The merged text. ``choices`` by the place among the conflicts, from 0; mine where nothing is chosen."""
        chosen = iter((choices or {}).get(place, Choice.MINE) for place in range(len(self.conflicts)))
        lines: list[str] = []
        for block in self.blocks:
            lines += block.lines(next(chosen) if block.is_conflict else Choice.MINE)
        return "\n".join(lines)


def merge(base: str, mine: str, theirs: str) -> Merge:
    """Bring the changes of two texts since their base together."""
    # The text after the last line end is a line, too, so that joining gives every text back.
    return Merge(tuple(_blocks(base.split("\n"), mine.split("\n"), theirs.split("\n"))))


def _blocks(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> Iterator[Block]:
    at_base = at_mine = at_theirs = 0
    for start, my_start, their_start, length in _in_all_three(base, mine, theirs):
        before = (base[at_base:start], mine[at_mine:my_start], theirs[at_theirs:their_start])
        if any(before):
            yield _block(*before, at_base + 1)
        if length:
            same = tuple(base[start : start + length])
            yield Block(Side.NOBODY, same, same, same, start + 1)
        at_base, at_mine, at_theirs = start + length, my_start + length, their_start + length


def _block(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str], line: int) -> Block:
    return Block(_side(base, mine, theirs), tuple(base), tuple(mine), tuple(theirs), line)


def _side(base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> Side:
    if mine == theirs:
        return Side.NOBODY if mine == base else Side.SAME
    if mine == base:
        return Side.THEIRS
    return Side.MINE if theirs == base else Side.CONFLICT


def _in_all_three(
    base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]
) -> Iterator[tuple[int, int, int, int]]:
    """Runs of lines that stand in all three texts as (base, mine, theirs, length); an empty one at the end."""
    in_mine, in_theirs = _equal(base, mine), _equal(base, theirs)
    left = right = 0
    while left < len(in_mine) and right < len(in_theirs):
        a, b = in_mine[left], in_theirs[right]
        start, end = max(a.start, b.start), min(a.end, b.end)
        if start < end:
            yield start, start + a.shift, start + b.shift, end - start
        if a.end < b.end:
            left += 1
        else:
            right += 1
    yield len(base), len(mine), len(theirs), 0


@dataclass(frozen=True)
class _Run:
    """Lines of the base from ``start`` to ``end`` that stand ``shift`` lines further down in the other text."""

    start: int
    end: int
    shift: int


def _equal(base: Sequence[str], other: Sequence[str]) -> list[_Run]:
    """Equal runs in order."""
    blocks = blocks_between(base, other)
    return [_Run(block.start, block.end, block.from_ - block.start) for block in blocks if block.is_equal]
