"""Two people change one text: what fits together is put together, what does not is asked."""

import time

from hypothesis import given
from hypothesis import strategies as st

from apps.releases.definition.merging import Choice, Side, merge

# Few different lines, so that equal ones stand in several places.
TEXTS = st.lists(st.sampled_from(["a", "b", "c", "d:", "  e: 1", ""]), max_size=12).map("\n".join)
NUMBERED = st.integers(min_value=3, max_value=30).map(lambda count: [f"line {number}" for number in range(count)])


def swapped(side: Side) -> Side:
    return {Side.MINE: Side.THEIRS, Side.THEIRS: Side.MINE}.get(side, side)


@given(TEXTS, TEXTS)
def test_where_one_side_changed_nothing_the_other_is_the_merge(base, changed):
    for merged in (merge(base, changed, base), merge(base, base, changed)):
        assert (merged.is_clean, merged.text()) == (True, changed)


@given(TEXTS, TEXTS)
def test_the_same_change_on_both_sides_is_no_conflict(base, changed):
    merged = merge(base, changed, changed)
    assert (merged.is_clean, merged.text()) == (True, changed)


@given(TEXTS, TEXTS, TEXTS)
def test_merging_mirrors(base, mine, theirs):
    one, other = merge(base, mine, theirs), merge(base, theirs, mine)
    assert [block.side for block in one.blocks] == [swapped(block.side) for block in other.blocks]
    if one.is_clean:
        assert one.text() == other.text()


@given(TEXTS, TEXTS, TEXTS)
def test_the_blocks_hold_all_three_texts(base, mine, theirs):
    blocks = merge(base, mine, theirs).blocks
    for name, text in (("base", base), ("mine", mine), ("theirs", theirs)):
        assert "\n".join(line for block in blocks for line in getattr(block, name)) == text


@given(NUMBERED, st.data())
def test_edits_of_lines_apart_merge_clean(lines, data):
    mine_at = data.draw(st.integers(min_value=0, max_value=len(lines) - 3))
    theirs_at = data.draw(st.integers(min_value=mine_at + 2, max_value=len(lines) - 1))
    my_words = data.draw(st.lists(st.text(alphabet="xyz", min_size=1), max_size=3))
    their_words = data.draw(st.lists(st.text(alphabet="uvw", min_size=1), max_size=3))
    mine = [*lines[:mine_at], *my_words, *lines[mine_at + 1 :]]
    theirs = [*lines[:theirs_at], *their_words, *lines[theirs_at + 1 :]]
    both = [*lines[:mine_at], *my_words, *lines[mine_at + 1 : theirs_at], *their_words, *lines[theirs_at + 1 :]]
    merged = merge("\n".join(lines), "\n".join(mine), "\n".join(theirs))
    assert (merged.is_clean, merged.text()) == (True, "\n".join(both))


def test_a_conflict_is_asked_block_by_block():
    base = "one\ntwo\nthree\nfour\nfive"
    merged = merge(base, base.replace("two", "my two").replace("five", "my five"), base.replace("two", "their two"))
    assert [(block.side, block.line) for block in merged.changes] == [(Side.CONFLICT, 2), (Side.MINE, 5)]
    assert merged.text({0: Choice.THEIRS}) == "one\ntheir two\nthree\nfour\nmy five"
    assert merged.text({0: Choice.BOTH}) == "one\nmy two\ntheir two\nthree\nfour\nmy five"
    assert merged.text() == "one\nmy two\nthree\nfour\nmy five"


def test_a_line_end_at_the_end_is_kept_as_the_side_that_changed_it_has_it():
    assert merge("a\nb\nc\n", "a\nb\nc", "A\nb\nc\n").text() == "A\nb\nc"


def test_a_long_text_with_lines_that_stand_everywhere_merges_quickly():
    steps = [f"  - step{number}:\n      call: openapi\n      with:\n        page: 1" for number in range(2500)]
    base = "\n".join(steps)
    mine = "\n".join([*steps[:10], "  - mine:\n      set: {}", *steps[10:2400], "# end", *steps[2400:]])
    theirs = "\n".join([*steps[:1200], "  - theirs:\n      set: {}", *steps[1200:]])
    began = time.process_time()
    merged = merge(base, mine, theirs)
    assert (merged.is_clean, len(merged.changes)) == (True, 3)
    assert time.process_time() - began < 20


def test_no_lines_of_anybody_make_a_merge_slow():
    many = "\n".join(["b", *["x"] * 300_000, "c"])
    few = "\n".join(["a", *["x"] * 3000, "a"])
    crowded, crossed = ("\n".join(str(line * step % 120) for line in range(20_000)) for step in (7919, 104_729))
    began = time.process_time()
    assert (merge(few, many, few).text(), merge(crowded, crossed, crowded).text()) == (many, crossed)
    assert time.process_time() - began < 20
