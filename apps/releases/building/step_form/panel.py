"""The panel of one step: its form, ready to be drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from apps.releases.building.frame import Frame
from apps.releases.building.step_form.arranging import arranged
from apps.releases.building.step_form.fields import Addable, Drawer, Field, every, placed, to_read
from apps.releases.building.step_form.kinds import SECTIONS
from apps.releases.building.step_form.nodes import Node
from apps.releases.building.step_form.step import NoSuchStep, StepForm
from apps.releases.building.step_form.surroundings import Surroundings, read_yaml
from apps.releases.definition import Definition, Finding
from apps.releases.definition.shapes import Json
from apps.releases.pages import ICONS

KIND_WORDS = {
    "call": "Call",
    "set": "Set values",
    "for": "Loop",
    "switch": "Branch",
    "try": "Try and catch",
    "wait": "Wait",
    "raise": "Raise an error",
    "do": "Group of steps",
    "fork": "Parallel branches",
    "emit": "Emit an event",
    "listen": "Listen for events",
    "run": "Run a process",
}


@dataclass
class Section:
    """Fields that belong together. ``told``: what is set, where the section is folded."""

    id: str
    title: str
    fields: list[Field]
    addables: list[Addable]

    @property
    def needs_attention(self) -> bool:
        return any(field.needs_attention for field in self.fields)

    @property
    def told(self) -> str:
        return ", ".join(field.label for field in self.to_read)

    @property
    def to_read(self) -> list[Field]:
        """What a reader sees: everything that is filled in."""
        return to_read(self.fields)


class StepPanel:
    """The form of a step with everything that its page shows."""

    def __init__(
        self, frame: Frame, definition: Definition, pointer: str, *, data: Mapping[str, str] | None = None
    ) -> None:
        self.frame, self.pointer = frame, pointer
        self.surroundings = Surroundings(definition)
        self.form = StepForm(definition, pointer, apis=self.surroundings.apis, reads=read_yaml, data=data)
        self.step = self.form.step
        self.focus = ""
        self.is_typed = data is not None
        # A form that comes back is still made from the text that it was made from.
        self.revision = data.get("revision", "") if data is not None else str(frame.release.revision)

    def arrange(self, said: str) -> None:
        """Do what a button of the form says, without saving anything."""
        self.focus = arranged(self.form, said)

    def body(self) -> Json | None:
        """The step as typed; None if something is wrong, which stands at its field then."""
        made = self.form.body()
        if made is None:
            self.form.complete()
        return made

    @property
    def at_query(self) -> str:
        """The query of every address of this panel."""
        return at_query(self.pointer)

    @property
    def icon(self) -> str:
        return ICONS.get(self.form.kind, "point")

    @property
    def kind_words(self) -> str:
        if self.step.call == "http":
            return "HTTP call"
        return "Connector call" if self.form.is_connector else KIND_WORDS.get(self.form.kind, "Step")

    @cached_property
    def _drawn(self) -> tuple[list[Section], list[Finding]]:
        drawer = Drawer(self.form.definition.document)
        parts = [("own", "", tuple(self.form.own)), *SECTIONS]
        sections = [self._section(drawer, *part) for part in parts]
        fields = [field for section in sections for field in section.fields]
        left = placed(fields, self._findings) if not self.is_typed else []
        return [section for section in sections if section.fields or section.addables], left

    def _section(self, drawer: Drawer, name: str, title: str, keys: Sequence[str]) -> Section:
        children = {key: node for key, node in self.form.root.children.items() if key in keys}
        node = Node(self.form.root.mode, children=children)
        fields, addables = drawer.members(node, self.form.shape, "", "")
        return Section(name, title, fields, [each for each in addables if _top(each.path) in keys])

    @property
    def own(self) -> Section | None:
        """What steps of this kind have of their own."""
        return next((section for section in self._drawn[0] if section.id == "own"), None)

    @property
    def common(self) -> list[Section]:
        """What every step may have."""
        return [section for section in self._drawn[0] if section.id != "own"]

    @property
    def findings(self) -> list[Finding]:
        """What is to be said about the step and fits to none of its fields."""
        return self._drawn[1]

    @cached_property
    def _findings(self) -> list[tuple[str, Finding]]:
        found = [each for each in self.frame.reading.findings if each.step == self.step.path]
        return [(each.path.removeprefix(self.pointer), each) for each in found]

    @property
    def wrong(self) -> list[Field]:
        """Fields whose text cannot be taken, for the list at the top."""
        fields = [field for section in self._drawn[0] for field in every(section.fields)]
        return [field for field in fields if field.node.error or field.node.key_error]

    @property
    def is_wrong(self) -> bool:
        return bool(self.wrong or self.form.rest_error or self.form.name_error)

    @property
    def operation(self) -> Mapping[str, Any] | None:
        """The operation that is called, as its connector describes it."""
        api = self.surroundings.api(self.form.slot) if self.form.is_connector else None
        return api.operations.get(self.form.operation_id) if api else None

    @property
    def has_unbuilt(self) -> bool:
        """The connector version of the slot is not built, so nobody knows what the operation takes."""
        return bool(self.form.is_connector and self.form.slot and self.surroundings.api(self.form.slot) is None)


def at_query(pointer: str) -> str:
    """Return the query that names a step."""
    return f"?{urlencode({'at': pointer})}"


def _top(path: str) -> str:
    return path.split("/")[1]


def step_panel(frame: Frame, pointer: str, data: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return the context of ``releases/step_form.html#panel``: ``step_panel`` is None where there is no such step."""
    definition = frame.reading.definition
    try:
        panel = StepPanel(frame, definition, pointer, data=data) if definition else None
    except NoSuchStep:
        panel = None
    return {"frame": frame, "step_panel": panel, "at": pointer, "revision": frame.release.revision}
