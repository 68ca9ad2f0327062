"""Which steps read a field of the configuration or call through a slot."""

import copy
import re
from collections import defaultdict
from dataclasses import dataclass

from apps.releases.building.settings.edits import Edit, all_of, found, setting
from apps.releases.definition import Definition
from apps.releases.definition.expressions import expressions
from apps.releases.definition.linting.expressions import READ
from apps.releases.definition.shapes import unescaped


@dataclass(frozen=True)
class Use:
    """A step, or "" for an expression outside of all steps; ``pointer`` is its address in the builder."""

    path: str
    pointer: str


def uses_of_fields(definition: Definition) -> dict[str, list[Use]]:
    """Return by key the steps that read ``$workflow.input.config.<key>``, each once, in their order."""
    places: dict[str, set[str]] = defaultdict(set)
    for expression in expressions(definition.document):
        for name in set(READ.findall(expression.source)):
            places[name].add(definition.step_at(expression.path))
    order = {"": Use("", ""), **{step.path: Use(step.path, step.pointer) for step in definition.steps}}
    return {name: [use for path, use in order.items() if path in paths] for name, paths in places.items()}


def uses_of_slots(definition: Definition) -> dict[str, list[Use]]:
    """Return by slot the steps that call through it, in their order."""
    uses: dict[str, list[Use]] = defaultdict(list)
    for step in definition.steps:
        if step.slot:
            uses[step.slot].append(Use(step.path, step.pointer))
    return dict(uses)


def follow(old: str, new: str) -> Edit:
    """Let every expression that reads a field read it under its new key."""
    reads = re.compile(rf"(\$workflow\.input\.config\.){re.escape(old)}(?![A-Za-z0-9_])")

    def edit(definition: Definition) -> str:
        paths = [each.path for each in expressions(definition.document) if reads.search(each.source)]
        document = copy.deepcopy(definition.document)
        for path in paths:
            holder, _, key = path.rpartition("/")
            inside = found(document, holder)
            at = int(key) if isinstance(inside, list) else unescaped(key)
            inside[at] = reads.sub(rf"\g<1>{new}", inside[at])
        # One edit for each top-level member: with an edit for each expression long flows would take minutes.
        tops = dict.fromkeys(path.split("/")[1] for path in paths)
        return all_of(*(setting(f"/{top}", document[unescaped(top)]) for top in tops))(definition)

    return edit
