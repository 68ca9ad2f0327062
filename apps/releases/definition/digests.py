"""The canonical bytes of a document, and their digest: the answer to "same content?"."""

from __future__ import annotations

import hashlib

import rfc8785

from .findings import DefinitionError, Finding, Level
from .shapes import Json, mapping

STAMPED = ("namespace", "name", "version")


def canonical(document: dict[str, Json]) -> bytes:
    """RFC 8785 without document.namespace, name and version; raises DefinitionError for numbers JSON cannot keep."""
    header = {key: value for key, value in mapping(document.get("document")).items() if key not in STAMPED}
    try:
        return rfc8785.dumps({**document, "document": header})
    except rfc8785.CanonicalizationError as error:
        message = "A number is too large to be kept exactly."
        finding = Finding(Level.ERROR, "number", "", "", None, message, "Write it as text, in quotes.")
        raise DefinitionError([finding]) from error


def digest(document: dict[str, Json]) -> str:
    """SHA-256 of the canonical bytes, in hexadecimal."""
    return hashlib.sha256(canonical(document)).hexdigest()
