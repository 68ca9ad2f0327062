"""How a request body travels: JSON, a form, the parts of a multipart message, text or bytes as they are. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from apps.connectors.calls import parts, styles
from apps.core.errors import Refused

type Encoding = Mapping[str, Mapping[str, Any]]
type Content = str | bytes

FORM = "application/x-www-form-urlencoded"
JSON = frozenset(("application/json", "text/json"))


def described_body(operation: Mapping[str, Any], value: Any) -> tuple[dict[str, str], Content]:
    """Headers and content of an operation's body, in the type that Slipway chose for it.

    A file travels in parts or as it is where the document offers that besides. Raises ``Refused``.
    """
    usual, encoding = operation["content_type"], operation.get("encoding", {})
    others: Mapping[str, Encoding] = operation.get("other_types", {})
    chosen = next((name for name in (usual, *others) if _takes(name, value)), usual)
    return body(chosen, value, encoding if chosen == usual else others[chosen])


def body(content_type: str, value: Any, encoding: Encoding | None = None) -> tuple[dict[str, str], Content]:
    """Headers and content of a request body: a text, or bytes where it is none.

    ``encoding`` is what the document says about the properties of a form; None where there is no document, then what
    is nested is written with brackets. Raises ``Refused`` for types that Slipway cannot make from data.
    """
    plain = _plain(content_type)
    if plain == FORM and isinstance(value, Mapping):
        return {"content-type": content_type}, _form(value, encoding)
    if plain == parts.MULTIPART and isinstance(value, Mapping):
        headed, content = parts.message(value, encoding or {})
        return {"content-type": headed}, _readable(content)
    if plain in (FORM, parts.MULTIPART):
        raise Refused(f"A body of type {plain} is made from an object; this value is something else.")
    if parts.is_file(value) and not _is_json(plain):
        headed = parts.media_type_of(value) or ("" if "*" in plain else content_type) or parts.BINARY
        return {"content-type": headed}, _readable(parts.bytes_of(value))
    if _is_json(plain) or ("*/*" in plain and not isinstance(value, str)):
        return {"content-type": "application/json" if "*" in plain else content_type}, parts.json_text(value)
    return _text(content_type, value)


def _takes(content_type: str, value: Any) -> bool:
    """True if values of this kind travel well in this type: files in parts or raw, anything else everywhere."""
    plain = _plain(content_type)
    if parts.is_file(value):
        return not _is_json(plain) and plain not in (FORM, parts.MULTIPART)
    if not isinstance(value, Mapping):
        return True
    return plain == parts.MULTIPART or not any(_has_file(each) for each in value.values())


def _has_file(value: Any) -> bool:
    return parts.is_file(value) or (isinstance(value, (list, tuple)) and any(map(parts.is_file, value)))


def _text(content_type: str, value: Any) -> tuple[dict[str, str], Content]:
    if isinstance(value, (Mapping, list, tuple)) or value is None:
        plain = _plain(content_type)
        raise Refused(f"A body of type {plain} is made from a text or from a file; this value is something else.")
    text = styles.scalar(value)
    parts.text_bytes(text)
    headed = "text/plain" if "*" in content_type else content_type
    # Without a word about it, some servers read text as ASCII.
    if headed.startswith("text/") and not text.isascii() and "charset" not in headed.lower():
        headed += "; charset=utf-8"
    return {"content-type": headed}, text


def _plain(content_type: str) -> str:
    return content_type.split(";", maxsplit=1)[0].strip().lower()


def _is_json(plain: str) -> bool:
    return plain in JSON or plain.endswith("+json")


def _readable(content: bytes) -> Content:
    try:
        return content.decode()
    except UnicodeDecodeError:
        return content


def _form(value: Mapping[str, Any], encoding: Encoding | None) -> str:
    if any(map(_has_file, value.values())):
        raise Refused(f"A body of type {FORM} cannot carry a file.")
    try:
        pairs = [pair for name, each in value.items() for pair in _fields(str(name), each, encoding)]
    except UnicodeEncodeError:
        raise Refused("The body holds half of a character (a lone surrogate), which no text can carry.") from None
    # Forms write a space as "+"; a "+" of a value is encoded already.
    return "&".join(f"{name}={text}" for name, text in pairs).replace("%20", "+")


def _fields(name: str, value: Any, encoding: Encoding | None) -> Iterator[styles.Pair]:
    described = (encoding or {}).get(name, {})
    if encoding is None or described.get("style") == "deepObject":
        for path, each in styles.bracketed(quote(name, safe=""), value):
            yield path, quote(styles.scalar(each), safe="")
    elif _is_nested(value) and not (described.keys() & parts.STYLED):
        # OpenAPI 3.1.1, "Encoding Object": without a style of its own, an object is written as JSON.
        yield from styles.query_pairs({"name": name, "in": "query", "content_type": "application/json"}, value)
    else:
        yield from styles.query_pairs({**described, "name": name, "in": "query"}, value)


def _is_nested(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return any(isinstance(each, (Mapping, list, tuple)) for each in value)
    return isinstance(value, Mapping)
