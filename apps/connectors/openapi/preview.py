"""The entry points for a quick look in a child process, without the validator and the time that it takes to load."""

from typing import Any

from apps.connectors.openapi.collecting import collected
from apps.connectors.openapi.loading import document_in, document_of, problems_answer
from apps.connectors.openapi.operations import Compiler
from apps.connectors.openapi.outline import outline as outline_of
from apps.connectors.openapi.parcel import SINGLE, unpacked
from apps.connectors.openapi.problems import Unreadable


def outline(payload: bytes) -> dict[str, Any]:
    """``{"outline": …}`` of a document that can be built, or ``{"problems": […]}``."""
    try:
        document, _ = document_in(payload)
        return {"outline": outline_of(document, Compiler(document).compile())}
    except Unreadable as unreadable:
        return problems_answer(unreadable, payload)


def outline_parcel(payload: bytes) -> dict[str, Any]:
    """The same of a parcel, with ``bundle`` and ``operation_count``; or ``{"wanted": [paths]}``, to be added first."""
    parcel = unpacked(payload)
    # Lines can be told where the document is one text; with several files, most places are in none of them.
    text = parcel.files.get(parcel.entry, b"") if len(parcel.files) == 1 and parcel.holds in SINGLE else b""
    try:
        bundle = collected(parcel)
        if bundle.wanted:
            return {"wanted": bundle.wanted}
        document, _ = document_of(bundle.document)
        operations = Compiler(document).compile()
        found = {"outline": outline_of(document, operations), "operation_count": len(operations)}
        return {**found, "bundle": bundle.as_dict()}
    except Unreadable as unreadable:
        return problems_answer(unreadable, text)
