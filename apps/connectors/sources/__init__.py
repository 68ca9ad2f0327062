"""From what a version says about its source to one compiled document. Nothing here writes to the database."""

import time
from typing import Any

from apps.connectors import documents
from apps.connectors.enums import SourceKind
from apps.connectors.models import ConnectorVersion
from apps.connectors.sources.given import Given
from apps.connectors.sources.reading import Reading, Tell
from apps.connectors.sources.ways import WAYS

SECONDS = 60.0
# While somebody waits for a page.
SECONDS_FOR_A_LOOK = 20.0

__all__ = ["Given", "Tell", "compiled_source", "given_of", "looked_at"]


def compiled_source(version: ConnectorVersion, *, tell: Tell) -> dict[str, Any]:
    """Return ``{"document", "operations", "findings", "origin"}`` of the version's source, got and compiled now.

    ``tell`` gets a line of the log for everything that happens. ``origin``: ``{kind, name, url or repository, ref,
    commit, entry, files, sha256}``. Raises ``SourceRefused``.
    """
    started = time.monotonic()
    given = given_of(version)
    reading = Reading(documents.compiled_parcel, tell, started + SECONDS)
    answer = WAYS[given.kind](given, reading)
    tell(f"Read and compiled in {time.monotonic() - started:.1f} s.")
    return {key: answer[key] for key in ("document", "operations", "findings", "origin")}


def looked_at(given: Given, *, tell: Tell = lambda _: None) -> dict[str, Any]:
    """Return ``{"outline", "operation_count", "origin"}`` of a source that can be built. Raises ``SourceRefused``."""
    reading = Reading(documents.outlined_parcel, tell, time.monotonic() + SECONDS_FOR_A_LOOK)
    return WAYS[given.kind](given, reading)


def given_of(version: ConnectorVersion) -> Given:
    """Return what people gave as the source of a version."""
    kind = SourceKind(version.source_kind)
    if kind in (SourceKind.URL, SourceKind.GIT):
        return Given(kind=kind, name=version.source_name, options=version.source_options)
    source = version.source
    archive = bytes(source.archive) if source.archive is not None else b""
    options = version.source_options
    return Given(kind=kind, name=version.source_name, options=options, text=source.text, archive=archive)
