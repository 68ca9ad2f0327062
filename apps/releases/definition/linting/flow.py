"""Steps that stand side by side: their names, and where `then` leads."""

from __future__ import annotations

from collections.abc import Iterator

from ..document import Definition
from ..findings import Finding, did_you_mean
from ..shapes import Json, dig
from ..steps import TaskList, cases_of

DIRECTIVES = ("continue", "exit", "end")


def findings(definition: Definition) -> Iterator[Finding]:
    for tasks in definition.task_lists:
        yield from _names(definition, tasks)
        for index, name, body in tasks.tasks:
            for path, target in targets(tasks.pointer_of(index, name), body):
                yield from _target(definition, tasks, path, target)
            yield from _defaults(definition, tasks.pointer_of(index, name), body)


def _names(definition: Definition, tasks: TaskList) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, name, _ in tasks.tasks:
        path = tasks.pointer_of(index, name)
        if name in seen:
            message = f"Another step of this list is called “{name}”, too."
            yield definition.error("duplicate-step", path, message, "Rename one of the two.")
        if name in DIRECTIVES:
            message = f"“{name}” has a meaning of its own in “then”, so no step can be called so."
            yield definition.error("reserved-step", path, message, "Rename the step.")
        seen.add(name)


def targets(at: str, body: dict[str, Json]) -> Iterator[tuple[str, Json]]:
    """Where a step leads beside the next one: the pointer of every `then` of its own, and what stands there."""
    yield f"{at}/then", body.get("then")
    yield f"{at}/catch/then", dig(body, "catch", "then")
    for below, _, case in cases_of(body):
        yield f"{at}{below}/then", case.get("then")


def _target(definition: Definition, tasks: TaskList, path: str, target: Json) -> Iterator[Finding]:
    if not isinstance(target, str) or target in DIRECTIVES or target in tasks.names:
        return
    if any(target in other.names for other in definition.task_lists):
        message = f"“then” cannot lead to “{target}”: that step stands in another list."
        mend = "A step may only lead to a step of its own list; “exit” leaves the list."
    else:
        message = f"“then” leads to “{target}”, and there is no such step."
        mend = did_you_mean(target, (*tasks.names, *DIRECTIVES), f"Steps of this list: {', '.join(tasks.names)}.")
    yield definition.error("then-nowhere", path, message, mend)


def _defaults(definition: Definition, at: str, body: dict[str, Json]) -> Iterator[Finding]:
    unconditional = [below for below, _, case in cases_of(body) if "when" not in case]
    for below in unconditional[1:]:
        message = "A switch has only one case without “when”."
        yield definition.error("second-default", f"{at}{below}", message, "Give this case a “when”, or remove it.")
