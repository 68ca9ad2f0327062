"""Which lines of two texts are the same: quick for long texts whose lines repeat, as those of definitions do."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

# Between two anchors lines are compared each with each; beyond this many pairs they only replace one another.
MOST_PAIRS = 250_000
LONGEST_LINE = 600
TOKENS = re.compile(r"\w+|\s+|.")


@dataclass(frozen=True, slots=True)
class Block:
    """Lines ``start:end`` of the first text and ``from_:to`` of the second; equal ones, or such as differ."""

    is_equal: bool
    start: int
    end: int
    from_: int
    to: int


@dataclass(frozen=True, slots=True)
class Word:
    """A part of a line; ``differs`` where the other line has something else there."""

    text: str
    differs: bool


@lru_cache(maxsize=32)
def blocks_of(before: str, after: str) -> tuple[Block, ...]:
    """Return the blocks of two texts, in order; every line of both is in exactly one."""
    return tuple(blocks_between(before.splitlines(), after.splitlines()))


def blocks_between(old: Sequence[str], new: Sequence[str]) -> Iterator[Block]:
    """Return the blocks of two lists of lines, in order; no lines of anybody make it slow."""
    return _blocks(sorted(_matches(old, new, 0, len(old), 0, len(new))), len(old), len(new))


def words_of(before: str, after: str) -> tuple[list[Word], list[Word]]:
    """Return two lines as words, with what differs; lines that have little in common differ as a whole."""
    if max(len(before), len(after)) > LONGEST_LINE:
        return [Word(before, differs=True)], [Word(after, differs=True)]
    old, new = TOKENS.findall(before), TOKENS.findall(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < 0.4:
        return [Word(before, differs=True)], [Word(after, differs=True)]
    left, right = [], []
    for kind, start, end, from_, to in matcher.get_opcodes():
        left.append(Word("".join(old[start:end]), kind != "equal"))
        right.append(Word("".join(new[from_:to]), kind != "equal"))
    return [word for word in left if word.text], [word for word in right if word.text]


def _blocks(matches: Sequence[tuple[int, int]], old: int, new: int) -> Iterator[Block]:
    start = from_ = 0
    for left, right in _runs(matches):
        if start < left.start or from_ < right.start:
            yield Block(is_equal=False, start=start, end=left.start, from_=from_, to=right.start)
        yield Block(is_equal=True, start=left.start, end=left.stop, from_=right.start, to=right.stop)
        start, from_ = left.stop, right.stop
    if start < old or from_ < new:
        yield Block(is_equal=False, start=start, end=old, from_=from_, to=new)


def _runs(matches: Sequence[tuple[int, int]]) -> Iterator[tuple[range, range]]:
    at = 0
    while at < len(matches):
        left, right = matches[at]
        size = 1
        while at + size < len(matches) and matches[at + size] == (left + size, right + size):
            size += 1
        yield range(left, left + size), range(right, right + size)
        at += size


def _matches(
    old: Sequence[str], new: Sequence[str], start: int, end: int, from_: int, to: int
) -> list[tuple[int, int]]:
    """Pairs of equal lines. What both begin and end with, then lines that occur once in both, then what is between."""
    found: list[tuple[int, int]] = []
    waiting = [(start, end, from_, to)]
    while waiting:
        start, end, from_, to = waiting.pop()
        while start < end and from_ < to and old[start] == new[from_]:
            found.append((start, from_))
            start, from_ = start + 1, from_ + 1
        while start < end and from_ < to and old[end - 1] == new[to - 1]:
            end, to = end - 1, to - 1
            found.append((end, to))
        if start == end or from_ == to:
            continue
        if anchors := _anchors(old, new, start, end, from_, to):
            found += anchors
            waiting += _gaps(anchors, start, end, from_, to)
        elif (end - start) * (to - from_) <= MOST_PAIRS:
            found += _slowly(old[start:end], new[from_:to], start, from_)
    return found


def _gaps(
    anchors: list[tuple[int, int]], start: int, end: int, from_: int, to: int
) -> Iterator[tuple[int, int, int, int]]:
    for left, right in anchors:
        yield start, left, from_, right
        start, from_ = left + 1, right + 1
    yield start, end, from_, to


def _anchors(
    old: Sequence[str], new: Sequence[str], start: int, end: int, from_: int, to: int
) -> list[tuple[int, int]]:
    """Lines that occur once on each side, as many as stand in the same order."""
    left, right = Counter(old[start:end]), Counter(new[from_:to])
    places = {new[at]: at for at in range(from_, to) if right[new[at]] == 1}
    pairs = [(at, places[old[at]]) for at in range(start, end) if left[old[at]] == 1 and old[at] in places]
    return _rising(pairs)


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest part of pairs, sorted by their first, in which the second rises too."""
    tails: list[int] = []
    ends: list[int] = []
    before = [-1] * len(pairs)
    for index, (_, place) in enumerate(pairs):
        at = bisect_left(tails, place)
        before[index] = ends[at - 1] if at else -1
        tails[at : at + 1] = [place]
        ends[at : at + 1] = [index]
    rising = []
    index = ends[-1] if ends else -1
    while index >= 0:
        rising.append(pairs[index])
        index = before[index]
    return rising[::-1]


def _slowly(old: Sequence[str], new: Sequence[str], start: int, from_: int) -> list[tuple[int, int]]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [
        (start + block.a + step, from_ + block.b + step)
        for block in matcher.get_matching_blocks()
        for step in range(block.size)
    ]
