"""The steps of a document, flattened in the order of the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .shapes import Json, dig, escaped, mapping, sequence, text

# "for" stands before "do", because a loop has both.
KINDS = ("call", "for", "do", "fork", "emit", "listen", "raise", "run", "set", "switch", "try", "wait")
CONNECTOR = "connector://"
# Where a task holds further lists of tasks, and what stands for them in a dotted path.
BRANCHES: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    (("do",), ()),
    (("try",), ()),
    (("catch", "do"), ("catch",)),
    (("fork", "branches"), ()),
    (("foreach", "do"), ()),
    (("with", "subscription", "foreach", "do"), ()),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One task. `path` is dotted names, `pointer` the place that errors and runs refer to (/do/0/name)."""

    path: str
    pointer: str
    name: str
    kind: str
    call: str
    operation: str
    slot: str
    depth: int
    line: int | None
    condition: str
    safe_to_repeat: bool | None
    body: dict[str, Json]


@dataclass(frozen=True, slots=True)
class TaskList:
    """Tasks that stand side by side: the scope of a `then`."""

    pointer: str
    path: tuple[str, ...]
    depth: int
    tasks: tuple[tuple[int, str, dict[str, Json]], ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(name for _, name, _ in self.tasks)

    def pointer_of(self, index: int, name: str) -> str:
        return f"{self.pointer}/{index}/{escaped(name)}"


def kind_of(body: dict[str, Json]) -> str:
    """The key that says what a task does, or "" if there is none."""
    return next((kind for kind in KINDS if kind in body), "")


def task_lists(document: Json) -> Iterator[TaskList]:
    """Every list of tasks, outer before inner."""
    waiting = [_task_list(dig(document, "do"), "/do", (), 0)]
    while waiting:
        found = waiting.pop(0)
        yield found
        waiting += [inner for index, name, body in found.tasks for inner in _inner_lists(found, index, name, body)]


def flattened(document: Json, lines: dict[str, int]) -> list[Step]:
    """Every step of the document, each followed by the steps inside it."""
    return list(_steps(_task_list(dig(document, "do"), "/do", (), 0), lines))


def _steps(found: TaskList, lines: dict[str, int]) -> Iterator[Step]:
    for index, name, body in found.tasks:
        yield _step(found, index, name, body, lines)
        for inner in _inner_lists(found, index, name, body):
            yield from _steps(inner, lines)


def _task_list(tasks: Json, at: str, path: tuple[str, ...], depth: int) -> TaskList:
    return TaskList(at, path, depth, tuple(_named(sequence(tasks))))


def _inner_lists(found: TaskList, index: int, name: str, body: dict[str, Json]) -> Iterator[TaskList]:
    for keys, names in BRANCHES:
        if keys[0] in body and isinstance(tasks := dig(body, *keys), list):
            at = f"{found.pointer_of(index, name)}/{'/'.join(keys)}"
            yield _task_list(tasks, at, (*found.path, name, *names), found.depth + 1)


def _named(tasks: list[Json]) -> Iterator[tuple[int, str, dict[str, Json]]]:
    for index, item in enumerate(tasks):
        for name, body in mapping(item).items():
            yield index, name, mapping(body)


def _step(found: TaskList, index: int, name: str, body: dict[str, Json], lines: dict[str, int]) -> Step:
    pointer = found.pointer_of(index, name)
    return Step(
        path=".".join((*found.path, name)),
        pointer=pointer,
        name=name,
        kind=kind_of(body),
        call=text(body.get("call")),
        operation=operation_of(body),
        slot=slot_of(body) or "",
        depth=found.depth,
        line=lines.get(pointer),
        condition=text(body.get("if")),
        safe_to_repeat=_safe(body),
        body=body,
    )


def _safe(body: dict[str, Json]) -> bool | None:
    safe = dig(body, "metadata", "slipway", "safeToRepeat")
    return safe if isinstance(safe, bool) else None


def operation_of(body: dict[str, Json]) -> str:
    """What a call step calls: an operation id, or "GET https://...", or the name of a function."""
    match body.get("call"):
        case "openapi":
            return text(dig(body, "with", "operationId"))
        case "http":
            method = text(dig(body, "with", "method")).upper()
            return f"{method} {endpoint_of(dig(body, 'with', 'endpoint'))}".strip()
        case other:
            return text(other)


def endpoint_of(endpoint: Json) -> str:
    """The address of an endpoint in its short or its long form."""
    return text(endpoint) or text(dig(endpoint, "uri"))


def slot_of(body: dict[str, Json]) -> str | None:
    """The slot that a connector step names, or None if it is no connector step."""
    address = endpoint_of(dig(body, "with", "document", "endpoint"))
    return address.removeprefix(CONNECTOR).strip("/") if address.startswith(CONNECTOR) else None


def cases_of(body: dict[str, Json]) -> Iterator[tuple[str, str, dict[str, Json]]]:
    """The cases of a switch: pointer below the task, name, case."""
    for index, item in enumerate(sequence(body.get("switch"))):
        for name, case in mapping(item).items():
            yield f"/switch/{index}/{escaped(name)}", name, mapping(case)
