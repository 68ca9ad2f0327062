"""The cases of another project: the same rules, the same levels."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest

from apps.connectors.compatibility import Change, Level, compare
from apps.connectors.compatibility.documents import EVENTS
from apps.connectors.compatibility.findings import READ_ONLY, REQUIRED, WITH_DEFAULT, WRITE_ONLY, Finding
from apps.connectors.compatibility.levels import EFFECTS, HIDING, Element, Side
from apps.connectors.compatibility.rules import Use, verdicts
from apps.connectors.compatibility.telling import LEVELS
from apps.connectors.openapi.reading import read

FOLDER = "conformance/openapi-changes"
LEVEL_OF = {"ERR": Level.BREAKING, "WARN": Level.MAY_BREAK, "INFO": Level.COMPATIBLE}

# The list of expected rules also holds those that the case says must not be found ("is not breaking", "instead of").
MUST_NOT_BE_FOUND = {
    "TestRequestPropertyAnyOfInlineEnumRefactorToRef": {
        "request-property-any-of-added",
        "request-property-any-of-removed",
    },
    "TestRequestPropertyAllOfAdded_AnnotationOnly_AtProperty_EmitsInfo": {"request-property-all-of-added"},
    "TestResponsePropertyAllOfAdded_AnnotationOnly_EmitsInfoWithDistinctId": {"response-body-all-of-added"},
}
# These list what is found from base to revision together with what is found from revision to base.
BOTH_WAYS = {"TestMediaTypeSchemaExistence", "TestParameterTypeArrayNullability"}
# What we do not find, and why.
NOT_FOUND = {
    ("TestListOfTypesIntegration_EdgeCases", "response-property-list-of-types-narrowed"): (
        "string or integer became string or number: every integer is a number, so no type was lost"
    )
}
# Pairs of which no case expects a break, but that break nevertheless.
BREAKS_ALL_THE_SAME = {
    "TestRequestBodyDefaultValueChanged": (
        "request-body-media-type-removed",
        "the revision also takes away application/json; the case looks at default values alone",
    )
}
# These ask for a time of grace that nobody configures here: a deprecation without a day is in order.
NEVER_NAMED = {
    "api-deprecated-sunset-missing",
    "request-parameter-deprecated-sunset-missing",
    "request-property-deprecated-sunset-missing",
    "response-property-deprecated-sunset-missing",
}
# Below their usual level where the property is only read: a caller never sends it.
SOFTENED = {
    ("request-property-became-required", Level.COMPATIBLE),
    ("request-property-became-required-with-default", Level.COMPATIBLE),
}


@dataclass(frozen=True)
class Case:
    """One case, and what we found in its pair of documents."""

    name: str
    pair: tuple[str, str]
    expected: set[str]
    levels: set[str]
    expects_nothing: bool
    changes: list[Change]
    found: set[str]

    @property
    def breaks(self) -> bool:
        return any(change.level is Level.BREAKING for change in self.changes)


@pytest.fixture
def data(shared: Path) -> dict[str, Any]:
    """The file of cases."""
    content: dict[str, Any] = json.loads((shared / FOLDER / "cases.json").read_text(encoding="utf-8"))
    return content


@pytest.fixture
def cases(shared: Path, data: dict[str, Any]) -> list[Case]:
    """Every case, with what the comparison of its documents found."""
    return [_case(shared / FOLDER, data["rule_levels"], each) for each in data["cases"]]


def test_what_breaks_is_called_breaking_by_the_right_rule(
    cases: list[Case], data: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    expected = [(case.name, rule) for case in cases for rule in case.expected]
    missed = [(case.name, rule) for case in cases for rule in case.expected - case.found]
    listed = sum(len(set(each["expect_ids"]) & data["rule_levels"].keys()) for each in data["cases"])
    asking = [case for case in cases if case.expected]
    complete = [case for case in asking if case.expected <= case.found]
    breaking = [case for case in cases if "ERR" in case.levels]
    called = [case for case in breaking if case.breaks]
    known_to_break = {case.pair for case in breaking}
    of_harmless_rules = [case for case in cases if _is_harmless(case)]
    shared_pairs = [case for case in of_harmless_rules if case.pair in known_to_break]
    harmless = [case for case in of_harmless_rules if case.pair not in known_to_break]
    wrongly = [case.name for case in harmless if case.breaks]

    with capsys.disabled():
        _print(
            ("cases that expect a breaking rule, called breaking", len(called), len(breaking)),
            ("expected rules found", len(expected) - len(missed), len(expected)),
            ("the same, of all listed ones", len(expected) - len(missed), listed),
            ("cases with all of their expected rules", len(complete), len(asking)),
            ("cases of harmless rules on a pair that breaks elsewhere", len(shared_pairs), len(of_harmless_rules)),
            ("cases whose pair is harmless, called breaking", len(wrongly), len(harmless)),
        )

    assert called == breaking
    assert set(missed) == NOT_FOUND.keys()
    assert len(missed) <= 0.05 * len(expected)
    assert len(complete) >= 0.95 * len(asking)
    assert wrongly == list(BREAKS_ALL_THE_SAME)
    assert len(wrongly) <= 0.05 * len(harmless)


def test_what_must_not_be_found_is_not_found(cases: list[Case]) -> None:
    by_name = {case.name: case for case in cases}

    for name, rules in MUST_NOT_BE_FOUND.items():
        assert not rules & by_name[name].found, name
        assert not by_name[name].breaks, name


def test_what_breaks_beyond_its_case_is_what_its_reason_says(cases: list[Case]) -> None:
    by_name = {case.name: case for case in cases}

    for name, (rule, _reason) in BREAKS_ALL_THE_SAME.items():
        assert {change.rule for change in by_name[name].changes if change.level is Level.BREAKING} == {rule}


def test_every_rule_that_is_found_has_the_level_that_its_name_stands_for(
    cases: list[Case], data: dict[str, Any]
) -> None:
    levels = data["rule_levels"]
    found = {(change.rule, change.level) for case in cases for change in case.changes}

    assert {rule for rule, level in found if rule in levels and level is not LEVEL_OF[levels[rule]]} == set()


def test_every_rule_that_the_tables_name_has_the_level_that_its_name_stands_for(
    data: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    levels = {rule: LEVEL_OF[level] for rule, level in data["rule_levels"].items()}
    named = set(_named())
    rules = {rule for rule, _ in named}

    with capsys.disabled():
        _print(("rules that the engine can name, of all there are", len(rules & levels.keys()), len(levels)))
    assert {(rule, level) for rule, level in named if levels.get(rule, level) is not level} == SOFTENED
    assert levels.keys() - rules == NEVER_NAMED


def test_a_document_has_no_difference_to_itself(shared: Path, data: dict[str, Any]) -> None:
    for name in {each[side] for each in data["cases"] for side in ("base", "revision")}:
        content = (shared / FOLDER / name).read_bytes()
        assert compare(read(content), read(content)) == [], name


def _case(folder: Path, levels: dict[str, str], data: dict[str, Any]) -> Case:
    expected = set(data["expect_ids"]) & levels.keys() - MUST_NOT_BE_FOUND.get(data["test"], set())
    base, revision = (read((folder / data[side]).read_bytes()) for side in ("base", "revision"))
    changes = compare(base, revision)
    found = {change.rule for change in changes}
    if data["test"] in BOTH_WAYS:
        found |= {change.rule for change in compare(revision, base)}
    return Case(
        data["test"],
        (data["base"], data["revision"]),
        expected,
        {levels[rule] for rule in expected},
        data["count"] == 0,
        changes,
        found,
    )


def _is_harmless(case: Case) -> bool:
    return case.levels == {"INFO"} or (case.expects_nothing and not case.levels)


def _named() -> Iterator[tuple[str, Level]]:
    """Yield every rule that a difference of any kind, at any place, can get."""
    yield from LEVELS.items()
    kinds = (*EFFECTS, *HIDING, "property-added", "property-removed", *(f"lifecycle:{event}" for event in EVENTS))
    uses = [Use(side, element, in_header=header) for side in Side for element in Element for header in (False, True)]
    for kind, use, at, marks in product(kinds, uses, ("", "/name"), _mark_sets()):
        for verdict in verdicts(Finding(kind, at, marks=marks), use):
            yield verdict.rule, verdict.level


def _mark_sets() -> Iterator[frozenset[str]]:
    marks = (READ_ONLY, WRITE_ONLY, REQUIRED, WITH_DEFAULT)
    return (frozenset(some) for size in range(3) for some in combinations(marks, size))


def _print(*rows: tuple[str, int, int]) -> None:
    print()  # noqa: T201 - the test's table
    for told, number, of in rows:
        print(f"{told:<57}{number:>5} of {of:>4}{100 * number / of:>8.1f} %")  # noqa: T201 - see above
