"""The entry point for a build in a child process: bytes in, JSON-able data out."""

from typing import Any

from apps.connectors.openapi import validation
from apps.connectors.openapi.loading import document_in, problems_answer
from apps.connectors.openapi.operations import Compiler
from apps.connectors.openapi.outline import outline, remarks
from apps.connectors.openapi.problems import Unreadable

MOST_FINDINGS = 300


def build(payload: bytes) -> dict[str, Any]:
    """``{"outline", "document", "operations", "findings"}``, or ``{"problems": […]}``."""
    try:
        document, found = document_in(payload)
        compiler = Compiler(document)
        operations = compiler.compile()
    except Unreadable as unreadable:
        return problems_answer(unreadable, payload)
    found += [*compiler.findings, *remarks(document), *validation.findings(document)]
    return {
        "outline": outline(document, operations),
        "document": document,
        "operations": operations,
        "findings": [problem.as_dict() for problem in found[:MOST_FINDINGS]],
    }
