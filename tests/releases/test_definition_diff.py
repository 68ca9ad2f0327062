"""Two definitions compared: by group, with counts, and with what it means for installed instances."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.releases.definition import Definition
from apps.releases.definition.diff import Change, ChangeLevel, Comparison, Kind, compare
from apps.releases.definition.moves import Place
from apps.releases.starters import starter


def made(
    *,
    steps: dict[str, Any] | None = None,
    slots: dict[str, Any] | None = None,
    fields: dict[str, Any] | None = None,
    required: list[str] | None = None,
    schedule: Any = None,
    **manners: Any,
) -> Definition:
    config = {"type": "object", "properties": fields or {}, "required": required or []}
    document = {
        "document": {"dsl": "1.0.3", "metadata": {"slipway": {"slots": slots or {}, **manners}}},
        "input": {"schema": {"document": {"properties": {"config": config}}}},
        "do": [{name: body} for name, body in (steps or {}).items()],
    }
    return Definition({**document, "schedule": schedule} if schedule else document)


def told(comparison: Comparison) -> list[tuple[str, str, Kind]]:
    return [(group.key, change.name, change.kind) for group in comparison.groups for change in group.changes]


def test_the_same_content_has_no_changes() -> None:
    definition = starter("orders_to_crm").definition
    comparison = compare(definition, Definition({**definition.document}))
    assert (comparison.is_same, comparison.is_breaking, comparison.level) == (True, False, ChangeLevel.FIX)
    assert [group.title for group in comparison.groups] == [
        "Steps",
        "Triggers",
        "Connectors and slots",
        "Configuration",
        "Settings",
    ]


def test_changes_stand_in_their_groups_with_counts() -> None:
    before = made(steps={"a": {"set": {"x": 1}}, "b": {"set": {"x": 1}}}, icon="bolt")
    after = made(
        steps={"a": {"set": {"x": 2}}, "c": {"set": {"x": 7}}},
        schedule={"every": {"minutes": 5}},
        slots={"crm": {"connector": "crm", "version": 1}},
        fields={"n": {"type": "integer"}},
        icon="star",
    )
    comparison = compare(before, after)
    assert told(comparison) == [
        ("steps", "a", Kind.CHANGED),
        ("steps", "b", Kind.REMOVED),
        ("steps", "c", Kind.ADDED),
        ("triggers", "schedule", Kind.ADDED),
        ("slots", "crm", Kind.ADDED),
        ("config", "n", Kind.ADDED),
        ("settings", "icon", Kind.CHANGED),
    ]
    assert comparison.counts == {"added": 4, "removed": 1, "changed": 2, "moved": 0}
    assert comparison.groups[0].counts == {"added": 1, "removed": 1, "changed": 1, "moved": 0}


def test_a_step_that_changes_inside_another_is_told_alone() -> None:
    before = made(steps={"loop": {"for": {"in": ".x"}, "do": [{"a": {"set": {"x": 1}}}]}})
    after = made(steps={"loop": {"for": {"in": ".x"}, "do": [{"a": {"set": {"x": 2}}}]}})
    assert told(compare(before, after)) == [("steps", "loop.a", Kind.CHANGED)]


def test_a_step_that_moves_has_moved_and_the_others_have_not() -> None:
    one, two, three = ({"set": {"x": number}} for number in (1, 2, 3))
    moved = compare(made(steps={"a": one, "b": two, "c": three}), made(steps={"c": three, "a": one, "b": two}))
    assert told(moved) == [("steps", "c", Kind.MOVED)]
    assert [(change.was and change.was.after, change.now and change.now.after) for change in moved.changes] == [
        ("b", "")
    ]
    assert moved.level is ChangeLevel.FIX


def test_a_step_that_went_into_another_has_moved() -> None:
    loop = {"for": {"in": ".x"}, "do": [{"z": {"set": {"x": 9}}}]}
    fuller = {**loop, "do": [{"a": {"set": {"x": 1}}}, *loop["do"]]}
    moved = compare(made(steps={"a": {"set": {"x": 1}}, "loop": loop}), made(steps={"loop": fuller}))
    assert told(moved) == [("steps", "loop.a", Kind.MOVED)]


def test_a_step_with_another_name_is_the_same_step_and_what_is_inside_follows() -> None:
    def loop(x: int) -> dict[str, Any]:
        return {"for": {"in": ".x"}, "do": [{"a": {"set": {"x": x}}}]}

    renamed = compare(made(steps={"loop": loop(1)}), made(steps={"each": loop(2)}))
    assert told(renamed) == [("steps", "each", Kind.MOVED), ("steps", "each.a", Kind.CHANGED)]
    assert [change.was and change.was.path for change in renamed.changes] == ["loop", "loop.a"]


def test_a_step_may_change_and_move_at_once() -> None:
    one, two = {"set": {"x": 1}}, {"set": {"x": 2}}
    change = compare(
        made(steps={"a": one, "b": one, "c": two}), made(steps={"c": {"set": {"x": 3}}, "a": one, "b": one})
    ).changes
    assert [(each.name, each.kind, each.is_moved) for each in change] == [("c", Kind.CHANGED, True)]


def test_a_branch_of_a_fork_that_changes_is_told_alone() -> None:
    def fork(x: int) -> dict[str, Any]:
        return {"fork": {"branches": [{"a": {"set": {"x": x}}}, {"b": {"set": {"x": 0}}}]}}

    assert told(compare(made(steps={"f": fork(1)}), made(steps={"f": fork(2)}))) == [("steps", "f.a", Kind.CHANGED)]


CRM = {"connector": "crm", "version": 1}
NUMBER = {"type": "integer", "minimum": 1}


@pytest.mark.parametrize(
    ("before", "after", "level"),
    [
        ({}, {"slots": {"crm": CRM}}, "breaking"),
        ({"slots": {"crm": CRM}}, {}, "fix"),
        ({"slots": {"crm": CRM}}, {"slots": {"crm": {**CRM, "version": 2}}}, "fix"),
        ({"slots": {"crm": CRM}}, {"slots": {"crm": {**CRM, "connector": "erp"}}}, "breaking"),
        ({}, {"fields": {"n": NUMBER}}, "feature"),
        ({}, {"fields": {"n": NUMBER}, "required": ["n"]}, "breaking"),
        ({}, {"fields": {"n": {**NUMBER, "default": 3}}, "required": ["n"]}, "feature"),
        ({"fields": {"n": NUMBER}}, {}, "breaking"),
        ({"fields": {"n": NUMBER}}, {"fields": {"m": NUMBER}, "migrations": [{"from": "n", "to": "m"}]}, "feature"),
        ({"fields": {"n": NUMBER}}, {"fields": {"n": {**NUMBER, "title": "N"}}}, "fix"),
        ({"fields": {"n": NUMBER}}, {"fields": {"n": {**NUMBER, "minimum": 0}}}, "fix"),
        ({"fields": {"n": NUMBER}}, {"fields": {"n": {**NUMBER, "minimum": 5}}}, "breaking"),
        ({"fields": {"n": NUMBER}}, {"fields": {"n": {**NUMBER, "type": "number"}}}, "fix"),
        ({"fields": {"n": NUMBER}}, {"fields": {"n": {"type": "string"}}}, "breaking"),
        ({"fields": {"n": {"enum": ["a"]}}}, {"fields": {"n": {"enum": ["a", "b"]}}}, "fix"),
        ({"fields": {"n": {"enum": ["a", "b"]}}}, {"fields": {"n": {"enum": ["a"]}}}, "breaking"),
        ({"steps": {"a": {"set": {"x": 1}}}}, {"steps": {"a": {"set": {"x": 2}}}}, "fix"),
        ({"steps": {"a": {"set": {"x": 1}}}}, {"steps": {}}, "fix"),
        ({}, {"icon": "bolt"}, "fix"),
    ],
)
def test_how_much_a_change_asks_of_instances(before: dict[str, Any], after: dict[str, Any], level: str) -> None:
    comparison = compare(made(**before), made(**after))
    assert comparison.level == level
    assert comparison.is_breaking == (level == "breaking")


def test_different_content_is_never_without_a_change() -> None:
    one, other = made(required=["a", "b"]), made(required=["b", "a"])
    assert told(compare(one, other)) == [("settings", "(elsewhere)", Kind.CHANGED)]


def test_true_is_not_one() -> None:
    changed = compare(made(steps={"a": {"set": {"x": True}}}), made(steps={"a": {"set": {"x": 1}}}))
    assert told(changed) == [("steps", "a", Kind.CHANGED)]


leaf = st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["a", "b"])
bodies = st.fixed_dictionaries({"set": st.dictionaries(st.sampled_from("xyz"), leaf, max_size=2)})
names = st.sampled_from("abcd")
listed = st.lists(
    st.builds(lambda name, body: {name: body}, names, bodies), max_size=3, unique_by=lambda one: next(iter(one))
)
definitions = st.builds(
    made,
    steps=st.dictionaries(names, bodies | st.builds(lambda inner: {"do": inner}, listed), max_size=4),
    slots=st.dictionaries(names, st.fixed_dictionaries({"connector": names, "version": st.integers(1, 2)}), max_size=2),
    fields=st.dictionaries(names, st.fixed_dictionaries({"type": st.sampled_from(["string", "integer"])}), max_size=2),
    required=st.lists(names, max_size=2),
    schedule=st.none() | st.fixed_dictionaries({"cron": names}),
    readme=leaf,
)
OPPOSITE = {Kind.ADDED: Kind.REMOVED, Kind.REMOVED: Kind.ADDED}


def mirrored(comparison: Comparison) -> list[Any]:
    return [
        sorted(
            [
                (_path(each.was, each), _opposite(each.kind), each.after, each.before, each.now, each.is_moved)
                for each in group.changes
            ],
            key=repr,
        )
        for group in comparison.groups
    ]


def plain(comparison: Comparison) -> list[Any]:
    return [
        sorted(
            [(each.name, each.kind, each.before, each.after, each.was, each.is_moved) for each in group.changes],
            key=repr,
        )
        for group in comparison.groups
    ]


def _path(place: Place | None, change: Change) -> str:
    return place.path if place else change.name


def _opposite(kind: Kind) -> Kind:
    return OPPOSITE.get(kind, kind)


@given(definitions, definitions)
def test_the_way_back_mirrors_the_way_there(one: Definition, other: Definition) -> None:
    assert plain(compare(other, one)) == mirrored(compare(one, other))
    assert compare(one, one).is_same
    assert compare(one, other).is_same == (one.digest == other.digest)
