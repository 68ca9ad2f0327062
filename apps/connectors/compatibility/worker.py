"""The entry point for a comparison in a child process: bytes in, JSON-able data out."""

import json
from typing import Any

from apps.connectors.compatibility import compare
from apps.connectors.openapi.loading import document_in, problems_answer
from apps.connectors.openapi.problems import Unreadable


def answer(payload: bytes) -> dict[str, Any]:
    """``{"changes": […]}``, or ``{"problems": […], "which": "old" | "new"}`` for a text that cannot be read.

    ``payload``: JSON ``{"old": …, "new": …}``, each an OpenAPI document as data or the text of one.
    """
    given, documents = json.loads(payload), {}
    for which in ("old", "new"):
        try:
            documents[which] = _document(given[which])
        except Unreadable as unreadable:
            return {**problems_answer(unreadable, _bytes(given[which])), "which": which}
    return {"changes": [change.as_dict() for change in compare(documents["old"], documents["new"])]}


def _document(given: Any) -> dict[str, Any]:
    return document_in(_bytes(given))[0] if isinstance(given, str) else given


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
