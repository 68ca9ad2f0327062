"""URI templates of the DSL: simple expansion (RFC 6570) of top-level properties."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

_PLACE = re.compile(r"\{([^{}]+)\}")


def expanded(template: str, value: Any) -> str:
    """Fill ``{name}`` with the percent-encoded property; a missing one is empty.

    Raises ``ValueError`` for a value that is no string, number, boolean or null, and for one that would change the
    path, such as ``..``.
    """
    properties = value if isinstance(value, Mapping) else {}
    uri = _PLACE.sub(lambda match: _encoded(match[1], properties.get(match[1])), template)
    if _climbs(uri) and not _climbs(template):
        raise ValueError("The values in the address must not make “.” or “..” of a part of its path.")
    return uri


def _climbs(uri: str) -> bool:
    return any(part in (".", "..") for part in uri.partition("?")[0].split("/"))


def _encoded(name: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if not isinstance(value, str | int | float):
        raise ValueError(f"“{name}” in the address must be text, a number or a boolean.")  # noqa: TRY004 - the value is wrong, not the caller
    return quote(str(value), safe="")
