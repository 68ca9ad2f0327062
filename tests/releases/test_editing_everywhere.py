"""Every edit around every step of real definitions: what was done and undone leaves no trace."""

from pathlib import Path

import pytest

from apps.releases.definition import Definition, parse
from apps.releases.definition.editing import (
    delete_step,
    duplicate_step,
    free_name,
    insert_step,
    move_step,
    put,
    remove,
)
from apps.releases.definition.shapes import pointer
from apps.releases.starters import KEYS, starter


def every_edit(draft: Definition) -> None:
    """Insert, copy, delete and move around every step, and look whether the text comes back."""
    for step in draft.steps:
        tasks, index, _ = step.pointer.rsplit("/", 2)
        fresh = free_name(draft, tasks, "fresh")
        new = parse(insert_step(draft, tasks, int(index), fresh, {"set": {"a": [1, {"b": "x\ny\n"}]}}))
        assert delete_step(new, f"{tasks}/{index}{pointer(fresh)}") == draft.text
        copy = free_name(draft, tasks, step.name)
        twice = parse(duplicate_step(draft, step.pointer))
        assert delete_step(twice, f"{tasks}/{int(index) + 1}{pointer(copy)}") == draft.text
        changed = parse(put(draft, f"{step.pointer}/metadata/fresh/note", "x"))
        if "metadata" not in step.body:
            assert remove(changed, f"{step.pointer}/metadata/fresh/note") == draft.text
        moved = parse(move_step(draft, step.pointer, tasks, 0))
        back = parse(move_step(moved, f"{tasks}/0{pointer(step.name)}", tasks, int(index)))
        assert back.document == draft.document
        assert sorted(back.text.split()) == sorted(draft.text.split())


@pytest.mark.parametrize("name", KEYS)
def test_every_edit_of_every_starter(name: str) -> None:
    every_edit(parse(starter(name).text))


def test_every_edit_of_the_published_examples(shared: Path) -> None:
    examples = sorted((shared / "conformance" / "workflow-dsl" / "examples").glob("*.yaml"))
    assert len(examples) > 60
    for example in examples:
        every_edit(parse(example.read_text(encoding="utf-8")))
