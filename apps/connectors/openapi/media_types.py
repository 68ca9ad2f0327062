"""Media types: which of those that a document offers a call uses, and which answers it asks for."""

import re
from collections.abc import Iterable

MEDIA_TYPE = re.compile(r"[\w!#$&^.*+-]+/[\w!#$&^.*+-]+(\s*;[\x20-\x7e]*)?", re.ASCII)
JSON, FORM, PARTS, TEXT = "application/json", "application/x-www-form-urlencoded", "multipart/form-data", "text/plain"
MOST_TYPES = 10


def plain(name: str) -> str:
    """The media type without its parameters."""
    return name.split(";", maxsplit=1)[0].strip().lower()


def preferred(types: Iterable[str]) -> list[str]:
    """Media types in the order that Slipway prefers: JSON, forms, parts, text, then as the document has them."""
    given = list(map(str, types))
    known = [name for name in given if MEDIA_TYPE.fullmatch(name)][:MOST_TYPES] or given[:1]
    return sorted(known, key=_rank)


def accepted(types: Iterable[str]) -> str:
    """What a call asks for: JSON where the API has some, else what it has, and JSON for errors."""
    known = list(dict.fromkeys(name for name in types if MEDIA_TYPE.fullmatch(name)))[:MOST_TYPES]
    json_like = [name for name in known if _is_json(plain(name))]
    if json_like or not known:
        return ", ".join(json_like) or JSON
    return ", ".join([*known, f"{JSON};q=0.9"])


def _rank(name: str) -> int:
    found = plain(name)
    wanted = (found == JSON, _is_json(found), found == FORM, found == PARTS, found == TEXT, True)
    return wanted.index(True)


def _is_json(found: str) -> bool:
    return found == JSON or found.endswith("+json")
