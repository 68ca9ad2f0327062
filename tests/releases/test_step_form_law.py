"""The law of the step form: opened and saved without a change, it changes no byte; every value keeps its exact type."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from apps.releases.building.step_form.editing import edit_of
from apps.releases.building.step_form.modes import Mode
from apps.releases.building.step_form.nodes import Node
from apps.releases.building.step_form.step import StepForm
from apps.releases.definition import Definition, parse
from apps.releases.definition.reader import read
from apps.releases.definition.shapes import same
from apps.releases.starters import all_starters

EXAMPLES = sorted((Path(settings.BASE_DIR).parent / "shared/conformance/workflow-dsl/examples").glob("*.yaml"))


def reads(text: str) -> object:
    return read(text.encode()).document


def sent(form: StepForm) -> dict[str, str]:
    """What a browser sends for a form as it is shown: line ends become those of the web, blank fields are sent, too."""
    pairs = dict(_sent(form.root, ""))
    return {
        name: value.replace("\n", "\r\n")
        for name, value in {**pairs, "name": form.name, "rest": form.rest_text}.items()
    }


def _sent(node: Node, path: str) -> Iterator[tuple[str, str]]:
    for segment, child in node.children.items():
        below = f"{path}/{segment}"
        yield f"t.{below}", f"{child.mode}{'?' if child.optional else ''}"
        if child.mode.holds_fields:
            yield f"w.{below}", str(child.mode)
        elif child.mode is not Mode.NULL:
            yield f"v.{below}", child.text
        if node.mode in (Mode.NAMES, Mode.CASES):
            yield f"k.{below}", child.key
        yield from _sent(child, below)


def saved_unchanged(definition: Definition, pointer: str) -> StepForm:
    """Open and save the step at a pointer; the form that came back, with every part checked on the way."""
    form = StepForm(definition, pointer, reads=reads, data=sent(StepForm(definition, pointer, reads=reads)))
    body = form.body()
    assert [node.error or node.key_error for node in form.root.every() if node.error or node.key_error] == []
    assert form.rest_error == form.name_error == ""
    assert same(body, form.original)
    assert edit_of(form, body).text(definition) == definition.text
    return form


@pytest.mark.parametrize("starter", all_starters(), ids=lambda starter: starter.key)
def test_saving_a_step_of_a_starter_unchanged_changes_nothing(starter):
    definition = parse(starter.text)
    for step in definition.steps:
        saved_unchanged(definition, step.pointer)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_saving_a_step_of_an_example_unchanged_changes_nothing(path):
    definition = parse(path.read_text(encoding="utf-8"))
    assert [saved_unchanged(definition, step.pointer).step.name for step in definition.steps] == [
        step.name for step in definition.steps
    ]


# ---- any step whatever ----

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufeff"), max_size=12) | st.sampled_from(
    [
        "1",
        "true",
        "null",
        "",
        " ",
        "${ .a }",
        "${.a}",
        "${ ${ .a } }",
        "${ }",
        "a ${ .b }",
        "x\ny",
        "\n",
        "2026-01-31",
        "PT30S",
        "~",
    ]
)
NUMBERS = (
    st.integers(-(10**20), 10**20)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.sampled_from([10**17, 0, -0.0, 1.0])
)
SCALARS = st.none() | st.booleans() | NUMBERS | TEXTS
KEYS = st.text(st.characters(categories=["L", "N", "P", "Zs"]), min_size=1, max_size=8).filter(str.strip)
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=8
)
TASKS = st.just([{"inner": {"set": {"a": 1}}}])
MEMBERS = {
    "if": TEXTS | VALUES,
    "then": TEXTS,
    "input": st.dictionaries(st.sampled_from(["from", "schema", "other"]), VALUES) | VALUES,
    "output": st.dictionaries(st.sampled_from(["as", "schema"]), VALUES) | VALUES,
    "export": st.dictionaries(st.sampled_from(["as"]), VALUES),
    "timeout": st.dictionaries(st.sampled_from(["after"]), VALUES) | TEXTS,
    "metadata": st.dictionaries(st.sampled_from(["slipway", "mine"]), VALUES) | VALUES,
    "call": st.sampled_from(["http", "openapi", "mine"]) | VALUES,
    "with": st.dictionaries(
        st.sampled_from(["document", "operationId", "parameters", "method", "endpoint", "headers", "query", "body"]),
        VALUES,
    )
    | VALUES,
    "set": VALUES,
    "for": st.dictionaries(st.sampled_from(["each", "in", "at"]), VALUES) | VALUES,
    "while": VALUES,
    "do": TASKS | VALUES,
    "switch": st.lists(
        st.dictionaries(KEYS, st.dictionaries(st.sampled_from(["when", "then", "x"]), VALUES), max_size=2)
    )
    | VALUES,
    "try": TASKS | VALUES,
    "catch": st.dictionaries(st.sampled_from(["errors", "as", "when", "retry", "then", "exceptWhen"]), VALUES)
    | st.builds(lambda tasks: {"do": tasks}, TASKS)
    | VALUES,
    "raise": st.dictionaries(st.sampled_from(["error"]), VALUES) | VALUES,
    "wait": st.dictionaries(st.sampled_from(["minutes", "seconds"]), VALUES) | VALUES,
    "emit": VALUES,
    "fork": st.builds(lambda tasks: {"branches": tasks}, TASKS) | VALUES,
    "listen": VALUES,
    "own": VALUES,
}
BODIES = st.fixed_dictionaries({}, optional=MEMBERS)


@given(body=BODIES)
@hypothesis_settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
def test_any_step_comes_back_as_it_was(body):
    definition = parse(json.dumps({"document": {"dsl": "1.0.3"}, "do": [{"step": body}]}))
    form = saved_unchanged(definition, "/do/0/step")
    # Types, too: JSON tells 1 from 1.0 and from true.
    assert json.dumps(form.body(), sort_keys=True) == json.dumps(body, sort_keys=True)
