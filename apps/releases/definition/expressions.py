"""Where a document holds jq expressions, and what they are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .shapes import Json, dig, leaves, mapping, text
from .steps import cases_of, task_lists

WHOLE = re.compile(r"\s*\$\{(.*)\}\s*", re.DOTALL)
# Fields that are expressions with or without the braces.
CONDITIONS = (("if",), ("for", "in"), ("while",), ("input", "from"), ("output", "as"), ("export", "as"))
CATCHES = (("catch", "when"), ("catch", "exceptWhen"), ("catch", "retry", "when"), ("catch", "retry", "exceptWhen"))
# Fields whose texts are expressions only inside ${ }.
VALUES = ("set", "with", "wait", "raise", "input", "output", "export", "for", "errors")


# Below which field of a task a declaration holds, where it stands, and its keys with their defaults.
LOOP = (("each", "item"), ("at", "index"))
EVENTS = (("item", "item"), ("at", "index"))
DECLARED = (
    ("/do/", ("for",), LOOP),
    ("/while", ("for",), LOOP),
    ("/catch/", ("catch",), (("as", "error"),)),
    ("/foreach/", ("foreach",), EVENTS),
    ("/with/subscription/foreach/", ("with", "subscription", "foreach"), EVENTS),
)
# What every expression sees; loops and catches add their own.
VARIABLES = ("context", "input", "output", "secrets", "authorization", "task", "workflow", "runtime")


@dataclass(frozen=True, slots=True)
class Expression:
    """One piece of jq; `variables` are the names (without $) that it may read."""

    path: str
    source: str
    variables: tuple[str, ...] = VARIABLES


def inner(value: Json) -> str | None:
    """The jq inside "${ ... }", or None if the value is not one whole expression."""
    found = WHOLE.fullmatch(value) if isinstance(value, str) else None
    return found[1].strip() if found else None


def is_embedded(value: Json) -> bool:
    """Whether braces stand inside a longer text, where nobody evaluates them."""
    return isinstance(value, str) and "${" in value and inner(value) is None


def condition(value: str) -> str:
    """The jq of a field that is an expression with or without the braces."""
    found = inner(value)
    return value.strip() if found is None else found


def expressions(document: Json) -> list[Expression]:
    """Every expression of the document once, in no particular order."""
    bodies = list(_bodies(document))
    declaring = {at: found for at, body in bodies if at and (found := list(_declared(body)))}
    sources = {path: source for path, value in _values(bodies) if (source := inner(value)) is not None}
    sources |= {path: condition(value) for path, value in _conditions(document, bodies)}
    return [Expression(path, source, _variables(declaring, path)) for path, source in sources.items()]


def values(document: Json) -> Iterator[tuple[str, str]]:
    """Every text that may be an expression in braces, with its JSON pointer."""
    return _values(_bodies(document))


type Bodies = Iterable[tuple[str, dict[str, Json]]]
type Declared = tuple[str, list[str]]


def _values(bodies: Bodies) -> Iterator[tuple[str, str]]:
    for at, body in bodies:
        for field in VALUES:
            if field not in body:
                continue
            schema = f"{at}/{field}/schema"
            for path, value in leaves(body[field], f"{at}/{field}"):
                if isinstance(value, str) and not path.startswith(schema):
                    yield path, value


def _declared(body: dict[str, Json]) -> Iterator[Declared]:
    """Below which fields of a task which variables exist in addition."""
    for below, keys, variables in DECLARED:
        if keys[0] in body and isinstance(found := dig(body, *keys), dict):
            yield below, [text(found.get(key)) or default for key, default in variables]


def _variables(declaring: dict[str, list[Declared]], path: str) -> tuple[str, ...]:
    """The variables of every expression, and those of the loops and catches around the place."""
    own: list[str] = []
    at = path if declaring else ""
    while at:
        at = at.rpartition("/")[0]
        inside = path.removeprefix(at)
        own += [name for below, names in declaring.get(at, ()) if inside.startswith(below) for name in names]
    return (*VARIABLES, *dict.fromkeys(own)) if own else VARIABLES


def _conditions(document: Json, bodies: Bodies) -> Iterator[tuple[str, str]]:
    for at, body in bodies:
        for keys in (*CONDITIONS, *CATCHES):
            if keys[0] in body:
                yield from _texts(dig(body, *keys), f"{at}/{'/'.join(keys)}")
        for below, _, case in cases_of(body):
            yield from _texts(case.get("when"), f"{at}{below}/when")
    for name, policy in mapping(dig(document, "use", "retries")).items():
        for key in ("when", "exceptWhen"):
            yield from _texts(dig(policy, key), f"/use/retries/{name}/{key}")


def _texts(value: Json, at: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield at, value


def _bodies(document: Json) -> Iterator[tuple[str, dict[str, Json]]]:
    yield "", {key: value for key, value in mapping(document).items() if key in ("input", "output")}
    yield "/use", {"errors": dig(document, "use", "errors")}
    for found in task_lists(document):
        for index, name, body in found.tasks:
            yield found.pointer_of(index, name), body
