"""Puts a step into another that takes its place, with all its comments."""

from dataclasses import dataclass, field

from apps.releases.definition import Definition, parse
from apps.releases.definition.editing import CannotEdit, free_name, insert_step, move_step
from apps.releases.definition.shapes import Json


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
    """Return the text in which the step at ``pointer`` stands alone in a new step at its place."""
    if pointer not in {step.pointer for step in definition.steps}:
        raise CannotEdit("This step is not here any more.")
    tasks, index, _ = pointer.rsplit("/", 2)
    name = free_name(definition, tasks, wrapper.wish)
    # The wrapper stands behind the step until it takes it in: so the step's own pointer still holds.
    wrapped = parse(insert_step(definition, tasks, int(index) + 1, name, wrapper.body))
    return move_step(wrapped, pointer, f"{tasks}/{int(index) + 1}/{name}/{wrapper.tasks}", 0)
