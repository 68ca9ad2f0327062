"""Edits of a text by hand-written examples: what changes, what stays, and what is refused."""

import difflib
from typing import Any

import pytest

from apps.releases.definition import Definition, parse
from apps.releases.definition.editing import (
    CannotEdit,
    delete_step,
    duplicate_step,
    free_name,
    insert_step,
    move_item,
    move_step,
    put,
    remove,
    rename_key,
    rename_step,
    replace_step,
)
from apps.releases.starters import starter

COMMENTED = """\
document: {dsl: '1.0.3'}
do:
  # Over all.

  # About one.
  - one:
      set: {a: 1}   # behind one
        # deeper below one
  # About two.
  - two: # behind the name
      wait:
        seconds: 1
    # Below two.
  - three:
      then: two
"""


def changes(old: str, new: str) -> list[str]:
    """What `diff` tells, without the lines around it."""
    told = difflib.unified_diff(old.splitlines(), new.splitlines(), n=0, lineterm="")
    return [line for line in told if line[0] in "+-"][2:]


def orders() -> Definition:
    return parse(starter("orders_to_crm").text)


def test_a_scalar_changes_in_its_place_and_keeps_its_quotes() -> None:
    draft = parse("document: {dsl: '1.0.3'}\ndo: []\na: 'one'  # why\nb: \"two\"\nc: three\nd: |\n  four\n")
    text = draft.text
    for name, value in (("a", "it's"), ("b", "tw\no"), ("c", "no"), ("d", "five\n")):
        text = put(parse(text), f"/{name}", value)
    assert changes(draft.text, text) == [
        "-a: 'one'  # why",
        '-b: "two"',
        "-c: three",
        "+a: 'it''s'  # why",
        '+b: "tw\\no"',
        "+c: 'no'",
        "-  four",
        "+  five",
    ]


def test_putting_what_is_there_changes_nothing() -> None:
    draft = orders()
    there = draft.document["document"]["metadata"]
    assert put(draft, "/document/metadata", {"slipway": dict(reversed(there["slipway"].items()))}) == draft.text


@pytest.mark.parametrize(("old", "new"), [(1, 1.0), (1, True), (0, False), ("1", 1), (None, "null")])
def test_values_that_only_python_takes_for_alike_are_written(old: Any, new: Any) -> None:
    draft = parse(f"document: {{}}\ndo: []\na: {old!r}\n".replace("None", "null"))
    value = parse(put(draft, "/a", new)).document["a"]
    assert (type(value), value) == (type(new), new)


def test_objects_that_are_missing_on_the_way_are_made() -> None:
    draft = orders()
    text = put(draft, "/do/0/fetchOrders/metadata/slipway/safeToRepeat", True)
    assert changes(draft.text, text) == ["+      metadata:", "+        slipway:", "+          safeToRepeat: true"]
    assert remove(parse(text), "/do/0/fetchOrders/metadata/slipway/safeToRepeat") == draft.text


def test_a_list_in_brackets_grows_and_shrinks_in_brackets() -> None:
    draft = orders()
    fields = "/document/metadata/slipway/wizard/pages/0/fields"
    longer = put(draft, f"{fields}/-", "a, b")
    assert changes(draft.text, longer) == [
        "-            fields: [since, status, batchSize]",
        "+            fields: [since, status, batchSize, 'a, b']",
    ]
    assert remove(parse(longer), f"{fields}/3") == draft.text
    assert "fields: [batchSize, since, status]" in move_item(draft, f"{fields}/2", 0)


def test_a_changed_body_is_written_only_where_it_differs() -> None:
    draft = orders()
    body = dict(draft.document["do"][0]["fetchOrders"])
    del body["export"]
    text = replace_step(draft, "/do/0/fetchOrders", {**body, "output": {"as": "${ . }"}, "if": "${ true }"})
    assert changes(draft.text, text) == [
        "-        as: ${ .items }",
        "-      export:",
        "-        as: '${ {orders: length} }'",
        "+        as: ${ . }",
        "+      if: ${ true }",
    ]


def test_comments_above_behind_and_deeper_below_belong_to_a_step() -> None:
    draft = parse(COMMENTED)
    moved = move_step(draft, "/do/0/one", "/do", 2)
    one = "  # About one.\n  - one:\n      set: {a: 1}   # behind one\n        # deeper below one\n"
    assert moved.endswith(f"      then: two\n{one}")
    assert "do:\n  # Over all.\n\n  # About two.\n  - two: # behind the name\n" in moved
    deleted = delete_step(draft, "/do/0/one")
    assert [line.strip() for line in deleted.splitlines() if line.strip().startswith("#")] == [
        "# Over all.",
        "# About two.",
        "# Below two.",
    ]


def test_a_step_in_another_list_is_indented_like_its_new_neighbours() -> None:
    draft = orders()
    text = move_step(draft, "/do/2/copyOrders/do/4/createDeal", "/do", 1)
    assert (
        "\n\n  # Not every deal is ours to repeat: ask first, write only what is missing.\n  - createDeal:\n      if:"
        in text
    )
    assert len(changes(draft.text, text)) == 32


def test_the_only_step_of_a_branch_leaves_an_empty_list_that_can_be_filled_again() -> None:
    draft = orders()
    at = "/do/2/copyOrders/do/1/saveContact/try"
    body = draft.steps[5].body
    empty = delete_step(draft, f"{at}/0/upsertContact")
    assert "            try: []\n            catch:" in empty
    assert insert_step(parse(empty), at, 0, "upsertContact", body) == draft.text


@pytest.mark.parametrize("there", ["do: []\n", "do: [] # none yet\n", "do:\n", "do: # none yet\n", "do: ~\n", "do: []"])
def test_a_first_step(there: str) -> None:
    text = insert_step(parse(f"document: {{}}\n{there}"), "/do", 0, "pause", {"wait": {"seconds": 1}})
    assert parse(text).document["do"] == [{"pause": {"wait": {"seconds": 1}}}]
    assert text.rstrip("\n").endswith("\n  - pause:\n      wait:\n        seconds: 1")
    assert ("# none yet" in there) == ("# none yet" in text)


def test_a_list_of_steps_is_made_where_it_is_missing() -> None:
    draft = orders()
    at = "/do/2/copyOrders/do/1/saveContact/catch/do"
    text = insert_step(draft, at, 7, "pause", {"wait": {"seconds": 1}})
    assert changes(draft.text, text) == [
        "+              do:",
        "+                - pause:",
        "+                    wait:",
        "+                      seconds: 1",
    ]


def test_windows_line_ends_stay() -> None:
    draft = parse(orders().text.replace("\n", "\r\n"))
    text = insert_step(draft, "/do", 1, "note", {"set": {"text": "one\ntwo\n"}})
    assert text.count("\n") == text.count("\r\n")
    assert parse(text).document["do"][1] == {"note": {"set": {"text": "one\ntwo\n"}}}
    assert delete_step(parse(text), "/do/1/note") == draft.text


def test_a_text_without_a_last_line_end() -> None:
    draft = parse("document: {}\ndo:\n- one:\n    set: {a: 1}")
    text = insert_step(draft, "/do", 1, "two", None)
    assert text == "document: {}\ndo:\n- one:\n    set: {a: 1}\n- two: null"
    assert delete_step(parse(text), "/do/1/two") == draft.text


def test_steps_in_brackets_and_without_a_body() -> None:
    draft = parse("document: {}\ndo:\n  - one: {set: {a: 1, b: [x]}}\n  - two:\n  - three: {}\n")
    text = put(put_text(draft, "/do/0/one/set/b/-", "y"), "/do/1/two/wait/seconds", 1)
    assert text == (
        "document: {}\ndo:\n  - one: {set: {a: 1, b: [x, y]}}\n"
        "  - two:\n      wait:\n        seconds: 1\n  - three: {}\n"
    )


def put_text(draft: Definition, at: str, value: Any) -> Definition:
    return parse(put(draft, at, value))


def test_json_stays_json() -> None:
    draft = parse(
        '{\n  "document": {"title": "\\ud83d\\ude00 smile"},\n  "do": [\n    {"one": {"set": {"a": 1}}}\n  ]\n}\n'
    )
    text = insert_step(draft, "/do", 1, "two", {"set": {"b": "\u2028"}})
    assert text == (
        '{\n  "document": {"title": "\\ud83d\\ude00 smile"},\n  "do": [\n    {"one": {"set": {"a": 1}}},\n'
        '    {\n      "two": {\n        "set": {\n          "b": "\\u2028"\n        }\n      }\n    }\n  ]\n}\n'
    )
    assert '"two": {"set"' not in delete_step(parse(text), "/do/1/two")
    assert delete_step(parse(text), "/do/1/two") == draft.text
    assert '"title": "\\ud83d\\ude00 smile"' in put(draft, "/do/0/one/set/a", 2)


def test_pointers_with_slashes_and_tildes() -> None:
    draft = parse("document: {}\ndo:\n  - a/b~c:\n      set: {x/y: 1}\n")
    assert "x/y: 2" in put(draft, "/do/0/a~1b~0c/set/x~1y", 2)
    assert "- a~/b:" in rename_step(draft, "/do/0/a~1b~0c", "a~/b")


def test_then_follows_a_renamed_step_in_its_own_list_only() -> None:
    draft = orders()
    inner = put(draft, "/do/2/copyOrders/do/0/fetchCustomer/then", "nothingToDo")
    text = rename_step(parse(inner), "/do/4/nothingToDo", "no: orders")
    assert changes(inner, text) == [
        "-            then: nothingToDo",
        "+            then: 'no: orders'",
        "-  - nothingToDo:",
        "+  - 'no: orders':",
    ]
    assert "            then: nothingToDo" in text


def test_a_copy_stands_behind_its_original_with_its_comments() -> None:
    draft = orders()
    text = duplicate_step(draft, "/do/2/copyOrders/do/4/createDeal")
    assert [line for line in changes(draft.text, text) if "createDeal" in line] == [
        "+        - createDeal2:",
        "+              operationId: createDeal",
    ]
    assert text.count("# Not every deal is ours to repeat") == 2


def test_free_names() -> None:
    draft = orders()
    assert free_name(draft, "/do", "pause") == "pause"
    assert free_name(draft, "/do", "summary") == "summary2"
    assert free_name(draft, "/do", "exit") == "exit2"
    assert free_name(parse(rename_step(draft, "/do/3/summary", "pause2")), "/do", "pause2") == "pause3"


def test_members_change_their_name_and_their_place() -> None:
    draft = orders()
    slots = "/document/metadata/slipway/slots"
    assert changes(draft.text, rename_key(draft, f"{slots}/crm", "no")) == ["-        crm:", "+        'no':"]
    assert list(parse(move_item(draft, f"{slots}/crm", 0)).slots) == ["crm", "shop"]


TAKEN = "Another step of this list is called “{}”, too. Choose another name."
REFUSED: list[tuple[Any, tuple[Any, ...], str]] = [
    (move_step, ("/do/2/copyOrders", "/do/2/copyOrders/do", 0), "“copyOrders” cannot be moved into itself."),
    (delete_step, ("/do/4/nothingToDo",), "“then” of “anyOrders” leads to “nothingToDo”. Let it lead elsewhere first."),
    (
        rename_step,
        ("/do/3/summary", "copyOrders"),
        TAKEN.format("copyOrders"),
    ),
    (rename_step, ("/do/3/summary", "exit"), "“exit” has a meaning of its own in “then”, so no step can be called so."),
    (rename_step, ("/do/3/summary", " "), "A step needs a name."),
    (
        insert_step,
        ("/do", 0, "summary", {}),
        TAKEN.format("summary"),
    ),
    (replace_step, ("/do/9/gone", {}), "This part is no longer there. Open the page anew."),
    (put, ("/document/title/x", 1), "“title” is a single value, so “x” cannot be added to it. Edit the source."),
    (put, ("/do/7/x", {}), "The list at “/do” has no place 7. Open the page anew."),
    (rename_key, ("/document/title", "summary"), "There is a “summary” already. Choose another name."),
    (put, ("/document/title", "\ud800"), "There is a character in this text that cannot be saved. Remove it."),
]


@pytest.mark.parametrize(("edit", "arguments", "sentence"), REFUSED)
def test_what_makes_no_sense_is_refused(edit: Any, arguments: tuple[Any, ...], sentence: str) -> None:
    with pytest.raises(CannotEdit) as refused:
        edit(orders(), *arguments)
    assert str(refused.value) == sentence


ANCHORED = """\
document: {}
do:
  - one:
      set: &values
        a: 1
  - two:
      set: *values
  - three:
      set: {b: 2}
"""


def test_anchors_are_left_alone_and_refused_where_they_reach_further() -> None:
    draft = parse(ANCHORED)
    assert "b: 3" in put(draft, "/do/2/three/set/b", 3)
    assert "  - two:\n      set: 5\n" in put(draft, "/do/1/two/set", 5)
    with pytest.raises(CannotEdit, match="uses an anchor"):
        put(draft, "/do/0/one/set/a", 2)
    with pytest.raises(CannotEdit, match="Line 7 repeats another part by the alias"):
        put(draft, "/do/1/two/set/a", 2)
    with pytest.raises(CannotEdit, match="&values"):
        delete_step(draft, "/do/0/one")
    assert duplicate_step(draft, "/do/0/one").count("&values") == 1
