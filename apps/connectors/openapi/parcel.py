"""Several files and what is asked about them as one payload for a child: a line of JSON, then the files end to end."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

# Those that hold texts and nothing packed.
SINGLE = ("document", "files")
type Holds = Literal["document", "files", "archive", "repository"]


@dataclass(frozen=True, slots=True)
class Parcel:
    """``files`` by path; a ``document``, an ``archive`` or a ``repository`` is one file without a name.

    ``entry`` names the document in an archive or a repository; it may be empty.

    ``absent`` says of paths why they cannot be had.
    """

    holds: Holds
    entry: str
    files: Mapping[str, bytes]
    absent: Mapping[str, str] = field(default_factory=dict)

    def packed(self) -> bytes:
        """The payload."""
        sizes = {path: len(content) for path, content in self.files.items()}
        head = {"holds": self.holds, "entry": self.entry, "absent": dict(self.absent), "sizes": sizes}
        return b"".join([json.dumps(head).encode(), b"\n", *self.files.values()])


def unpacked(payload: bytes) -> Parcel:
    """The parcel of a payload."""
    line, _, rest = payload.partition(b"\n")
    head = json.loads(line)
    files, place = {}, 0
    for path, size in head["sizes"].items():
        files[path], place = rest[place : place + size], place + size
    return Parcel(head["holds"], head["entry"], files, head["absent"])
