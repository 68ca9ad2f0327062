"""The flow diagram: for whatever a release holds, boxes do not overlap and every way on is an arrow."""

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.releases.building.diagram import Box, Diagram, diagram_of
from apps.releases.building.outline import Outline, outline_of
from apps.releases.definition import Definition, parse
from apps.releases.definition.linting.flow import targets
from apps.releases.starters import all_starters

LEAVES: list[dict[str, Any]] = [
    {"set": {"x": 1}},
    {"wait": {"seconds": 1}},
    {"call": "http", "with": {"method": "get", "endpoint": "https://example.com"}},
    {"raise": {"error": "bad"}},
]


def _named(bodies: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{f"s{index}": body} for index, body in enumerate(bodies)]


def _thens(count: int) -> st.SearchStrategy[str]:
    return st.sampled_from(["continue", "end", "exit", *(f"s{index}" for index in range(count))])


@st.composite
def _tasks(draw: st.DrawFn, deep: int = 3) -> list[dict[str, Any]]:
    """A list of tasks of every kind, with ways on to anywhere in it."""
    count = draw(st.integers(0 if deep < 3 else 1, 4))
    return _named([draw(_body(count, deep)) for _ in range(count)])


@st.composite
def _body(draw: st.DrawFn, count: int, deep: int) -> dict[str, Any]:
    body: dict[str, Any]
    kinds = ["leaf", "switch", *(["for", "do", "try", "fork"] if deep else [])]
    inner = _tasks(deep - 1)
    match draw(st.sampled_from(kinds)):
        case "switch":
            case = st.fixed_dictionaries({"then": _thens(count)}, optional={"when": st.just("${ .x }")})
            body = {"switch": [{f"c{n}": draw(case)} for n in range(draw(st.integers(1, 3)))]}
        case "for":
            body = {"for": {"each": "x", "in": "${ . }"}, "do": draw(inner)}
        case "do":
            body = {"do": draw(inner)}
        case "try":
            body = {"try": draw(inner), "catch": {"do": draw(inner)}}
        case "fork":
            # Branches do not go on with each other.
            body = {"fork": {"branches": _named([draw(_body(0, deep - 1)) for _ in range(draw(st.integers(0, 3)))])}}
        case _:
            body = dict(draw(st.sampled_from(LEAVES)))
    return {**body, **({"then": draw(_thens(count))} if draw(st.booleans()) and "raise" not in body else {})}


def laid_out(tasks: list[dict[str, Any]]) -> tuple[Outline, Diagram]:
    outline = outline_of(Definition({"document": {"dsl": "1.0.3"}, "do": tasks}))
    return outline, diagram_of(outline)


def overlap(one: Box, other: Box) -> bool:
    beside = one.right <= other.x or other.right <= one.x
    below = one.bottom <= other.y or other.bottom <= one.y
    return not (beside or below)


def holds(outer: Box, inner: Box) -> bool:
    is_around = outer.x < inner.x and inner.right < outer.right and outer.y < inner.y and inner.bottom < outer.bottom
    return outer.is_frame and inner.key.startswith(f"{outer.key}/") and is_around


@settings(max_examples=60)
@given(_tasks())
def test_no_two_boxes_overlap(tasks: list[dict[str, Any]]) -> None:
    _, diagram = laid_out(tasks)
    wrong = [
        (one.key, other.key)
        for one, other in combinations(diagram.boxes, 2)
        if overlap(one, other) and not holds(one, other) and not holds(other, one)
    ]
    assert wrong == []


@settings(max_examples=60)
@given(_tasks())
def test_every_step_is_drawn_once_and_nothing_leaves_the_picture(tasks: list[dict[str, Any]]) -> None:
    outline, diagram = laid_out(tasks)
    drawn = [box.key for box in diagram.boxes if box.row]
    assert sorted(drawn) == sorted(outline.rows)
    corners = [(box.right, box.bottom) for box in diagram.boxes] + [at for one in diagram.arrows for at in one.points]
    assert all(0 <= x <= diagram.width and 0 <= y <= diagram.height for x, y in corners)
    assert min(box.x for box in diagram.boxes) >= 0


def ways_said(outline: Outline) -> Iterator[tuple[str, str]]:
    """Every `then` of a document, as the step that says it and the step, or the end, that it names."""
    for row in outline.rows.values():
        branch = outline.branches[row.tasks]
        beside = {one.name: one.pointer for one in branch.rows}
        for _, then in targets(row.pointer, row.step.body):
            if then in beside and not branch.is_fork:
                yield row.pointer, beside[then]
            elif then in ("end", "exit"):
                yield row.pointer, then


@settings(max_examples=60)
@given(_tasks())
def test_every_then_is_an_arrow(tasks: list[dict[str, Any]]) -> None:
    outline, diagram = laid_out(tasks)
    texts = {box.key: box.text.lower() for box in diagram.boxes if not box.row}
    drawn = {(arrow.source, texts.get(arrow.target, arrow.target)) for arrow in diagram.arrows}
    # Where a switch has cases, what the step itself says counts only if none holds.
    decided = {row.pointer for row in outline.rows.values() if any(not case.when for case in row.cases)}
    silent = {(pointer, outline.rows[pointer].step.body.get("then")) for pointer in decided}
    said = {
        (source, target)
        for source, target in ways_said(outline)
        if (source, outline.rows[target].name if target in outline.rows else target) not in silent
    }
    assert said - drawn == set()


@settings(max_examples=60)
@given(_tasks())
def test_arrows_begin_and_end_at_the_edges_of_their_boxes(tasks: list[dict[str, Any]]) -> None:
    _, diagram = laid_out(tasks)
    boxes = {box.key: box for box in diagram.boxes}
    for arrow in diagram.arrows:
        source, target = boxes[arrow.source], boxes[arrow.target]
        assert arrow.points[0] in Edge(source)
        assert arrow.points[-1] in Edge(target)


class Edge:
    """The outline of a box, as a set of points."""

    def __init__(self, box: Box) -> None:
        self.box = box

    def __contains__(self, at: tuple[float, float]) -> bool:
        (x, y), box = at, self.box
        on_side = x in (box.x, box.right) and box.y <= y <= box.bottom
        return on_side or (y in (box.y, box.bottom) and box.x <= x <= box.right)


def test_a_switch_names_its_ways() -> None:
    switch = {"switch": [{"none": {"when": "${ true }", "then": "end"}}, {"some": {"then": "s2"}}]}
    _, diagram = laid_out([{"s0": switch}, {"s1": {"set": {"x": 1}}}, {"s2": {"set": {"x": 1}}}])
    ways = {(arrow.target, arrow.label) for arrow in diagram.arrows if arrow.source == "/do/0/s0"}
    assert ways == {("/do/0/s0#0", "none"), ("/do/2/s2", "some")}


def test_nothing_goes_on_after_an_error_is_raised() -> None:
    _, diagram = laid_out([{"s0": {"raise": {"error": "bad"}}}, {"s1": {"set": {"x": 1}}}])
    assert [arrow.target for arrow in diagram.arrows if arrow.source == "/do/0/s0"] == []


def test_an_empty_release_goes_from_start_to_end() -> None:
    _, diagram = laid_out([])
    assert [(arrow.source, arrow.target) for arrow in diagram.arrows] == [("start", "end")]


@pytest.mark.parametrize("starter", all_starters(), ids=lambda starter: starter.key)
def test_every_starter_can_be_drawn(starter: Any) -> None:
    outline = outline_of(parse(starter.text))
    assert {box.key for box in diagram_of(outline).boxes if box.row} == set(outline.rows)
