"""How a request body travels: JSON, a form, the parts of a multipart message, or text as it is. Pure."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from apps.connectors.calls import styles
from apps.core.errors import Refused

type Encoding = Mapping[str, Mapping[str, Any]]

FORM, MULTIPART = "application/x-www-form-urlencoded", "multipart/form-data"
STYLED = frozenset(("style", "explode", "allowReserved"))


def body(content_type: str, value: Any, encoding: Encoding | None = None) -> tuple[dict[str, str], str]:
    """Headers and text of a request body.

    ``encoding`` is what the document says about the properties of a form; None where there is no document, then what
    is nested is written with brackets. Raises ``Refused`` for types that Slipway cannot make from data.
    """
    plain = content_type.split(";", maxsplit=1)[0].strip().lower()
    if plain == FORM and isinstance(value, Mapping):
        return {"content-type": FORM}, _form(value, encoding)
    if plain == MULTIPART and isinstance(value, Mapping):
        return _multipart(value, encoding or {})
    if plain.endswith(("json", "*/*")):
        return {"content-type": "application/json" if "*" in plain else plain}, json.dumps(value, ensure_ascii=False)
    if isinstance(value, str) and plain != MULTIPART:
        return {"content-type": plain}, value
    given = "an object" if plain in (FORM, MULTIPART) else "a text"
    raise Refused(f"A body of type {plain} is made from {given}; this value is something else.")


def _form(value: Mapping[str, Any], encoding: Encoding | None) -> str:
    pairs = [pair for name, each in value.items() for pair in _fields(str(name), each, encoding)]
    # Forms write a space as "+"; a "+" of a value is encoded already.
    return "&".join(f"{name}={text}" for name, text in pairs).replace("%20", "+")


def _fields(name: str, value: Any, encoding: Encoding | None) -> Iterator[styles.Pair]:
    described = (encoding or {}).get(name, {})
    if encoding is None or described.get("style") == "deepObject":
        for path, each in styles.bracketed(quote(name, safe=""), value):
            yield path, quote(styles.scalar(each), safe="")
    elif _is_nested(value) and not (described.keys() & STYLED):
        # OpenAPI 3.1.1, "Encoding Object": without a style of its own, an object is written as JSON.
        yield from styles.query_pairs({"name": name, "in": "query", "content_type": "application/json"}, value)
    else:
        yield from styles.query_pairs({**described, "name": name, "in": "query"}, value)


def _is_nested(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(isinstance(each, (Mapping, list, tuple)) for each in value)
    return isinstance(value, Mapping)


def _multipart(value: Mapping[str, Any], encoding: Encoding) -> tuple[dict[str, str], str]:
    parts = [part for name, each in value.items() for part in _parts(str(name), each, encoding.get(str(name), {}))]
    # The same content gives the same message, so that a call may be prepared twice.
    boundary = hashlib.sha256("".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
    text = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts) + f"--{boundary}--\r\n"
    return {"content-type": f"{MULTIPART}; boundary={boundary}"}, text


def _parts(name: str, value: Any, described: Mapping[str, Any]) -> Iterator[str]:
    if value is None:
        return
    if isinstance(value, (list, tuple)) and not _is_nested(value):
        for each in value:
            yield from _parts(name, each, described)
        return
    named = f'Content-Disposition: form-data; name="{_in_quotes(name)}"'
    if described.get("is_file"):
        named += f'; filename="{_in_quotes(name)}"'
    given = str(described.get("contentType", "")).split(",")[0].strip()
    content_type = given or ("application/json" if _is_nested(value) else "")
    content_type = content_type or ("application/octet-stream" if described.get("is_file") else "")
    typed = f"\r\nContent-Type: {content_type}" if content_type.isprintable() and content_type else ""
    text = json.dumps(value, ensure_ascii=False) if _is_nested(value) else styles.scalar(value)
    yield f"{named}{typed}\r\n\r\n{text}"


def _in_quotes(name: str) -> str:
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
