"""Whatever is edited in whatever text: the rest stays as it was typed, and the text says what was meant."""

import copy
import re
from random import Random
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from apps.releases.definition import Definition, parse
from apps.releases.definition.editing import (
    delete_step,
    duplicate_step,
    free_name,
    insert_step,
    move_step,
    put,
    rename_step,
    replace_step,
)
from tests.releases.any_texts import Author, bodies, documents, values

REMARK = re.compile(r"# ?-?\t?\s?remark (\d+)")
DASH_ALONE = re.compile(r"-?\s*(#.*)?")
patient = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@st.composite
def definitions(draw: st.DrawFn) -> Definition:
    text = Author(draw(st.randoms(use_true_random=False))).text(document := draw(documents))
    definition = parse(text)
    # A comment that happens to be indented like the block text above it is part of that text.
    assume(definition.document == document)
    return definition


randoms = st.randoms(use_true_random=False)


def any_step(definition: Definition, dice: Random) -> Any:
    return dice.choice(definition.steps)


def outside(definition: Definition, pointer: str) -> tuple[str, str]:
    """The lines above a step, and those from the next node behind it on."""
    first = definition.lines[pointer]
    others = [line for at, line in definition.lines.items() if line > first and not at.startswith(f"{pointer}/")]
    lines = definition.text.splitlines(keepends=True)
    while first > 1 and DASH_ALONE.fullmatch(lines[first - 2].strip()):
        first -= 1
    return "".join(lines[: first - 1]), "".join(lines[min(others) - 1 :]) if others else ""


@patient
@given(definitions(), bodies, randoms)
def test_a_new_body_touches_nothing_around_its_step(definition: Definition, body: Any, dice: Random) -> None:
    step = any_step(definition, dice)
    before, behind = outside(definition, step.pointer)
    new = parse(replace_step(definition, step.pointer, body))
    intended = copy.deepcopy(definition.document)
    node_around(intended, step.pointer)[step.name] = body
    assert new.document == intended
    if "\n" in definition.text.strip():
        assert new.text.startswith(before)
        assert new.text.endswith(behind)


@patient
@given(definitions(), bodies, randoms)
def test_what_was_inserted_and_deleted_leaves_no_trace(definition: Definition, body: Any, dice: Random) -> None:
    tasks = dice.choice([tasks for tasks in definition.task_lists if tasks.pointer == "/do" or tasks.tasks])
    index = dice.randint(0, len(tasks.tasks))
    name = free_name(definition, tasks.pointer, dice.choice(["fresh", *tasks.names]))
    with_step = parse(insert_step(definition, tasks.pointer, index, name, body))
    assert items(with_step, tasks.pointer)[index] == {name: body}
    assert delete_step(with_step, f"{tasks.pointer}/{index}/{escaped(name)}") == definition.text


@patient
@given(definitions(), randoms)
def test_a_copy_that_is_deleted_leaves_no_trace(definition: Definition, dice: Random) -> None:
    step = any_step(definition, dice)
    tasks, index = place_of(step.pointer)
    name = free_name(definition, tasks, step.name)
    twice = parse(duplicate_step(definition, step.pointer))
    assert items(twice, tasks)[index + 1] == {name: items(definition, tasks)[index][step.name]}
    assert delete_step(twice, f"{tasks}/{index + 1}/{escaped(name)}") == definition.text


@patient
@given(definitions(), randoms)
def test_a_deleted_step_takes_only_its_own_comments_along(definition: Definition, dice: Random) -> None:
    step = any_step(definition, dice)
    tasks, index = place_of(step.pointer)
    new = parse(delete_step(definition, step.pointer))
    intended = copy.deepcopy(definition.document)
    del at(intended, tasks)[index]
    assert new.document == intended
    remarks, left = REMARK.findall(definition.text), REMARK.findall(new.text)
    assert [remark for remark in remarks if remark in left] == left
    if "\n" in definition.text.strip():
        behind = outside(definition, step.pointer)[1]
        assert set(REMARK.findall(behind)) <= set(left)


@patient
@given(definitions(), randoms)
def test_a_moved_step_keeps_its_comments(definition: Definition, dice: Random) -> None:
    step = any_step(definition, dice)
    tasks, old = place_of(step.pointer)
    index = dice.randint(0, len(items(definition, tasks)) - 1)
    new = parse(move_step(definition, step.pointer, tasks, index))
    intended = copy.deepcopy(definition.document)
    order = at(intended, tasks)
    order.insert(index, order.pop(old))
    assert new.document == intended
    assert sorted(REMARK.findall(new.text)) == sorted(REMARK.findall(definition.text))
    assert parse(move_step(new, f"{tasks}/{index}/{escaped(step.name)}", tasks, old)).document == definition.document


@patient
@given(definitions(), st.sampled_from(["renamed", "a: b", "no", "12", "ö"]), randoms)
def test_a_renamed_step_changes_one_line(definition: Definition, wish: str, dice: Random) -> None:
    step = any_step(definition, dice)
    tasks, _ = place_of(step.pointer)
    name = free_name(definition, tasks, wish)
    new = rename_step(definition, step.pointer, name).splitlines()
    old = definition.text.splitlines()
    assert [number for number, line in enumerate(old, 1) if new[number - 1] != line] == [definition.lines[step.pointer]]


@patient
@given(definitions(), values, randoms)
def test_any_node_becomes_any_value(definition: Definition, value: Any, dice: Random) -> None:
    pointer = dice.choice([each for each in definition.lines if each not in ("", "/do")])
    before, behind = outside(definition, pointer)
    new = parse(put(definition, pointer, value))
    intended = copy.deepcopy(definition.document)
    around, _, last = pointer.rpartition("/")
    holder = at(intended, around)
    holder[int(last) if isinstance(holder, list) else unescaped(last)] = value
    assert new.document == intended
    if "\n" in definition.text.strip():
        assert new.text.startswith(before)
        assert new.text.endswith(behind)


def at(document: Any, pointer: str) -> Any:
    for part in pointer.split("/")[1:]:
        document = document[int(part)] if isinstance(document, list) else document[unescaped(part)]
    return document


def node_around(document: Any, pointer: str) -> Any:
    return at(document, pointer.rpartition("/")[0])


def items(definition: Definition, tasks: str) -> Any:
    return at(definition.document, tasks)


def place_of(pointer: str) -> tuple[str, int]:
    tasks, index, _ = pointer.rsplit("/", 2)
    return tasks, int(index)


def escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")


def unescaped(part: str) -> str:
    return part.replace("~1", "/").replace("~0", "~")
