"""Integers that JSON readers would round."""

from __future__ import annotations

from collections.abc import Iterator

from ..document import Definition
from ..findings import Finding

EXACT = 2**53 - 1


def findings(definition: Definition) -> Iterator[Finding]:
    for path, value in definition.leaves:
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) > EXACT:
            message = f"{value} is too large to be kept exactly."
            yield definition.error("number", path, message, "Write it as text, in quotes.")
