"""Two texts side by side, line by line: what differs with some lines around it, the rest folded."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace

from apps.releases.definition.lines import Block, Word, blocks_of, words_of

AROUND = 4
MOST_ROWS = 600
EVERYTHING = "all"


@dataclass(frozen=True)
class LinePair:
    """A line of two texts side by side. ``kind``: same, changed, removed, added, or gap for lines left out.

    ``words_before`` and ``words_after`` are filled for changed lines.
    """

    kind: str
    before: str | None
    before_number: int | None
    after: str | None
    after_number: int | None
    words_before: tuple[Word, ...] = ()
    words_after: tuple[Word, ...] = ()


@dataclass(frozen=True)
class Section:
    """Lines that stand together. A folded one holds no rows; ``key`` is what opens it."""

    key: str
    count: int
    rows: tuple[LinePair, ...] = ()

    @property
    def is_folded(self) -> bool:
        return not self.rows

    @property
    def words(self) -> str:
        return f"{self.count:,} equal line{'' if self.count == 1 else 's'}"


@dataclass(frozen=True)
class Sides:
    """Two texts beside each other. ``left_out`` counts the lines for which there is no room."""

    sections: tuple[Section, ...]
    left_out: int = 0

    @property
    def is_folded(self) -> bool:
        return any(section.is_folded for section in self.sections)


def sides_of(before: str, after: str, *, opened: Collection[str] = (), around: int = AROUND) -> Sides:
    """Put two texts beside each other. ``opened`` names the folded sections to show, ``"all"`` shows everything."""
    old, new = before.splitlines(), after.splitlines()
    sections: list[Section] = []
    room = MOST_ROWS if EVERYTHING not in opened else len(old) + len(new)
    left_out = 0
    for section in _sections(old, new, blocks_of(before, after), around):
        if section.is_folded and not {section.key, EVERYTHING} & set(opened):
            sections.append(section)
            continue
        rows = _rows(section, old, new)
        shown, room = rows[: max(room, 0)], room - len(rows)
        left_out += len(rows) - len(shown)
        if shown:
            sections.append(replace(section, rows=tuple(map(_worded, shown))))
    return Sides(tuple(sections), left_out)


def side_by_side(before: str, after: str, *, around: int = AROUND) -> list[LinePair]:
    """Return the lines that differ and those ``around`` them as one list, with a row for every gap."""
    found: list[LinePair] = []
    for section in sides_of(before, after, around=around).sections:
        found += [LinePair("gap", section.words, None, section.words, None)] if section.is_folded else section.rows
    return found


def _sections(old: list[str], new: list[str], blocks: Collection[Block], around: int) -> Iterator[Section]:
    """Every line of both, in sections; those between the differences are folded where that hides more than a line."""
    last = len(blocks) - 1
    shown: list[LinePair] = []
    for number, block in enumerate(blocks):
        if not block.is_equal:
            shown += _differing(block, old, new)
            continue
        size = block.end - block.start
        head = around if number else 0
        tail = around if number != last else 0
        if size <= head + tail + 1:
            shown += _same(block, 0, size, old, new)
            continue
        shown += _same(block, 0, head, old, new)
        if shown:
            yield Section("", len(shown), tuple(shown))
        yield Section(f"{block.start + head + 1}-{block.from_ + head + 1}-{size - head - tail}", size - head - tail)
        shown = list(_same(block, size - tail, size, old, new))
    if shown:
        yield Section("", len(shown), tuple(shown))


def _rows(section: Section, old: list[str], new: list[str]) -> tuple[LinePair, ...]:
    if not section.is_folded:
        return section.rows
    left, right, count = map(int, section.key.split("-"))
    block = Block(is_equal=True, start=left - 1, end=left - 1 + count, from_=right - 1, to=right - 1 + count)
    return tuple(_same(block, 0, count, old, new))


def _same(block: Block, first: int, end: int, old: list[str], new: list[str]) -> Iterator[LinePair]:
    for step in range(first, end):
        left, right = block.start + step, block.from_ + step
        yield LinePair("same", old[left], left + 1, new[right], right + 1)


def _differing(block: Block, old: list[str], new: list[str]) -> Iterator[LinePair]:
    for step in range(max(block.end - block.start, block.to - block.from_)):
        left, right = block.start + step, block.from_ + step
        before = old[left] if left < block.end else None
        after = new[right] if right < block.to else None
        kind = "added" if before is None else "removed" if after is None else "changed"
        yield LinePair(
            kind, before, left + 1 if left < block.end else None, after, right + 1 if after is not None else None
        )


def _worded(row: LinePair) -> LinePair:
    if row.kind != "changed" or row.before is None or row.after is None:
        return row
    before, after = words_of(row.before, row.after)
    return replace(row, words_before=tuple(before), words_after=tuple(after))
