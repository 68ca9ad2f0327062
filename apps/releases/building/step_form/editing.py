"""The edit of a draft that saving a form makes."""

from collections.abc import Callable
from dataclasses import dataclass

from apps.releases import reading
from apps.releases.building.step_form.step import StepForm
from apps.releases.definition import Definition
from apps.releases.definition.editing import rename_step, replace_step
from apps.releases.definition.shapes import Json, escaped


@dataclass(frozen=True)
class Edit:
    """``text`` makes the new text of a definition; ``pointer`` is where the step stands then."""

    text: Callable[[Definition], str]
    pointer: str
    did: str


def edit_of(form: StepForm, body: Json) -> Edit:
    """Return the edit that puts a step in the place of the one that the form shows."""
    before = form.pointer.rpartition("/")[0]
    pointer = f"{before}/{escaped(form.name)}" if form.is_renamed else form.pointer
    did = f"Renamed {form.step.name} to {form.name}" if form.is_renamed else f"Edited {form.name}"

    def _text(definition: Definition) -> str:
        # An unchanged step leaves every byte where it is.
        text = replace_step(definition, form.pointer, body) if form.is_changed(body) else definition.text
        return rename_step(reading.accepted(text), form.pointer, form.name) if form.is_renamed else text

    return Edit(_text, pointer, did)
