"""Reads texts of releases: what a stranger typed in a child process, what was accepted before in this one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from threading import Lock
from typing import Any

from apps.infra import children
from apps.releases.definition import Catalogues, Definition, DefinitionError, Finding, Level, lint, parse

TASK = "releases.read"
TARGET = "apps.releases.definition.worker:read"
# A text of 500 steps takes 4 MB when it is read.
TEXTS_KEPT = 32
# Several times what a large release holds.
MOST_COMPILED = 20_000

type Program = tuple[str, tuple[str, ...]]

_compiled: dict[Program, str | None] = {}
_lock = Lock()


@dataclass(frozen=True)
class Reading:
    """A text and everything there is to say about it. ``definition`` is None for a text that cannot be read."""

    definition: Definition | None
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.is_error]

    @property
    def warnings(self) -> list[Finding]:
        return [finding for finding in self.findings if not finding.is_error]


@lru_cache(maxsize=TEXTS_KEPT)
def typed(text: str) -> Definition:
    """Read a text that somebody typed, in a child that can be lost. Raises ``DefinitionError``."""
    return parse(text, reader=_in_child)


@lru_cache(maxsize=TEXTS_KEPT)
def accepted(text: str) -> Definition:
    """Read a text that a child has read before; the budgets of the reader guard this process."""
    return parse(text)


def checked(definition: Definition, catalogues: Catalogues) -> Reading:
    """Lint a definition; expressions are compiled in the jq children."""
    try:
        return _checked(_Question(definition.text, tuple(catalogues.items()), definition, catalogues))
    except TypeError:
        # Catalogues that are no frozen ones cannot be told apart.
        return _linted(definition, catalogues)


@dataclass(frozen=True)
class _Question:
    """A text and what its slots offer; two with the same text and the same builds have the same answer."""

    text: str
    offered: tuple[tuple[str, object], ...]
    definition: Definition = field(compare=False)
    catalogues: Catalogues = field(compare=False)


@lru_cache(maxsize=16)
def _checked(question: _Question) -> Reading:
    return _linted(question.definition, question.catalogues)


def _linted(definition: Definition, catalogues: Catalogues) -> Reading:
    problems = _problems({(each.source, each.variables) for each in definition.expressions})

    def compiles(source: str, variables: Sequence[str]) -> str | None:
        return problems[source, tuple(variables)]

    return Reading(definition, tuple(lint(definition, catalogues, compiles=compiles)))


def unreadable(error: DefinitionError) -> Reading:
    """Return the reading of a text that cannot be read."""
    return Reading(None, error.findings)


def sentences(findings: tuple[Finding, ...] | list[Finding]) -> list[str]:
    """Return findings as sentences with their place."""
    return [_sentence(finding) for finding in findings]


def _sentence(finding: Finding) -> str:
    place = f"{finding.place.capitalize()}: " if finding.place else ""
    return " ".join(filter(None, [f"{place}{finding.message}", finding.mend]))


def _in_child(payload: bytes) -> dict[str, Any]:
    try:
        answer: Mapping[str, Any] = children.run(TASK, payload)
    except children.ChildFailed as failed:
        message, mend = "This text cannot be read.", failed.sentence
        return {"findings": [Finding(Level.ERROR, "unreadable", "", "", None, message, mend).as_dict()]}
    return dict(answer)


def _problems(wanted: set[Program]) -> dict[Program, str | None]:
    """Why expressions with these variables do not compile; those that nobody asked for lately in one go."""
    with _lock:
        found = {each: _compiled[each] for each in wanted & _compiled.keys()}
    new = [*wanted - found.keys()]
    found |= zip(new, children.compile_errors(new), strict=True)
    with _lock:
        if len(_compiled) > MOST_COMPILED:
            _compiled.clear()
        _compiled.update(found)
    return found
