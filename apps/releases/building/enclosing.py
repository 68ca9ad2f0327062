"""Puts a step into another that takes its place, with all its comments."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from apps.releases.definition import Definition, parse
from apps.releases.definition.editing import CannotEdit, free_name, insert_step, move_step, put_all
from apps.releases.definition.linting.flow import targets
from apps.releases.definition.shapes import Json, escaped


@dataclass(frozen=True, slots=True)
class Wrapper:
    """A step that holds others. ``tasks`` says below which key they stand."""

    label: str
    wish: str
    tasks: str
    body: Json = field(default_factory=dict)


WRAPPERS = {
    "try": Wrapper("try", "attempt", "try", {"try": [], "catch": {}}),
    "for": Wrapper("for each", "forEach", "do", {"for": {"each": "item", "in": "${ . }"}, "do": []}),
    "do": Wrapper("a group", "group", "do", {"do": []}),
}


def enclose(definition: Definition, pointer: str, wrapper: Wrapper) -> str:
    """Return the text in which the step at ``pointer`` stands alone in a new step at its place.

    Steps that went on with it by name go on with the new one.
    """
    if pointer not in {step.pointer for step in definition.steps}:
        raise CannotEdit("This step is not here any more.")
    tasks, index, old = pointer.rsplit("/", 2)
    name = free_name(definition, tasks, wrapper.wish)
    # The wrapper stands behind the step until it takes it in: so the step's own pointer still holds.
    wrapped = parse(insert_step(definition, tasks, int(index) + 1, name, wrapper.body))
    done = parse(move_step(wrapped, pointer, f"{tasks}/{int(index) + 1}/{escaped(name)}/{wrapper.tasks}", 0))
    return put_all(done, dict.fromkeys(_leading_to(done, tasks, old), name))


def _leading_to(definition: Definition, tasks: str, name: str) -> Iterator[str]:
    """Return the pointers of every ``then`` in a list that names a step; the name is escaped as in pointers."""
    found = next(one for one in definition.task_lists if one.pointer == tasks)
    for index, own, body in found.tasks:
        for at, target in targets(found.pointer_of(index, own), body):
            if isinstance(target, str) and escaped(target) == name:
                yield at
