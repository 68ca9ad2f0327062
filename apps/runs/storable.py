"""Makes data fit for both databases and for a page. Pure."""

import json
from typing import Any

LIMIT = 100_000
SHOWN = 20_000


def storable(value: Any, *, limit: int | None = LIMIT) -> Any:
    """Return a copy without the characters that PostgreSQL refuses; beyond ``limit`` bytes only its beginning."""
    if value is None:
        return None
    text = json.dumps(value, ensure_ascii=False)
    if limit is not None and len(text) > limit:
        return {"shortened": f"{text[:SHOWN]}… ({len(text):,} characters in all)".replace("\\u0000", "\ufffd")}
    return _clean(value) if "\\u0000" in text or _has_surrogate(text) else value


def _has_surrogate(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return value.replace("\x00", "\ufffd").encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_clean(key): _clean(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(part) for part in value]
    return value
