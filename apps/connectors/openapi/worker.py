"""The entry points for a build in a child process: bytes in, JSON-able data out."""

from typing import Any

from apps.connectors.openapi import validation
from apps.connectors.openapi.collecting import collected
from apps.connectors.openapi.loading import document_in, document_of, problems_answer
from apps.connectors.openapi.operations import Compiler
from apps.connectors.openapi.outline import outline, remarks
from apps.connectors.openapi.parcel import SINGLE, unpacked
from apps.connectors.openapi.problems import Problem, Unreadable

MOST_FINDINGS = 300


def build(payload: bytes) -> dict[str, Any]:
    """``{"outline", "document", "operations", "findings"}`` of one document, or ``{"problems": […]}``."""
    try:
        return _built(*document_in(payload))
    except Unreadable as unreadable:
        return problems_answer(unreadable, payload)


def build_parcel(payload: bytes) -> dict[str, Any]:
    """The same of the files in a parcel, with ``bundle``; or ``{"wanted": [paths]}``, which must be added first."""
    parcel = unpacked(payload)
    # Lines can be told where the document is one text; with several files, most places are in none of them.
    text = parcel.files.get(parcel.entry, b"") if len(parcel.files) == 1 and parcel.holds in SINGLE else b""
    try:
        bundle = collected(parcel)
        if bundle.wanted:
            return {"wanted": bundle.wanted}
        return {**_built(*document_of(bundle.document)), "bundle": bundle.as_dict()}
    except Unreadable as unreadable:
        return problems_answer(unreadable, text)


def _built(document: dict[str, Any], found: list[Problem]) -> dict[str, Any]:
    compiler = Compiler(document)
    operations = compiler.compile()
    found = [*found, *compiler.findings, *remarks(document), *validation.findings(document)]
    return {
        "outline": outline(document, operations),
        "document": document,
        "operations": operations,
        "findings": [problem.as_dict() for problem in found[:MOST_FINDINGS]],
    }
