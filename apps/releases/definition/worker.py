"""The entry point for a sandboxed child: bytes in, JSON-able data out."""

from __future__ import annotations

from typing import Any

from . import reader
from .findings import DefinitionError


def read(payload: bytes) -> dict[str, Any]:
    """`{"document": ..., "lines": {pointer: line}}`, or `{"findings": [...]}` for text that cannot be read."""
    try:
        reading = reader.read(payload)
    except DefinitionError as error:
        return {"findings": [finding.as_dict() for finding in error.findings]}
    return {"document": reading.document, "lines": reading.lines}
