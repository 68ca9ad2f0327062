"""Today's answers, taken over to another release."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from apps.deployments.config_form.judge import faults_of
from apps.deployments.config_form.questions import Json, Schema


@dataclass(frozen=True)
class Lost:
    """An answer that the target cannot keep, and why."""

    name: str
    title: str
    value: Json
    why: str


@dataclass(frozen=True)
class Carried:
    """What arrives at the target. ``asked`` are the names that were asked before and still are: not new to anybody."""

    answers: dict[str, Json]
    asked: tuple[str, ...]
    lost: tuple[Lost, ...]


def carry(answers: Mapping[str, Json], before: Schema, after: Schema, renames: Sequence[tuple[str, str]]) -> Carried:
    """Keep, unchanged, every answer that the target still knows and accepts; list all others."""
    known = after.get("properties", {})
    names = {name: _renamed(name, renames, known) for name in [*answers, *before.get("properties", {})]}
    kept: dict[str, Json] = {}
    lost: list[Lost] = []
    # An answer under the target's own name comes before one that a rename would put there.
    for name, value in sorted(answers.items(), key=lambda answer: names[answer[0]] != answer[0]):
        target = names[name]
        why = _refusal(after, target, value) if target in known else "The release does not ask this."
        if target in kept:
            why = "Another answer has taken this name."
        if why:
            lost.append(Lost(name, _title(name, before), value, why))
        else:
            kept[target] = value
    refused = {names[each.name] for each in lost}
    asked = dict.fromkeys(target for target in names.values() if target in known and target not in refused)
    return Carried(kept, tuple(asked), tuple(lost))


def _renamed(name: str, renames: Sequence[tuple[str, str]], known: Mapping[str, Json]) -> str:
    """Follow the declared renames in their order, unless the target still knows the name itself."""
    if name in known:
        return name
    for old, new in renames:
        if name == old:
            name = new
    return name


def _refusal(schema: Schema, name: str, value: Json) -> str:
    wrong = faults_of(schema, name, value)
    return f"The release refuses it: {wrong[0].sentence}" if wrong else ""


def _title(name: str, schema: Schema) -> str:
    field = schema.get("properties", {}).get(name)
    return str(field.get("title") or name) if isinstance(field, dict) else name
