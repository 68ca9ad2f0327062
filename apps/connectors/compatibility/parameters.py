"""Compares the parameters of an operation."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any

from apps.connectors.compatibility import lifecycle
from apps.connectors.compatibility.levels import Element, Side
from apps.connectors.compatibility.reader import ANYTHING, Json, Object, Reader, as_list, as_object, text
from apps.connectors.compatibility.rules import Use
from apps.connectors.compatibility.schemas import Schemas
from apps.connectors.compatibility.sentences import SENTENCES, capitalized, worded
from apps.connectors.compatibility.telling import Telling
from apps.connectors.openapi.operations import OURS, PLACES

TEMPLATE = re.compile(r"\{([^{}]+)\}")
REMOVALS = {
    "without-deprecation": ("request-parameter-removed", ""),
    "with-deprecation": ("request-parameter-removed-with-deprecation", "; it was deprecated"),
    "before-sunset": ("request-parameter-removed-before-sunset", ", before the day that was announced"),
    "sunset-parse": ("request-parameter-sunset-parse", "; the day that was announced cannot be read"),
}
STYLES = {"path": "simple", "header": "simple", "query": "form", "cookie": "form"}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter. ``of_path``: every operation of its path has it."""

    name: str
    place: str
    data: Object
    of_path: bool

    @property
    def required(self) -> bool:
        return self.place == "path" or self.data.get("required") is True

    @property
    def schema(self) -> Json:
        """Its schema, whether it stands there or below ``content``."""
        content = as_object(self.data.get("content"))
        media = as_object(next(iter(content.values()), None))
        return self.data.get("schema", media.get("schema", ANYTHING))

    @property
    def style(self) -> tuple[Any, Any]:
        """How it is written: style, and whether every value stands by itself."""
        style = self.data.get("style", STYLES[self.place])
        return style, self.data.get("explode", style == "form")


def compare_parameters(
    schemas: Schemas, old: "Parameters", new: "Parameters", telling: Telling, *, paths: tuple[str, str], today: date
) -> None:
    """Tell what changed between two sets of parameters of the operation on ``paths`` (old, new)."""
    renamed = _renamed(*paths)
    before = {(place, renamed.get(name, name) if place == "path" else name): one for (place, name), one in old.items()}
    for key, parameter in before.items():
        if key in new:
            _compare(schemas, parameter, new[key], telling, today)
        elif parameter.place != "path" or _left_path(parameter, paths[1], renamed):
            _tell_removed(parameter, telling, today)
    for old_name, new_name in renamed.items():
        told = f"The path parameter “{old_name}” is called “{new_name}” now; its place in the path is the same."
        telling.say("request-path-parameter-renamed", told, f"path parameter “{new_name}”")
    for key, parameter in new.items():
        # One that the path always had is described now; it is not new.
        if key not in before and not (key[0] == "path" and parameter.name in TEMPLATE.findall(paths[0])):
            _tell_new(parameter, telling)


type Parameters = dict[tuple[str, str], Parameter]


def parameters_of(reader: Reader, item: Object, operation: Object) -> Parameters:
    """Return the parameters of an operation by (place, name); those of its path are among them."""
    found: Parameters = {}
    for owner, of_path in ((item, True), (operation, False)):
        for node in as_list(owner.get("parameters")):
            data = reader.object(node)
            name, place = text(data.get("name")), data.get("in")
            if name and place in PLACES and not (place == "header" and name.lower() in OURS):
                key = (place, name.lower() if place == "header" else name)
                found[key] = Parameter(name, place, data, of_path)
    return found


def _compare(schemas: Schemas, old: Parameter, new: Parameter, telling: Telling, today: date) -> None:
    subject, place = f"the {new.place} parameter “{new.name}”", f"{new.place} parameter “{new.name}”"
    if new.required != old.required:
        verb = "required" if new.required else "optional"
        told = "is now required" if new.required else "is no longer required"
        telling.say(f"request-parameter-became-{verb}", f"{capitalized(subject)} {told}.", place)
    if old.style != new.style:
        told = f"{capitalized(subject)} is written in another way: {_style(old)} before, {_style(new)} now."
        telling.say("request-parameter-style-changed", told, place)
    for event, before, now in lifecycle.events(old.data, new.data, today):
        sentence = worded(SENTENCES[f"lifecycle:{event}"], subject, before, now)
        telling.say(f"request-parameter-{event}", sentence, place)
    # A parameter with a media type of its own travels as that says.
    use = Use(
        Side.REQUEST,
        Element.PARAMETER,
        as_text="content" not in new.data,
        repeats=new.style == ("form", True),
        in_header=new.place == "header",
    )
    telling.schema(schemas.findings(old.schema, new.schema), use, subject, place)


def _tell_removed(parameter: Parameter, telling: Telling, today: date) -> None:
    told = f"The {parameter.place} parameter “{parameter.name}” is gone"
    how = lifecycle.removal(parameter.data, today)
    rule, why = REMOVALS[how]
    telling.say(rule, f"{told}{why}.", f"{parameter.place} parameter “{parameter.name}”")


def _tell_new(parameter: Parameter, telling: Telling) -> None:
    need = "required" if parameter.required else "optional"
    rule = f"new-{need}-request-parameter"
    if parameter.of_path:
        rule = f"new-{need}-request-default-parameter-to-existing-path"
    if parameter.place == "path":
        rule = "new-request-path-parameter"
    told = f"There is a new {need} {parameter.place} parameter, “{parameter.name}”."
    telling.say(rule, told, f"{parameter.place} parameter “{parameter.name}”")


def _renamed(old_path: str, new_path: str) -> dict[str, str]:
    pairs = zip(TEMPLATE.findall(old_path), TEMPLATE.findall(new_path), strict=False)
    return {old: new for old, new in pairs if old != new}


def _left_path(parameter: Parameter, new_path: str, renamed: dict[str, str]) -> bool:
    """False for one that only lost its description."""
    return renamed.get(parameter.name, parameter.name) not in TEMPLATE.findall(new_path)


def _style(parameter: Parameter) -> str:
    style, explode = parameter.style
    return f"“{style}”, {'each value by itself' if explode else 'values together'}"
