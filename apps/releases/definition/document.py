"""`Definition`: a document that has been read, and what it means for the rest of Slipway."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from . import digests, metadata, support, worker
from .findings import DefinitionError, Finding, Level
from .metadata import Asks, Page, Schedule, Slot
from .shapes import Json, dig, text
from .source import Source

type Reader = Callable[[bytes], dict[str, Any]]


@dataclass(frozen=True)
class Definition(Source):
    """What a release contains. Its shape is checked by `lint`, so every property bears malformed documents."""

    @cached_property
    def slots(self) -> dict[str, Slot]:
        return metadata.slots(self.document)

    @cached_property
    def config_schema(self) -> dict[str, Json]:
        return metadata.config_schema(self.document)

    @cached_property
    def config_pages(self) -> list[Page]:
        return metadata.config_pages(self.document)

    @cached_property
    def schedule(self) -> Schedule | None:
        return metadata.schedule(self.document)

    @cached_property
    def unsupported(self) -> list[Finding]:
        """Uses of what Slipway understands but refuses to deploy; empty for a release that can run."""
        return support.unsupported(self)

    @cached_property
    def digest(self) -> str:
        return digests.digest(self.document)

    @property
    def title(self) -> str:
        return text(dig(self.document, "document", "title"))

    @property
    def summary(self) -> str:
        return text(dig(self.document, "document", "summary"))

    @property
    def readme(self) -> str:
        return text(metadata.ours(self.document).get("readme"))

    @property
    def icon(self) -> str:
        return text(metadata.ours(self.document).get("icon"))

    @property
    def safe_to_repeat(self) -> bool:
        """Whether a call whose outcome is unknown may be repeated where the step itself does not say."""
        return metadata.ours(self.document).get("safeToRepeat") is True

    @property
    def migrations(self) -> list[tuple[str, str]]:
        """Renamed configuration keys as (old, new), in the order in which they apply."""
        return metadata.migrations(self.document)

    @property
    def sample_input(self) -> dict[str, Json]:
        return metadata.sample_input(self.document)

    def audience(self, field: str) -> Asks:
        return metadata.audience(self.document, field)


def parse(text: str, *, reader: Reader = worker.read) -> Definition:
    """Read the text of a definition; raises DefinitionError. `reader` may run `worker.read` in a sandboxed child."""
    result = reader(text.encode("utf-8", "surrogatepass"))
    if "findings" in result:
        raise DefinitionError(_findings(result["findings"]))
    document = result["document"]
    if not isinstance(document, dict):
        message = "A definition is an object with the keys document and do."
        raise DefinitionError([Finding(Level.ERROR, "yaml", "", "", 1, message, "Begin with a starter template.")])
    return Definition(document, result["lines"], text)


def _findings(rows: Iterable[dict[str, Any]]) -> list[Finding]:
    return [Finding.from_dict(row) for row in rows]
