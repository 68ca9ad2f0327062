"""What an expression would see at a place of a document, played through with sample data. Nothing is called or sent.

Every value is made when somebody asks for it: of a document of hundreds of steps one expression needs a few.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from apps.releases.definition.expressions import VARIABLES, condition, inner
from apps.releases.definition.metadata import config_schema
from apps.releases.definition.shapes import Json, dig, index_of, mapping, sequence, text
from apps.releases.definition.source import Source
from apps.releases.definition.steps import BRANCHES, kind_of

# (program, value, variables) -> result, or None where it fails.
type Evaluate = Callable[[str, Json, Mapping[str, Json]], Json]
# What the call of a step may answer.
type Answer = Callable[[dict[str, Json]], Json]
# A value that is made once, when it is asked for.
type Later = Callable[[], Json]

VARIABLE = re.compile(r"\$\s*([A-Za-z_]\w*)")
MOST_EVALUATIONS = 80
DEEPEST = 40
# Steps of these kinds hand on what they were given.
PASSING = ("switch", "wait", "raise", "emit", "listen", "run", "fork", "")
MOMENT = {"iso8601": "2026-01-31T12:00:00.000Z", "epoch": {"seconds": 1769860800, "milliseconds": 1769860800000}}
ERROR = {
    "type": "https://open-workflow-specification.org/spec/1.0.0/errors/communication",
    "status": 503,
    "title": "Service Unavailable",
    "detail": "The service is busy.",
    "instance": "/do/0/step",
}


@dataclass(frozen=True)
class Here:
    """What an expression sees: its value ("."), and its variables by name."""

    value: Later
    variables: Mapping[str, Later]

    def with_variables(self, **more: Later) -> "Here":
        return replace(self, variables={**self.variables, **more})


def kept(make: Later) -> Later:
    """A value that is made at most once."""
    made: list[Json] = []

    def _once() -> Json:
        if not made:
            made.append(make())
        return made[0]

    return _once


class Walk:
    """Plays a document through up to one step."""

    def __init__(self, source: Source, sample: Json, *, evaluate: Evaluate, answer: Answer) -> None:
        self.source = source
        self.sample = sample
        self._evaluate = evaluate
        self._answer = answer
        self._left = MOST_EVALUATIONS
        self._depth = 0

    def at(self, pointer: str, field: str) -> Here:
        """What a field of the step sees; ``field`` is its path below the step."""
        around, before = self._way_to(pointer)
        here = self._begin()
        for found, inside in before:
            here = self._behind(found, inside, here)
        return self._in_field(around[-1] if around else {}, field, here)

    def _way_to(self, pointer: str) -> tuple[list[dict[str, Json]], list[tuple[dict[str, Json], str]]]:
        """The step as last of the steps around it, and what happens before it: (step, "") for a step that is over,
        (step, field) for one that is entered."""
        around: list[dict[str, Json]] = []
        before: list[tuple[dict[str, Json], str]] = []
        for found in self.source.task_lists:
            for index, name, body in found.tasks:
                at = found.pointer_of(index, name)
                if at == pointer:
                    around.append(body)
                elif pointer.startswith(f"{at}/"):
                    around.append(body)
                    before.append((body, pointer.removeprefix(at)))
                    break
                elif pointer.startswith(f"{found.pointer}/") and not self._is_behind(found.pointer, index, pointer):
                    before.append((body, ""))
        return around, before

    def _is_behind(self, tasks: str, index: int, pointer: str) -> bool:
        number = pointer.removeprefix(f"{tasks}/").partition("/")[0]
        # Branches of a fork begin together, none after another.
        place = index_of(number)
        return tasks.endswith("/fork/branches") or place is None or index >= place

    def _begin(self) -> Here:
        sample = kept(lambda: self.sample)
        given = text(dig(self.source.document, "input", "from"))
        workflow = {"id": "sample", "definition": self.source.document, "input": self.sample, "startedAt": MOMENT}
        variables: dict[str, Later] = {
            "workflow": lambda: workflow,
            "runtime": lambda: {"name": "slipway", "version": "1", "metadata": {}},
            "context": sample,
        }
        here = Here(sample, variables)
        if not given:
            return here
        value = kept(lambda: self._shaped(given, here))
        return Here(value, {**variables, "context": value})

    def _behind(self, body: dict[str, Json], inside: str, here: Here) -> Here:
        """What is seen after a step, or at the beginning of the steps inside it."""
        working = self._working(body, here)
        if inside:
            return self._entered(body, inside, working)
        output, context = self._handed_on(body, working)
        return Here(output, {**here.variables, "context": context})

    def _working(self, body: dict[str, Json], here: Here) -> Here:
        """What a step works on."""
        wanted = dig(body, "input", "from")
        value = here.value if wanted is None else kept(lambda: self._shaped(wanted, here))
        return replace(here, value=value).with_variables(input=value, task=lambda: {"input": value()})

    def _entered(self, body: dict[str, Json], inside: str, here: Here) -> Here:
        if inside.startswith("/catch/"):
            return self._caught(body, here)
        return self._in_round(body, here) if "for" in body else here

    def _in_round(self, body: dict[str, Json], here: Here) -> Here:
        loop = mapping(body.get("for"))

        def _first() -> Json:
            items = self._shaped(loop.get("in"), here)
            return items[0] if isinstance(items, list) and items else None

        names = {text(loop.get("each")) or "item": kept(_first), text(loop.get("at")) or "index": lambda: 0}
        return here.with_variables(**names)

    def _caught(self, body: dict[str, Json], here: Here) -> Here:
        return here.with_variables(**{text(dig(body, "catch", "as")) or "error": lambda: ERROR})

    def _handed_on(self, body: dict[str, Json], working: Here) -> tuple[Later, Later]:
        raw = working.value if kind_of(body) in PASSING else kept(lambda: self._result(body, working))
        shape, remember = dig(body, "output", "as"), dig(body, "export", "as")
        after = replace(working, value=raw)
        output = raw if shape is None else kept(lambda: self._shaped(shape, after))
        final = replace(working, value=output).with_variables(output=output)
        context = working.variables["context"]
        return output, context if remember is None else kept(lambda: self._shaped(remember, final))

    def _in_field(self, body: dict[str, Json], field: str, here: Here) -> Here:
        working = self._working(body, here)
        if field == "/if" or field.startswith("/input"):
            return here
        if field.startswith("/output"):
            return replace(working, value=kept(lambda: self._result(body, working)))
        if field.startswith("/export"):
            output, _ = self._handed_on(body, working)
            return replace(working, value=output).with_variables(output=output)
        if field.startswith("/while"):
            return self._in_round(body, working)
        return self._caught(body, working) if field.startswith("/catch") else working

    def _result(self, body: dict[str, Json], here: Here) -> Json:
        """What a step gives before its output is shaped."""
        if self._depth >= DEEPEST:
            return None
        self._depth += 1
        try:
            return self._by_kind(body, here)
        finally:
            self._depth -= 1

    def _by_kind(self, body: dict[str, Json], here: Here) -> Json:
        match kind_of(body):
            case "set":
                return self._filled(body["set"], here)
            case "call":
                return self._answer(body)
            case "for" | "do" | "try" as kind:
                tasks = dig(body, *next(keys for keys, _ in BRANCHES if keys[0] == ("try" if kind == "try" else "do")))
                return self._of_list(tasks, self._in_round(body, here) if kind == "for" else here)
            case _:
                return here.value()

    def _of_list(self, tasks: Json, here: Here) -> Json:
        for item in sequence(tasks):
            for body in mapping(item).values():
                here = self._behind(mapping(body), "", here)
        return here.value()

    def _shaped(self, shape: Json, here: Here) -> Json:
        if not isinstance(shape, str):
            return self._filled(shape, here)
        return self._ask(condition(shape), here)

    def _filled(self, template: Json, here: Here) -> Json:
        match template:
            case str():
                program = inner(template)
                return template if program is None else self._ask(program, here)
            case dict():
                return {key: self._filled(value, here) for key, value in template.items()}
            case list():
                return [self._filled(value, here) for value in template]
            case _:
                return template

    def _ask(self, program: str, here: Here) -> Json:
        if self._left <= 0 or self._depth >= DEEPEST:
            return None
        self._left -= 1
        self._depth += 1
        try:
            return self._evaluate(program, here.value(), arguments(program, here))
        finally:
            self._depth -= 1


def arguments(program: str, here: Here) -> dict[str, Any]:
    """The variables that a program names, as a run would give them."""
    named = set(VARIABLE.findall(program))
    known = {name: here.variables[name]() for name in named if name in here.variables}
    return {name: None for name in named if name in VARIABLES} | known


def with_samples(document: Json, sample: Mapping[str, Json], of_schema: Callable[[Json], Json]) -> dict[str, Json]:
    """A sample input in which every setting has a value; ``of_schema`` makes one where the document gives none."""
    given = mapping(sample.get("config"))
    fields = mapping(config_schema(document).get("properties"))
    made = {name: of_schema(field) for name, field in fields.items() if name not in given}
    return {**sample, "config": {**made, **given}}
