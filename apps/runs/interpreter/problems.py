"""Errors as the DSL knows them: RFC 7807 problem details with its own type URIs."""

import re
from collections.abc import Mapping
from typing import Any

BASE = "https://open-workflow-specification.org/spec/1.0.0/errors/"
# Older texts and the conformance scenarios spell the same types differently.
_SPELLINGS = re.compile(
    r"https://(?:open-workflow-specification\.org|serverlessworkflow\.io)/"
    r"(?:spec/[\d.]+/errors|dsl/errors/types)/(?P<name>[a-z]+)"
)

_DEFAULTS = {
    "configuration": (400, "Configuration error"),
    "validation": (400, "Validation failed"),
    "expression": (400, "Expression failed"),
    "authentication": (401, "Not authenticated"),
    "authorization": (403, "Not authorised"),
    "timeout": (408, "Timed out"),
    "communication": (500, "Communication failed"),
    "runtime": (500, "Runtime error"),
}

type Problem = dict[str, Any]


class Fault(Exception):
    """An error of the workflow, which ``try`` may catch. Uncaught, it fails the run."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.get("detail") or problem.get("title") or problem.get("type"))
        self.problem = problem


class Unsupported(Exception):
    """The document uses a part of the DSL that this interpreter does not carry out; no ``try`` catches it."""

    def __init__(self, feature: str, reference: str) -> None:
        super().__init__(f"{feature} is not supported ({reference}).")
        self.feature = feature
        self.reference = reference

    @property
    def problem(self) -> Problem:
        """The refusal as problem details."""
        return problem("configuration", instance=self.reference, title="Not supported", detail=str(self))


def problem(
    kind: str, *, instance: str, detail: str = "", title: str | None = None, status: int | None = None
) -> Problem:
    """Return problem details of a standard type, with its default status and title."""
    default_status, default_title = _DEFAULTS[kind]
    made = {
        "type": BASE + kind,
        "status": status or default_status,
        "title": title or default_title,
        "instance": instance,
    }
    return {**made, "detail": detail} if detail else made


def matches(found: Problem, wanted: Mapping[str, Any]) -> bool:
    """Tell whether every property that the filter names has the given value."""
    return all(_canonical(key, found.get(key)) == _canonical(key, value) for key, value in wanted.items())


def _canonical(key: str, value: Any) -> Any:
    if key == "type" and isinstance(value, str) and (spelling := _SPELLINGS.fullmatch(value)):
        return BASE + spelling["name"]
    return value
