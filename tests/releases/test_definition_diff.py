"""Two definitions compared: by group, with counts, and with what it means for installed instances."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.releases.definition import Definition
from apps.releases.definition.diff import ChangeLevel, Comparison, Kind, compare
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
        steps={"a": {"set": {"x": 2}}, "c": {"set": {"x": 1}}},
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
    assert comparison.counts == {"added": 4, "removed": 1, "changed": 2}
    assert comparison.groups[0].counts == {"added": 1, "removed": 1, "changed": 1}


def test_a_step_that_changes_inside_another_is_told_alone() -> None:
    before = made(steps={"loop": {"for": {"in": ".x"}, "do": [{"a": {"set": {"x": 1}}}]}})
    after = made(steps={"loop": {"for": {"in": ".x"}, "do": [{"a": {"set": {"x": 2}}}]}})
    assert told(compare(before, after)) == [("steps", "loop.a", Kind.CHANGED)]


def test_a_step_that_moves_has_changed() -> None:
    one, two = {"set": {"x": 1}}, {"set": {"x": 2}}
    moved = told(compare(made(steps={"a": one, "b": two}), made(steps={"b": two, "a": one})))
    assert moved == [("steps", "a", Kind.CHANGED), ("steps", "b", Kind.CHANGED)]


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
definitions = st.builds(
    made,
    steps=st.dictionaries(names, bodies | st.builds(lambda inner: {"do": [{"in": inner}]}, bodies), max_size=3),
    slots=st.dictionaries(names, st.fixed_dictionaries({"connector": names, "version": st.integers(1, 2)}), max_size=2),
    fields=st.dictionaries(names, st.fixed_dictionaries({"type": st.sampled_from(["string", "integer"])}), max_size=2),
    required=st.lists(names, max_size=2),
    schedule=st.none() | st.fixed_dictionaries({"cron": names}),
    readme=leaf,
)
OPPOSITE = {Kind.ADDED: Kind.REMOVED, Kind.REMOVED: Kind.ADDED, Kind.CHANGED: Kind.CHANGED}


def mirrored(comparison: Comparison) -> list[list[tuple[str, Kind, Any, Any]]]:
    return [
        [(change.name, OPPOSITE[change.kind], change.after, change.before) for change in group.changes]
        for group in comparison.groups
    ]


def plain(comparison: Comparison) -> list[list[tuple[str, Kind, Any, Any]]]:
    return [
        [(change.name, change.kind, change.before, change.after) for change in group.changes]
        for group in comparison.groups
    ]


@given(definitions, definitions)
def test_the_way_back_mirrors_the_way_there(one: Definition, other: Definition) -> None:
    assert plain(compare(other, one)) == mirrored(compare(one, other))
    assert compare(one, one).is_same
    assert compare(one, other).is_same == (one.digest == other.digest)
