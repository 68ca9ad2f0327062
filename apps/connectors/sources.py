"""From what a version says about its source to one compiled document."""

from collections.abc import Callable
from typing import Any

from apps.connectors import documents
from apps.connectors.models import ConnectorVersion

type Tell = Callable[[str], None]


def compiled_source(version: ConnectorVersion, *, tell: Tell) -> dict[str, Any]:
    """Return ``{"document", "operations", "findings", "origin"}`` of the version's source, got and compiled now.

    ``tell`` gets a line of the log for everything that happens. Raises ``SourceRefused``.
    """
    tell(f"Reading {version.source_name}.")
    return {**documents.compiled(version.source.text), "origin": {"kind": version.source_kind}}
