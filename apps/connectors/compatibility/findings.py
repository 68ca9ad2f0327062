"""What differs between two schemas, before it is known whether a request or a response uses them."""

from dataclasses import dataclass
from typing import Any

READ_ONLY, WRITE_ONLY, REQUIRED, WITH_DEFAULT = "read-only", "write-only", "required", "with-default"
NO_MARKS: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Finding:
    """``kind`` is the last part of a rule's name ("max-decreased"); ``at`` the place below the root ("/items[]/name").

    ``marks`` hold what the schemas around say: read-only, write-only, and of a property whether it is required.
    """

    kind: str
    at: str
    old: Any = None
    new: Any = None
    marks: frozenset[str] = NO_MARKS
