"""What is looked at quickly is judged as if it were looked at slowly."""

import copy
import random
import re
from collections.abc import Iterator
from typing import Any

import jsonschema_rs
import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from apps.releases.definition import Definition, digests, schema
from apps.releases.definition.linting.credentials import HINTS, SHAPES
from apps.releases.definition.soundness import WORKFLOW, _spelled_out, is_sound, loaded
from apps.releases.starters import all_starters

# What people and strangers put where it does not belong.
JUNK: list[Any] = [
    *(None, True, 0, -1, 1.5, 10**17, 1e300, "", "x", "exit", "a\n", "${ . }", "connector://crm", "P", "PT5S"),
    *("\x1c${ x y }", "\x85", "\ufeff${ x y}", "PT\u0665S", "\ud800", [], {}, ["a"], {"a": 1}, [{"a": {}}]),
    *({"set": {"a": 1}}, {"do": [{"z": {"call": "http"}}]}, [{"s": {"set": {"a": 1}}, "t": {"wait": 1}}]),
]
KEYS = "do try catch for fork switch call with set then if wait raise retry use input output listen run zzz".split()
REGISTRY: Registry[Any] = Registry().with_resources(
    (f"slipway:{name}.json", Resource.from_contents(loaded(name))) for name in ("workflow", "metadata")
)
SLOW = Draft202012Validator(loaded("workflow"), registry=REGISTRY)


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    keys = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield (*at, key)
        yield from places(value[key], (*at, key))


def spoilt(document: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    """The document with a few things put where they do not belong."""
    document = copy.deepcopy(document)
    for _ in range(dice.randint(1, 4)):
        *around, key = dice.choice([*places(document)])
        parent: Any = document
        for each in around:
            parent = parent[each]
        if isinstance(parent, dict) and dice.random() < 0.5:
            parent[dice.choice(KEYS)] = parent.pop(key) if dice.random() < 0.5 else copy.deepcopy(dice.choice(JUNK))
        else:
            parent[key] = copy.deepcopy(dice.choice(JUNK))
    return document


@given(st.sampled_from(all_starters()), st.integers(0, 2**32))
@settings(max_examples=200)
def test_the_words_for_a_wrong_shape_are_those_of_the_slow_way(starter, seed):
    document = spoilt(starter.definition.document, random.Random(seed))
    # Two errors may say the same about a key; the way to mend it is then that of the later one.
    told = [told for error in SLOW.iter_errors(document) for told in schema._told(error)]
    slow = {(path, message): mend for path, message, mend in told}
    found = schema.schema_findings(Definition(document))
    assert {(each.path, each.message): each.mend for each in found} == slow
    assert not (is_sound(document) and slow)


@pytest.mark.parametrize("starter", all_starters(), ids=lambda each: each.key)
def test_the_quick_way_is_taken_where_all_is_well(starter):
    assert is_sound(starter.definition.document)
    assert all(is_sound(step.body, "#/$defs/task") for step in starter.definition.steps)
    assert {f"#/$defs/{name}" for name in ("task", "taskList")} == set(schema.STEPS)
    assert set(schema.STEPS) <= {f"#/$defs/{name}" for name in loaded("workflow")["$defs"]}
    assert not {"task", "taskList"} & {one.removeprefix("#/$defs/") for one in _references(loaded("metadata"))}


@pytest.mark.parametrize("pattern", [r"\s", r"\S", r"[\s\S]"])
def test_blanks_are_the_same_characters_in_both_engines(pattern):
    quick = jsonschema_rs.Draft202012Validator({"pattern": f"^{_spelled_out(pattern)}$"})
    characters = [chr(code) for code in [*range(0xD800), *range(0xE000, 0x11000)]]
    assert [each for each in characters if quick.is_valid(each) != bool(re.fullmatch(pattern, each))] == []


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text()
        | st.text(':,[-19.e"\\\x00\x7f\u2028\ue000😀'),
        lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
        max_leaves=20,
    )
)
@settings(max_examples=500)
def test_the_quick_canonical_form_is_that_of_the_standard_or_none(value):
    quick = digests._plainly({"a": value})
    assert quick is None or quick == rfc8785.dumps({"a": value})


def test_the_canonical_form_of_a_usual_text_is_made_the_quick_way():
    for starter in all_starters():
        assert digests._plainly(starter.definition.document) == rfc8785.dumps(starter.definition.document)


def test_the_schema_by_its_name_is_the_one_that_is_used():
    assert loaded("workflow")["$id"] == WORKFLOW


def _references(value: Any) -> set[str]:
    if isinstance(value, dict):
        return {found for each in value.values() for found in _references(each)} | {str(value.get("$ref", ""))}
    return {found for each in value for found in _references(each)} if isinstance(value, list) else set()


@given(st.data())
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_whatever_looks_like_a_credential_holds_one_of_the_hints(shape, data):
    value = data.draw(st.from_regex(shape, fullmatch=True))
    assert [hint for hint in HINTS if hint in value]
