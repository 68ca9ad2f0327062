"""Where the boxes and arrows of a flow diagram stand: plain numbers, in the units of an SVG.

Steps of a list stand below each other, steps inside a step stand in its frame, branches stand side by side. What goes
on elsewhere leaves a box on its right: into a lane that leads to another step of the list, or to a small end beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from apps.releases.building.diagram_ways import LEAVING, Way, side_ways_of, straight_way, ways_in, ways_of
from apps.releases.building.outline import Branch, Outline, Row

WIDTH, HEIGHT = 248, 52
PILL_WIDTH, PILL_HEIGHT = 64, 22
GAP, PADDING, COLUMN_GAP = 30, 16, 24
LABEL_HEIGHT, LABEL_WIDTH = 24, 116
# Where arrows leave and reach a box on its right, counted from its top.
IN_PORT, FIRST_PORT, PORT_STEP = 12, 34, 26
LANE = 14


@dataclass(frozen=True, slots=True)
class Box:
    """A step, a frame around steps, or a pill where something begins or ends. ``row`` is None for pills."""

    key: str
    x: float
    y: float
    width: float
    height: float
    row: Row | None = None
    text: str = ""
    is_frame: bool = False

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    @property
    def middle(self) -> float:
        return self.x + self.width / 2

    @property
    def half(self) -> float:
        return self.width / 2

    @property
    def said(self) -> str:
        """What stands below the name."""
        return f"{self.row.words.does} {self.row.words.code}".strip() if self.row else ""


@dataclass(frozen=True, slots=True)
class Label:
    """Words beside boxes: the name of a region."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Arrow:
    """A way from one box to another, named by their keys. ``jumps`` where it is not simply to the next step."""

    source: str
    target: str
    points: tuple[tuple[float, float], ...]
    label: str = ""
    jumps: bool = False

    @property
    def path(self) -> str:
        """The way as SVG writes it."""
        return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in self.points)

    @property
    def label_at(self) -> tuple[float, float]:
        (x, y), (_, down) = self.points[0], self.points[1]
        return (x + 8, y - 5) if self.jumps else (x + 8, (y + down) / 2 + 4)


@dataclass(frozen=True, slots=True)
class Diagram:
    """Everything to draw; frames stand before what is in them."""

    width: float
    height: float
    boxes: tuple[Box, ...]
    labels: tuple[Label, ...]
    arrows: tuple[Arrow, ...]


@dataclass(frozen=True, slots=True)
class _Block:
    """A part of the diagram, placed at its own origin; ``heads`` are the boxes of a list, or the one of a step."""

    width: float
    height: float
    heads: tuple[Box, ...] = ()
    boxes: tuple[Box, ...] = ()
    labels: tuple[Label, ...] = ()
    arrows: tuple[Arrow, ...] = ()

    def at(self, x: float, y: float) -> _Block:
        return _Block(
            self.width,
            self.height,
            tuple(replace(box, x=box.x + x, y=box.y + y) for box in self.heads),
            tuple(replace(box, x=box.x + x, y=box.y + y) for box in self.boxes),
            tuple(replace(label, x=label.x + x, y=label.y + y) for label in self.labels),
            tuple(replace(arrow, points=_shifted(arrow.points, x, y)) for arrow in self.arrows),
        )


def diagram_of(outline: Outline) -> Diagram:
    """Lay a whole release out, from its start to its end."""
    block = _list(outline.root).at(PADDING, PADDING + PILL_HEIGHT + GAP)
    middle = block.heads[0].middle if block.heads else PADDING + WIDTH / 2
    start = Box("start", middle - PILL_WIDTH / 2, PADDING, PILL_WIDTH, PILL_HEIGHT, text="Start")
    below = PADDING + PILL_HEIGHT + GAP + (block.height + GAP if block.heads else 0)
    end = Box("end", middle - PILL_WIDTH / 2, below, PILL_WIDTH, PILL_HEIGHT, text="End")
    ends = tuple(_first_and_last(outline.root, block, start, end))
    width = max(block.width, WIDTH) + 2 * PADDING
    return Diagram(width, end.bottom + PADDING, (start, end, *block.boxes), block.labels, (*ends, *block.arrows))


def _first_and_last(root: Branch, block: _Block, start: Box, end: Box) -> Iterator[Arrow]:
    if not block.heads:
        yield _down(start, end, "")
        return
    yield _down(start, block.heads[0], "")
    last = len(root.rows) - 1
    if way := straight_way(ways_in(root)[last], last):
        yield _down(block.heads[last], end, way.label)


def _list(branch: Branch) -> _Block:
    """Lay the steps of a list out below each other, and their ways on."""
    ways = ways_in(branch)
    blocks = [_step(row, side_ways_of(ways[row.index], row.index)) for row in branch.rows]
    middle = max((block.heads[0].middle for block in blocks), default=WIDTH / 2)
    y, placed = 0.0, []
    for block in blocks:
        placed.append(block.at(middle - block.heads[0].middle, y))
        y += block.height + GAP
    heads = tuple(block.heads[0] for block in placed)
    arrows, right = _arrows(ways, heads, placed)
    return _joined(placed, right, max(y - GAP, 0), heads, arrows)


def _step(row: Row, side_ways: list[Way]) -> _Block:
    """Lay a step out with what is in it, and the small ends on its right."""
    block = _frame(row, side_ways) if row.branches else _plain(row, side_ways)
    box = block.heads[0]
    pills = tuple(
        Box(
            f"{row.pointer}#{port}",
            box.right + LABEL_WIDTH,
            _port(box, port) - PILL_HEIGHT / 2,
            PILL_WIDTH,
            PILL_HEIGHT,
            text=LEAVING[way.end],
        )
        for port, way in enumerate(side_ways)
        if way.end
    )
    right = max([block.width, *(pill.right for pill in pills)])
    return replace(block, width=right, boxes=(*block.boxes, *pills))


def _plain(row: Row, side_ways: list[Way]) -> _Block:
    box = Box(row.pointer, 0, 0, WIDTH, _height(side_ways), row)
    return _Block(WIDTH, box.height, (box,), (box,))


def _frame(row: Row, side_ways: list[Way]) -> _Block:
    """Put the regions of a step side by side below its own words."""
    x, inner, labels = float(PADDING), [], []
    top = _height(side_ways)
    for branch in [one for one in row.branches if one.rows] or row.branches[:1]:
        region = _columns(branch) if branch.is_fork else _list(branch)
        if branch.label:
            labels.append(Label(x, top + LABEL_HEIGHT - 10, branch.label))
        inner.append(region.at(x, top + LABEL_HEIGHT))
        x += max(region.width, WIDTH / 2) + COLUMN_GAP
    width = max(x - COLUMN_GAP + PADDING, WIDTH + 2 * PADDING)
    height = top + LABEL_HEIGHT + max((one.height for one in inner), default=0) + PADDING
    box = Box(row.pointer, 0, 0, width, height, row, is_frame=True)
    joined = _joined(inner, width, height, (box,), ())
    return replace(joined, boxes=(box, *joined.boxes), labels=(*labels, *joined.labels))


def _columns(branch: Branch) -> _Block:
    """Put the branches of a fork side by side; they do not go on with each other."""
    x, height, placed, arrows = 0.0, 0.0, [], []
    for row in branch.rows:
        leaving = [way for way in ways_of(row, {}) if way.end]
        block = _step(row, leaving).at(x, 0)
        arrows += [_leaving(block.heads[0], port, way) for port, way in enumerate(leaving)]
        placed.append(block)
        x += block.width + COLUMN_GAP
        height = max(height, block.height)
    return _joined(placed, max(x - COLUMN_GAP, 0), height, tuple(one.heads[0] for one in placed), tuple(arrows))


def _joined(
    blocks: Iterable[_Block], width: float, height: float, heads: tuple[Box, ...], arrows: tuple[Arrow, ...]
) -> _Block:
    blocks = list(blocks)
    return _Block(
        width,
        height,
        heads,
        tuple(box for one in blocks for box in one.boxes),
        tuple(label for one in blocks for label in one.labels),
        (*arrows, *(arrow for one in blocks for arrow in one.arrows)),
    )


# ---- arrows ----


def _arrows(ways: list[list[Way]], heads: tuple[Box, ...], blocks: list[_Block]) -> tuple[tuple[Arrow, ...], float]:
    """Draw the ways of a list. Returns them with the right edge of the whole."""
    lanes = _Lanes(max((_right(block) for block in blocks), default=WIDTH))
    arrows = []
    for index, box in enumerate(heads):
        straight = straight_way(ways[index], index)
        if straight and index + 1 < len(heads):
            arrows.append(_down(box, heads[index + 1], straight.label))
        for port, way in enumerate(side_ways_of(ways[index], index)):
            arrows.append(_leaving(box, port, way) if way.to is None else lanes.arrow(box, port, way, heads[way.to]))
    return tuple(arrows), lanes.right


def _right(block: _Block) -> float:
    return max(box.right for box in block.boxes)


def _down(source: Box, target: Box, label: str) -> Arrow:
    return Arrow(source.key, target.key, ((source.middle, source.bottom), (source.middle, target.y)), label)


def _leaving(box: Box, port: int, way: Way) -> Arrow:
    y = _port(box, port)
    points = ((box.right, y), (box.right + LABEL_WIDTH, y))
    return Arrow(box.key, f"{box.key}#{port}", points, way.label, jumps=True)


class _Lanes:
    """Lanes on the right of a list; two ways share one only where they do not meet."""

    def __init__(self, right: float) -> None:
        self.base = right
        self.taken: list[list[tuple[float, float]]] = []

    @property
    def right(self) -> float:
        return self.base + (LABEL_WIDTH + LANE * len(self.taken) if self.taken else 0)

    def arrow(self, box: Box, port: int, way: Way, target: Box) -> Arrow:
        y, down = _port(box, port), target.y + IN_PORT
        x = self.base + LABEL_WIDTH + LANE * self._lane(min(y, down), max(y, down))
        points = ((box.right, y), (x, y), (x, down), (target.right, down))
        return Arrow(box.key, target.key, points, way.label, jumps=True)

    def _lane(self, top: float, bottom: float) -> int:
        for number, spans in enumerate(self.taken):
            if all(bottom < start or top > end for start, end in spans):
                spans.append((top, bottom))
                return number
        self.taken.append([(top, bottom)])
        return len(self.taken) - 1


def _height(side_ways: list[Way]) -> float:
    return max(HEIGHT, FIRST_PORT + PORT_STEP * (len(side_ways) - 1) + PILL_HEIGHT) if side_ways else HEIGHT


def _port(box: Box, port: int) -> float:
    return box.y + FIRST_PORT + PORT_STEP * port


def _shifted(points: tuple[tuple[float, float], ...], x: float, y: float) -> tuple[tuple[float, float], ...]:
    return tuple((one + x, two + y) for one, two in points)
