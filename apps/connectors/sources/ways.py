"""One way for each kind of source."""

from collections.abc import Callable
from typing import Any

from apps.connectors.enums import SourceKind
from apps.connectors.openapi.parcel import Parcel
from apps.connectors.sources.address import from_url
from apps.connectors.sources.given import Given
from apps.connectors.sources.reading import Reading, sized
from apps.connectors.sources.repository import from_repository

type Way = Callable[[Given, Reading], dict[str, Any]]


def from_document(given: Given, reading: Reading) -> dict[str, Any]:
    """One document as text; it refers to nothing outside."""
    content = given.text.encode("utf-8", "surrogatepass")
    reading.tell(f"Reading {given.name} ({sized(len(content))}).")
    answer = reading.packed(Parcel("document", "", {"": content}), {"kind": given.kind.value, "name": given.name})
    answer["origin"] |= {"entry": "", "files": [given.name]}
    return answer


def from_archive(given: Given, reading: Reading) -> dict[str, Any]:
    """An archive that was uploaded."""
    reading.tell(f"Unpacking {given.name} ({sized(len(given.archive))}).")
    origin = {"kind": given.kind.value, "name": given.name}
    return reading.packed(Parcel("archive", given.entry, {"": given.archive}), origin)


WAYS: dict[SourceKind, Way] = {
    SourceKind.DOCUMENT: from_document,
    SourceKind.ARCHIVE: from_archive,
    SourceKind.URL: from_url,
    SourceKind.GIT: from_repository,
}
