"""From bytes to a document whose references stay inside it."""

from dataclasses import replace
from typing import Any

from apps.connectors.openapi import references
from apps.connectors.openapi.problems import Json, Problem, Unreadable
from apps.connectors.openapi.reading import line_of, read
from apps.connectors.openapi.swagger2 import converted


def document_in(payload: bytes) -> tuple[dict[str, Any], list[Problem]]:
    """Return the OpenAPI document in ``payload``, references checked, and remarks. Raises ``Unreadable``."""
    return document_of(read(payload))


def document_of(data: Json) -> tuple[dict[str, Any], list[Problem]]:
    """The same for data that was read already."""
    check_kind(data)
    found = references.check(data)
    if "swagger" in data:
        data, remarks = converted(data)
        found += remarks
    return data, found


def check_kind(data: Json) -> None:
    if not isinstance(data, dict):
        raise Unreadable(Problem("This is not an OpenAPI document: it is not an object.", line=1))
    version = str(data.get("openapi") or data.get("swagger") or "")
    if not version.startswith(("3.0", "3.1", "2.0")):
        told = f"it says version “{version[:40]}”" if version else "neither “openapi” nor “swagger” names a version"
        mend = "OpenAPI 3.0, 3.1 and Swagger 2.0 are understood."
        raise Unreadable(Problem(f"This is not an OpenAPI document that Slipway reads: {told}.", line=1, mend=mend))
    if "paths" in data and not isinstance(data["paths"], dict):
        raise Unreadable(Problem("“paths” must be an object of paths.", "/paths"))


def problems_answer(unreadable: Unreadable, payload: bytes) -> dict[str, Any]:
    """Return ``{"problems": […], "candidates": […]}``, each with its line where that can be found."""
    located = [_located(problem, payload) for problem in unreadable.problems]
    return {"problems": [problem.as_dict() for problem in located], "candidates": list(unreadable.candidates)}


def _located(problem: Problem, payload: bytes) -> Problem:
    if problem.line is not None or not problem.path or "…" in problem.path or not payload:
        return problem
    return replace(problem, line=line_of(payload, problem.path))
