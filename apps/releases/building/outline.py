"""The steps of a definition as the builder lists them: rows, and inside of them branches with rows of their own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from apps.releases.building.outline_words import Words, expression, words_of
from apps.releases.definition import Definition, Finding, Step
from apps.releases.definition.shapes import dig, mapping, text
from apps.releases.definition.steps import BRANCHES, TaskList, cases_of

# From here on deeper steps are not moved further to the right.
DEEPEST_INDENT = 8
_NEEDED = {"for": "do", "do": "do", "try": "try", "fork": "fork/branches"}


@dataclass(frozen=True, slots=True)
class Case:
    """A case of a switch: its name, when it holds ("" for always), and where it goes on."""

    name: str
    when: str
    then: str


@dataclass(frozen=True, slots=True)
class Row:
    """A step as the outline shows it. ``tasks`` is the pointer of the list it stands in, ``index`` its place there."""

    step: Step
    tasks: str
    index: int
    count: int
    words: Words
    connector: str = ""
    findings: tuple[Finding, ...] = ()
    cases: tuple[Case, ...] = ()
    branches: tuple[Branch, ...] = ()

    @property
    def pointer(self) -> str:
        return self.step.pointer

    @property
    def name(self) -> str:
        return self.step.name

    @property
    def has_errors(self) -> bool:
        return any(finding.is_error for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Branch:
    """A list of steps. ``owner`` is the step that holds it, None for the steps of the release itself."""

    tasks: str
    label: str
    owner: Step | None = None
    rows: tuple[Row, ...] = ()

    @property
    def is_deep(self) -> bool:
        return self.owner is not None and self.owner.depth >= DEEPEST_INDENT

    @property
    def is_fork(self) -> bool:
        return self.tasks.endswith("/fork/branches")

    @property
    def name(self) -> str:
        """What to call the list in a sentence."""
        if self.owner is None:
            return "the release"
        return f"“{self.label}” of {self.owner.name}" if self.label else self.owner.name


@dataclass(frozen=True, slots=True)
class Mark:
    """One piece of the outline in the order of the page, so that templates need no recursion.

    ``kind``: list, row, row_end or list_end.
    """

    kind: str
    branch: Branch | None = None
    row: Row | None = None


@dataclass(frozen=True)
class Outline:
    """All steps of a definition, nested."""

    root: Branch
    rows: Mapping[str, Row] = field(default_factory=dict)
    branches: Mapping[str, Branch] = field(default_factory=dict)

    @cached_property
    def marks(self) -> list[Mark]:
        return list(_marks(self.root))

    def around(self, row: Row) -> Row | None:
        """Return the step that holds the list in which ``row`` stands."""
        owner = self.branches[row.tasks].owner
        return self.rows[owner.pointer] if owner else None


def outline_of(
    definition: Definition, findings: Iterable[Finding] = (), connectors: Mapping[str, str] | None = None
) -> Outline:
    """Lay the steps of a definition out. ``connectors`` names for each slot the connector version that it pins."""
    return _Laying(definition, findings, connectors or {}).outline()


class _Laying:
    def __init__(self, definition: Definition, findings: Iterable[Finding], connectors: Mapping[str, str]) -> None:
        self.steps = {step.pointer: step for step in definition.steps}
        self.lists = {found.pointer: found for found in definition.task_lists}
        self.connectors = connectors
        self.safe = definition.safe_to_repeat
        self.rows: dict[str, Row] = {}
        self.branches: dict[str, Branch] = {}
        self.findings: dict[str, list[Finding]] = defaultdict(list)
        for finding in findings:
            self.findings[finding.step].append(finding)

    def outline(self) -> Outline:
        root = self._branch("/do", "", None)
        return Outline(root, self.rows, self.branches)

    def _branch(self, tasks: str, label: str, owner: Step | None) -> Branch:
        found = self.lists.get(tasks)
        rows = tuple(self._rows(found)) if found else ()
        branch = self.branches[tasks] = Branch(tasks, label, owner, rows)
        return branch

    def _rows(self, found: TaskList) -> Iterator[Row]:
        for index, name, _ in found.tasks:
            pointer = found.pointer_of(index, name)
            yield self._row(self.steps[pointer], found.pointer, index, len(found.tasks))

    def _row(self, step: Step, tasks: str, index: int, count: int) -> Row:
        row = self.rows[step.pointer] = Row(
            step,
            tasks,
            index,
            count,
            words_of(step, self.safe),
            self.connectors.get(step.slot, ""),
            tuple(self.findings.get(step.path, ())),
            tuple(_cases(step)),
            tuple(self._branch(at, label, step) for at, label in self._inner(step)),
        )
        return row

    def _inner(self, step: Step) -> Iterator[tuple[str, str]]:
        needed = _NEEDED.get(step.kind)
        for keys, _ in BRANCHES:
            below = "/".join(keys)
            # A list that a step of this kind should have is shown even where it is missing still.
            if below == needed or (below == "catch/do" and step.kind == "try") or self._has(step, below):
                yield f"{step.pointer}/{below}", _label(step, below)

    def _has(self, step: Step, below: str) -> bool:
        return f"{step.pointer}/{below}" in self.lists


def _label(step: Step, below: str) -> str:
    match below:
        case "try":
            return "Try"
        case "catch/do":
            return "If it fails"
        case "fork/branches":
            return "First one wins" if dig(step.body, "fork", "compete") is True else "At the same time"
        case "do" if step.kind == "do":
            return ""
        case _:
            return (
                f"For each {text(dig(step.body, 'for', 'each')) or 'item'}" if step.kind == "for" else "For each event"
            )


def _cases(step: Step) -> Iterator[Case]:
    if step.kind == "switch":
        for _, name, case in cases_of(mapping(step.body)):
            yield Case(name, expression(case.get("when")), text(case.get("then")) or "continue")


def _marks(branch: Branch) -> Iterator[Mark]:
    yield Mark("list", branch)
    for row in branch.rows:
        yield Mark("row", branch, row)
        for inner in row.branches:
            yield from _marks(inner)
        yield Mark("row_end", branch, row)
    yield Mark("list_end", branch)
