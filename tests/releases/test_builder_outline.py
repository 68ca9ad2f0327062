"""What the builder says about the steps of a definition, and where a step can go: pure, without a database."""

import pytest

from apps.releases.building.outline import Outline, outline_of
from apps.releases.building.outline_moves import (
    after_deletion,
    landed,
    moves_of,
    places_for,
    read_place,
    referring_to,
)
from apps.releases.definition import Definition, lint, parse
from apps.releases.definition.editing import move_step

ORDERS = """\
document: {dsl: '1.0.3'}
do:
  - fetch:
      call: openapi
      with:
        document: {endpoint: connector://shop}
        operationId: listOrders
  - decide:
      switch:
        - none:
            when: ${ length == 0 }
            then: nothing
        - some:
            then: copy
  - copy:
      for: {each: order, in: '${ .items }'}
      do:
        - save:
            try:
              - write:
                  if: ${ .paid }
                  call: http
                  with: {method: post, endpoint: 'https://example.com/orders'}
                  metadata: {slipway: {safeToRepeat: true}}
            catch:
              errors: {with: {type: 'https://open-workflow-specification.org/spec/1.0.0/errors/communication'}}
              retry: {limit: {attempt: {count: 5}}}
        - breathe:
            wait: {milliseconds: 200}
  - both:
      fork:
        branches:
          - left:
              do:
                - tell: {set: {words: hello}}
          - right: {wait: {seconds: 2}}
  - nothing:
      set: {orders: 0}
      then: end
"""


@pytest.fixture(scope="module")
def orders() -> Definition:
    return parse(ORDERS)


@pytest.fixture(scope="module")
def outline(orders: Definition) -> Outline:
    return outline_of(orders, lint(orders, {}), {"shop": "Demo Shop v1"})


def said(outline: Outline) -> dict[str, str]:
    return {row.name: f"{row.words.does} {row.words.code}".strip() for row in outline.rows.values()}


def test_every_step_says_what_it_does(outline: Outline) -> None:
    assert said(outline) == {
        "fetch": "calls listOrders",
        "decide": "goes on by 2 cases",
        "copy": "for each order in .items",
        "save": "catches communication errors, retries up to 5 times",
        "write": "requests POST https://example.com/orders",
        "breathe": "waits 200 ms",
        "both": "2 branches at the same time",
        "left": "1 step in order",
        "tell": "sets words",
        "right": "waits 2 s",
        "nothing": "sets orders",
    }


def test_a_call_shows_its_connector_and_whether_it_may_be_repeated(outline: Outline) -> None:
    fetch, write = outline.rows["/do/0/fetch"], outline.rows["/do/2/copy/do/0/save/try/0/write"]
    assert (fetch.connector, fetch.words.repeats) == ("Demo Shop v1", False)
    assert (write.connector, write.words.repeats, write.words.condition) == ("", True, ".paid")


def test_a_switch_shows_its_cases(outline: Outline) -> None:
    cases = [(case.name, case.when, case.then) for case in outline.rows["/do/1/decide"].cases]
    assert cases == [("none", "length == 0", "nothing"), ("some", "", "copy")]


def test_steps_hold_their_branches(outline: Outline) -> None:
    held = {row.name: [branch.label for branch in row.branches] for row in outline.rows.values() if row.branches}
    assert held == {
        "copy": ["For each order"],
        "save": ["Try", "If it fails"],
        "both": ["At the same time"],
        "left": [""],
    }


def test_a_list_that_is_missing_is_shown_so_that_steps_can_be_added(outline: Outline) -> None:
    assert outline.branches["/do/2/copy/do/0/save/catch/do"].rows == ()


def test_findings_stand_at_their_step(outline: Outline) -> None:
    found = {row.name: [finding.code for finding in row.findings] for row in outline.rows.values() if row.findings}
    assert found == {"fetch": ["unknown-slot"], "both": ["unsupported-fork"]}


def test_the_marks_open_and_close_everything_once(outline: Outline) -> None:
    kinds = [mark.kind for mark in outline.marks]
    rows = [mark.row.pointer for mark in outline.marks if mark.kind == "row" and mark.row]
    assert rows == list(dict.fromkeys(rows))
    assert set(rows) == set(outline.rows)
    assert (kinds.count("row"), kinds.count("list")) == (kinds.count("row_end"), kinds.count("list_end"))


def test_steps_nested_as_deep_as_can_be_read_are_listed() -> None:
    body = "{set: {x: 1}}"
    for number in range(19):
        body = f"{{do: [{{s{number}: {body}}}]}}"
    deep = outline_of(parse(f"document: {{dsl: '1.0.3'}}\ndo: [{{top: {body}}}]\n"))
    assert len([mark for mark in deep.marks if mark.kind == "row"]) == 20


@pytest.mark.parametrize(
    ("pointer", "expected"),
    [
        ("/do/0/fetch", {"down": ("/do", 1)}),
        ("/do/2/copy", {"up": ("/do", 1), "down": ("/do", 3)}),
        ("/do/3/both", {"up": ("/do", 2), "down": ("/do", 4), "in": ("/do/2/copy/do", 2)}),
        ("/do/2/copy/do/0/save", {"down": ("/do/2/copy/do", 1), "out": ("/do", 3)}),
        (
            "/do/2/copy/do/1/breathe",
            {"up": ("/do/2/copy/do", 0), "in": ("/do/2/copy/do/0/save/try", 1), "out": ("/do", 3)},
        ),
    ],
)
def test_the_arrow_keys_know_where_a_step_can_go(outline: Outline, pointer: str, expected: dict[str, object]) -> None:
    moves = moves_of(outline, outline.rows[pointer])
    assert {move.key: (move.tasks, move.index) for move in moves if not move.why_not} == expected
    assert all(move.why_not for move in moves if move.key not in expected)


def test_a_step_can_go_to_every_place_but_into_itself(outline: Outline) -> None:
    places = places_for(outline, outline.rows["/do/2/copy"])
    inside = [place.label for place in places if "/do/2/copy/" in place.value]
    assert (inside, [place.label for place in places if place.is_here]) == ([], ["behind decide"])
    assert "“Try” of save: behind write" in [place.label for place in places_for(outline, outline.rows["/do/0/fetch"])]


@pytest.mark.parametrize("value", ["", "x", "1:", ":/do", "1:do", "1234567:/do", "-1:/do"])
def test_what_is_no_place_is_none(value: str) -> None:
    assert read_place(value) is None


def test_every_move_lands_where_it_says(orders: Definition, outline: Outline) -> None:
    """Each step to each place: the pointer that the page goes on with is that of the same step."""
    for row in outline.rows.values():
        for place in places_for(outline, row):
            tasks, index = read_place(place.value) or ("", 0)
            moved = parse(move_step(orders, row.pointer, tasks, index))
            steps = {step.pointer: step for step in moved.steps}
            assert steps[landed(row.pointer, tasks, index)].body == row.step.body


def test_a_step_knows_who_goes_on_with_it(outline: Outline) -> None:
    assert referring_to(outline, outline.rows["/do/4/nothing"]) == ["decide"]
    assert referring_to(outline, outline.rows["/do/0/fetch"]) == []


@pytest.mark.parametrize(
    ("deleted", "then"),
    [
        ("/do/0/fetch", "/do/0/decide"),
        ("/do/4/nothing", "/do/3/both"),
        ("/do/2/copy/do/0/save/try/0/write", "/do/2/copy/do/0/save"),
    ],
)
def test_after_deletion_the_focus_is_on_a_neighbour(outline: Outline, deleted: str, then: str) -> None:
    assert after_deletion(outline, outline.rows[deleted]) == then
