"""Two texts side by side: nothing is lost, what is equal stands beside what is equal, long ones stay quick."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.releases.definition.diff import Kind
from apps.releases.definition.inside import leaves_between
from apps.releases.definition.lines import blocks_of, words_of
from apps.releases.sides import LinePair, side_by_side, sides_of
from apps.releases.starters import starter

texts = st.lists(st.sampled_from(["a", "b", "c", "do:", "  - set:", ""]), max_size=40).map("\n".join)


@given(texts, texts)
def test_every_line_of_both_stands_in_one_block(before: str, after: str) -> None:
    old, new = before.splitlines(), after.splitlines()
    blocks = blocks_of(before, after)

    assert [line for block in blocks for line in old[block.start : block.end]] == old
    assert [line for block in blocks for line in new[block.from_ : block.to]] == new
    for block in blocks:
        assert (old[block.start : block.end] == new[block.from_ : block.to]) is block.is_equal


@given(texts, texts)
def test_all_opened_shows_both_texts(before: str, after: str) -> None:
    rows = [row for section in sides_of(before, after, opened=["all"]).sections for row in section.rows]

    assert [row.before for row in rows if row.before is not None] == before.splitlines()
    assert [row.after for row in rows if row.after is not None] == after.splitlines()


def test_what_differs_is_shown_with_the_lines_around_it() -> None:
    before = [f"line {number}" for number in range(1, 31)]
    after = [*before[:14], "line fifteen", *before[15:]]
    rows = side_by_side("\n".join(before), "\n".join(after), around=1)

    assert [(row.kind, row.before, row.after) for row in rows] == [
        ("gap", "13 equal lines", "13 equal lines"),
        ("same", "line 14", "line 14"),
        ("changed", "line 15", "line fifteen"),
        ("same", "line 16", "line 16"),
        ("gap", "14 equal lines", "14 equal lines"),
    ]


def test_a_folded_part_opens_by_its_key() -> None:
    before = "\n".join(map(str, range(60)))
    sides = sides_of(before, f"{before}\nlast")
    folded = sides.sections[0]
    opened = sides_of(before, f"{before}\nlast", opened=[folded.key])

    assert (folded.is_folded, folded.words) == (True, "56 equal lines")
    assert opened.sections[0].rows[0] == LinePair("same", "0", 1, "0", 1)
    assert not opened.is_folded


def test_changed_words_are_found_within_a_line() -> None:
    before, after = words_of("  milliseconds: 100", "  milliseconds: 150")

    assert [(word.text, word.differs) for word in before] == [("  milliseconds: ", False), ("100", True)]
    assert [(word.text, word.differs) for word in after] == [("  milliseconds: ", False), ("150", True)]


def test_lines_with_nothing_in_common_differ_as_a_whole() -> None:
    before, after = words_of("set: {x: 1}", "call")

    assert [word.differs for word in (*before, *after)] == [True, True]


@pytest.mark.parametrize("way", ["some", "every other", "all", "backwards"])
def test_long_texts_are_compared_at_once(way: str) -> None:
    """10,000 lines that repeat, as definitions do; difflib alone would take minutes."""
    lines = (starter("orders_to_crm").text * 60).splitlines()[:10_000]
    other = {
        "some": [f"{line} changed" if number % 400 == 0 else line for number, line in enumerate(lines)],
        "every other": [f"{line} changed" if number % 2 else line for number, line in enumerate(lines)],
        "all": [f"{line} changed" for line in lines],
        "backwards": lines[::-1],
    }[way]
    began = time.process_time()
    sides = sides_of("\n".join(lines), "\n".join(other))

    assert time.process_time() - began < 2
    assert sides.left_out > 0 or way == "some"


def test_leaves_tell_what_changed_inside() -> None:
    before = {"with": {"body": {"name": ".a", "old": 1}, "tags": ["x", "y"]}, "if": True}
    after = {"with": {"body": {"name": ".b", "new": {"deep": 2}}, "tags": ["x", "z", "y"]}, "if": 1}

    assert [(leaf.path, leaf.kind, leaf.before, leaf.after) for leaf in leaves_between(before, after)] == [
        ("with.body.name", Kind.CHANGED, ".a", ".b"),
        ("with.body.new", Kind.ADDED, None, {"deep": 2}),
        ("with.body.old", Kind.REMOVED, 1, None),
        ("with.tags[2]", Kind.ADDED, None, "z"),
        ("if", Kind.CHANGED, True, 1),
    ]
