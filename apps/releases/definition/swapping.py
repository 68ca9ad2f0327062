"""Another connector behind a slot: which of its operations may stand for those that the steps call now.

Operations and fields are compared by their words and types; everything here is a proposal for a person to confirm.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cached_property
from heapq import nlargest

from .linting.operations import BODY
from .shapes import Json, dig, mapping
from .steps import Step

WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
ALIKE = {
    "get": ("fetch", "retrieve", "read", "show", "load", "find", "search", "query", "list", "all"),
    "create": ("add", "new", "post", "insert", "make"),
    "update": ("edit", "modify", "patch", "put", "change", "set", "upsert", "save", "replace"),
    "delete": ("remove", "destroy", "cancel"),
    "mail": ("email", "e"),
    "customer": ("contact", "client"),
    "id": ("identifier", "uuid"),
}
MEANING = {word: meaning for meaning, words in ALIKE.items() for word in words}
VERBS = {"get": "GET", "create": "POST", "update": "PUT", "delete": "DELETE"}
SILENT = frozenset({"a", "an", "the", "of", "by", "to", "for", "in", "with", "and", "or", "v", "api", "from"})
WRITES = frozenset({"PUT", "PATCH", "POST"})
NEAREST = 8
GOOD, UNSURE = 0.62, 0.38
SAME_FIELD = 0.58


class Fit(StrEnum):
    """How well a proposal fits."""

    GOOD = "good match"
    UNSURE = "unsure"
    NONE = "none"


@dataclass(frozen=True)
class Field:
    """A parameter or a member of the request body; `whole` is the body itself. `type` is "" where nobody knows it."""

    name: str
    in_body: bool = False
    type: str = ""
    required: bool = False

    @property
    def key(self) -> str:
        return f"{BODY if self.in_body else 'parameter'}:{self.name}"

    @property
    def title(self) -> str:
        if not self.in_body:
            return self.name
        return f"{BODY}.{self.name}" if self.name else "the whole body"

    @cached_property
    def words(self) -> frozenset[str]:
        return words(self.name)


@dataclass(frozen=True)
class Operation:
    """What a connector offers. The members of the body are only asked for where an operation comes into question."""

    name: str
    method: str = ""
    path: str = ""
    summary: str = ""
    parameters: tuple[Field, ...] = ()
    body: Callable[[], tuple[Field, ...]] = field(default=tuple, compare=False)

    @cached_property
    def fields(self) -> tuple[Field, ...]:
        """Everything it takes, what it needs first."""
        return tuple(sorted((*self.parameters, *self.body()), key=lambda each: not each.required))

    @cached_property
    def words(self) -> frozenset[str]:
        return words(self.name)

    @cached_property
    def asked_words(self) -> frozenset[str]:
        """The words of its parameters."""
        return frozenset().union(*(each.words for each in self.parameters))

    @cached_property
    def path_words(self) -> frozenset[str]:
        return words(re.sub(r"\{[^}]*\}", "", self.path))

    @cached_property
    def summary_words(self) -> frozenset[str]:
        return words(self.summary)

    @cached_property
    def verb(self) -> str:
        """The method, guessed from the name where the operation itself is not known."""
        return self.method.upper() or next((VERBS[word] for word in VERBS if word in self.words), "")


@dataclass(frozen=True)
class Given:
    """A value that a step hands over now."""

    field: Field
    value: Json

    @property
    def key(self) -> str:
        return self.field.key


@dataclass(frozen=True)
class Proposal:
    """An operation that may stand for another."""

    operation: Operation
    score: float

    @property
    def fit(self) -> Fit:
        return Fit.GOOD if self.score >= GOOD else Fit.UNSURE if self.score >= UNSURE else Fit.NONE


def words(text: str) -> frozenset[str]:
    """The words of a name, a path or a sentence: in small letters, without plural, by their common meaning."""
    plain = (_singular(word.lower()) for word in WORD.findall(text))
    return frozenset(MEANING.get(word, word) for word in plain if word not in SILENT)


def given_by(step: Step, known: Operation | None = None) -> list[Given]:
    """What a step hands over; types come from the operation that it calls now, or from the values."""
    types = {each.key: each.type for each in known.fields} if known else {}
    found = []
    for name, value in mapping(dig(step.body, "with", "parameters")).items():
        members = mapping(value) if name == BODY else {}
        pairs = [(Field(each, in_body=True), inner) for each, inner in members.items()]
        if not members:
            pairs = [(Field("" if name == BODY else name, in_body=name == BODY), value)]
        found += [Given(_typed(each, types, inner), inner) for each, inner in pairs]
    return found


def proposals(
    name: str, known: Operation | None, given: Sequence[Given], offered: Sequence[Operation]
) -> list[Proposal]:
    """The operations that come nearest to the one that is called now, best first; at most a handful."""
    old = known or Operation(name)
    asked = frozenset().union(*(each.field.words for each in given))
    rough = nlargest(NEAREST, offered, key=lambda each: _likeness(old, each, _overlap(asked, each.asked_words)))
    exact = [Proposal(each, _exactly(old, each, given)) for each in rough]
    return sorted(exact, key=lambda proposal: -proposal.score)


def fields_for(given: Iterable[Given], fields: Sequence[Field]) -> dict[str, str]:
    """For each value the field of the other operation that takes it, by their keys; "" where none comes near."""
    given = list(given)
    pairs = [(_field_likeness(each.field, other), each.key, other.key) for each in given for other in fields]
    found = dict.fromkeys((each.key for each in given), "")
    taken: set[str] = set()
    for score, mine, other in sorted(pairs, key=lambda pair: -pair[0]):
        if score >= SAME_FIELD and not found[mine] and other not in taken:
            found[mine] = other
            taken.add(other)
    return found


def swapped(body: dict[str, Json], operation: str, values: Iterable[tuple[str, Json]]) -> dict[str, Json]:
    """The body of a step that calls another operation with values by the keys of its fields."""
    parameters: dict[str, Json] = {}
    for key, value in values:
        place, _, name = key.partition(":")
        if place != BODY:
            parameters[name] = value
        elif name:
            parameters[BODY] = {**mapping(parameters.get(BODY)), name: value}
        else:
            parameters[BODY] = value
    call = {key: value for key, value in mapping(body.get("with")).items() if key != "parameters"}
    call["operationId"] = operation
    return {**body, "with": {**call, "parameters": parameters} if parameters else call}


def _typed(named: Field, types: Mapping[str, str], value: Json) -> Field:
    return Field(named.name, named.in_body, types.get(named.key) or _type_of(value))


def _type_of(value: Json) -> str:
    if isinstance(value, str):
        return "" if value.startswith("${") else "text"
    kinds = ((bool, "boolean"), (int | float, "number"), (list, "list"), (dict, "object"))
    return next((kind for type_, kind in kinds if isinstance(value, type_)), "")


def _singular(word: str) -> str:
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and not word.endswith("ss") and len(word) > 3 else word


def _exactly(old: Operation, new: Operation, given: Sequence[Given]) -> float:
    if old.name == new.name and _parts(old) == _parts(new):
        return 1.0
    spelled = SequenceMatcher(None, old.name.lower(), new.name.lower()).ratio()
    return _likeness(old, new, _share(given, new.fields) if given else None) * 0.9 + spelled * 0.1


def _parts(operation: Operation) -> tuple[str, set[str]]:
    return operation.verb, {each.key for each in operation.parameters if each.required}


def _likeness(old: Operation, new: Operation, shared: float | None) -> float:
    """From 0 to 1; only what is known of both counts. `shared`: how much of what is handed over is taken."""
    parts = [(0.45, _overlap(old.words, new.words))]
    if old.verb and new.verb:
        parts.append((0.2, _same_verb(old.verb, new.verb)))
    if old.path:
        parts.append((0.2, _overlap(old.path_words, new.path_words)))
    if old.summary and new.summary:
        parts.append((0.1, _overlap(old.summary_words, new.summary_words)))
    if shared is not None:
        parts.append((0.25, shared))
    return sum(weight * each for weight, each in parts) / sum(weight for weight, _ in parts)


def _same_verb(old: str, new: str) -> float:
    return 1.0 if old == new else 0.6 if {old, new} <= WRITES else 0.0


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return 2 * len(one & other) / (len(one) + len(other)) if one and other else 0.0


def _share(given: Sequence[Given], fields: Sequence[Field]) -> float:
    """How many of the values have a field whose words are much the same."""
    known = [each.words for each in fields]
    found = sum(1 for each in given if any(_overlap(each.field.words, other) > SAME_FIELD for other in known))
    return found / len(given)


def _field_likeness(mine: Field, other: Field) -> float:
    if not mine.name or not other.name:
        return 1.0 if mine.key == other.key else 0.0
    alike = 1.0 if mine.name == other.name else _alike(mine, other)
    if mine.type and other.type and mine.type != other.type:
        alike -= 0.25
    return alike + (0.02 if mine.in_body == other.in_body else 0)


def _alike(mine: Field, other: Field) -> float:
    spelled = SequenceMatcher(None, mine.name.lower(), other.name.lower()).ratio()
    return 0.95 * max(_overlap(mine.words, other.words), spelled if spelled > 0.75 else 0)


def users_of(steps: Iterable[Step], slot: str) -> Iterator[Step]:
    """The steps that call through a slot."""
    return (step for step in steps if step.call == "openapi" and step.slot == slot and step.operation)
