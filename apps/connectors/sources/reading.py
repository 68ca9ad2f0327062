"""Files in, answer of the child out; whatever the child still wants is got and given to it."""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from apps.connectors.documents import SourceRefused
from apps.connectors.openapi.archives import MIB, MOST_TOTAL
from apps.connectors.openapi.parcel import Parcel
from apps.connectors.openapi.problems import Problem

type Tell = Callable[[str], None]
# Given paths, the files that could be had, and why the others could not.
type Fetch = Callable[[Sequence[str]], tuple[Mapping[str, bytes], Mapping[str, str]]]
MOST_NAMED = 20


class Reading:
    """One reading of a source: how it is asked about, who listens, and until when (``time.monotonic``) it may take."""

    def __init__(self, ask: Callable[[Parcel], dict[str, Any]], tell: Tell, until: float) -> None:
        self._ask, self.tell, self.until = ask, tell, until

    @property
    def seconds_left(self) -> float:
        """What is left. Raises ``SourceRefused`` if nothing is."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise SourceRefused([Problem("The source could not be fetched in time.", mend="Try again, or upload it.")])
        return left

    def packed(self, parcel: Parcel, origin: Mapping[str, Any]) -> dict[str, Any]:
        """The answer about a parcel that holds everything."""
        return self._complete(self._ask(parcel), origin)

    def files(self, entry: str, first: bytes, fetch: Fetch, origin: Mapping[str, Any]) -> dict[str, Any]:
        """The answer about ``entry`` with every file that it leads to."""
        files, absent = {entry: first}, dict[str, str]()
        while "wanted" in (answer := self._ask(Parcel("files", entry, files, absent))):
            wanted = answer["wanted"]
            self.tell(f"It refers to {_listed(wanted)}.")
            found, missing = fetch(wanted)
            files |= found
            absent |= {path: missing.get(path, "does not exist") for path in wanted if path not in found}
            if sum(map(len, files.values())) > MOST_TOTAL:
                told = f"The files have more than {MOST_TOTAL // MIB} MiB together."
                raise SourceRefused([Problem(told, mend="Leave out what you do not call.")])
        return self._complete(answer, origin)

    def _complete(self, answer: dict[str, Any], origin: Mapping[str, Any]) -> dict[str, Any]:
        bundle = answer["bundle"]
        if len(bundle["files"]) > 1:
            self.tell(
                f"One document of {len(bundle['files'])} files ({sized(bundle['size'])}): {_listed(bundle['files'])}."
            )
        self.tell(f"Content: SHA-256 {bundle['sha256']}.")
        known = {key: bundle[key] for key in ("entry", "files", "sha256")}
        return {**answer, "origin": {**origin, **known}}


def sized(count: int) -> str:
    """A number of bytes for people."""
    return f"{count / 1_000_000:.1f} MB" if count >= 1_000_000 else f"{max(count / 1000, 0.1):.1f} kB"


def _listed(paths: Sequence[str]) -> str:
    more = f" and {len(paths) - MOST_NAMED} more" if len(paths) > MOST_NAMED else ""
    return ", ".join(paths[:MOST_NAMED]) + more
