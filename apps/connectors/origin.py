"""Where the document of a build came from, in words."""

from collections.abc import Mapping
from typing import Any

from apps.connectors.enums import SourceKind

SHORT_COMMIT = 8
SEVERAL_FILES = (SourceKind.ARCHIVE, SourceKind.GIT)


def origin_in_words(origin: Mapping[str, Any]) -> str:
    """Return one sentence part, such as "main of https://git.example/api, commit 3f2a9c1b, file openapi.yaml"."""
    kind = origin.get("kind", "")
    place = _place(kind, origin)
    entry = f"file {origin['entry']}" if kind in SEVERAL_FILES and origin.get("entry") else ""
    return ", ".join(filter(None, (place, _commit(origin), entry, _files(origin))))


def _place(kind: str, origin: Mapping[str, Any]) -> str:
    if kind == SourceKind.URL:
        return str(origin.get("url") or SourceKind.URL.label)
    if kind == SourceKind.GIT:
        repository = str(origin.get("repository") or origin.get("url") or SourceKind.GIT.label)
        return f"{origin['ref']} of {repository}" if origin.get("ref") else repository
    named = SourceKind(kind).label if kind in SourceKind.values else SourceKind.DOCUMENT.label
    return f"{named} {origin['name']}" if origin.get("name") else named


def _commit(origin: Mapping[str, Any]) -> str:
    return f"commit {str(origin['commit'])[:SHORT_COMMIT]}" if origin.get("commit") else ""


def _files(origin: Mapping[str, Any]) -> str:
    files = origin.get("files")
    count = len(files) if isinstance(files, (list, dict)) else files
    return f"{count} files" if isinstance(count, int) and count > 1 else ""
