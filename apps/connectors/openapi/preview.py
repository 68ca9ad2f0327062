"""The entry point for a quick look in a child process, without the validator and the time that it takes to load."""

from typing import Any

from apps.connectors.openapi.loading import document_in, problems_answer
from apps.connectors.openapi.operations import Compiler
from apps.connectors.openapi.outline import outline as outline_of
from apps.connectors.openapi.problems import Unreadable


def outline(payload: bytes) -> dict[str, Any]:
    """``{"outline": …}`` of a document that can be built, or ``{"problems": […]}``."""
    try:
        document, _ = document_in(payload)
        operations = Compiler(document).compile()
    except Unreadable as unreadable:
        return problems_answer(unreadable, payload)
    return {"outline": outline_of(document, operations)}
