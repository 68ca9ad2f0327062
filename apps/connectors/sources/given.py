"""What people give as the source of a connector version."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

from apps.connectors.documents import digest_of
from apps.connectors.enums import SourceKind
from apps.infra.egress import without_query

LONGEST_NAME = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """One source. ``text`` of a document, ``archive`` of an archive; ``options`` as ``source_options`` keeps them."""

    kind: SourceKind
    name: str
    options: Mapping[str, str] = field(default_factory=dict)
    text: str = field(default="", repr=False)
    archive: bytes = field(default=b"", repr=False)

    @classmethod
    def document(cls, text: str, *, name: str) -> Self:
        """One document as text."""
        return cls(kind=SourceKind.DOCUMENT, name=name[:LONGEST_NAME], text=text)

    @classmethod
    def packed(cls, archive: bytes, *, name: str, entry: str) -> Self:
        """A zip or tar.gz; without an ``entry`` the document in it is looked for."""
        return cls(kind=SourceKind.ARCHIVE, name=name[:LONGEST_NAME], options={"entry": entry}, archive=archive)

    @classmethod
    def address(cls, url: str, *, entry: str = "") -> Self:
        """A document or an archive behind a URL, fetched by every build."""
        name = without_query(url)[:LONGEST_NAME]
        return cls(kind=SourceKind.URL, name=name, options={"url": url, "entry": entry})

    @classmethod
    def repository(cls, repository: str, *, ref: str = "", entry: str = "") -> Self:
        """A file of a git repository at a branch, tag or commit, fetched by every build."""
        where = f"{entry or 'the document'} of {repository}{f' at {ref}' if ref else ''}"
        options = {"repository": repository, "ref": ref, "entry": entry}
        return cls(kind=SourceKind.GIT, name=where[:LONGEST_NAME], options=options)

    @property
    def is_fetched(self) -> bool:
        """Builds fetch it anew; nothing of it is kept here."""
        return self.kind in (SourceKind.URL, SourceKind.GIT)

    @property
    def entry(self) -> str:
        return self.options.get("entry", "")

    @property
    def digest(self) -> str:
        """SHA-256 of what was given: of the content, or of where it is fetched from."""
        if self.kind is SourceKind.DOCUMENT:
            return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()
        packed = hashlib.sha256(self.archive).hexdigest() if self.archive else ""
        return digest_of({"kind": self.kind.value, "options": dict(self.options), "archive": packed})
