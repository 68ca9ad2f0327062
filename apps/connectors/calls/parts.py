"""Files in data, and the parts of a multipart message. Pure.

A file is written ``{"content_base64": …, "filename": …, "content_type": …, "headers": {…}}``; all but the first may be
left out. A text may stand in its place: it travels as it is.
"""

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any, TypeGuard
from urllib.parse import unquote

from apps.connectors.calls import styles
from apps.core.errors import Refused

MULTIPART = "multipart/form-data"
BINARY = "application/octet-stream"
STYLED = frozenset(("style", "explode", "allowReserved"))
FILE_MEMBERS = frozenset(("content_base64", "filename", "content_type", "headers"))
MEDIA_TYPE = re.compile(r"[\w!#$&^.+-]+/[\w!#$&^.+-]+(\s*;[\x20-\x7e]*)?", re.ASCII)
HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# A part says these two itself.
OURS = frozenset(("content-disposition", "content-type"))


def is_file(value: Any) -> TypeGuard[Mapping[str, Any]]:
    """True for a file as data."""
    return isinstance(value, Mapping) and "content_base64" in value and value.keys() <= FILE_MEMBERS


def bytes_of(value: Mapping[str, Any]) -> bytes:
    """The content of a file. Raises ``Refused`` if it is not base64."""
    try:
        return base64.b64decode("".join(str(value["content_base64"]).split()), validate=True)
    except (binascii.Error, ValueError):
        raise Refused("The content of a file is given in base64 as “content_base64”; this is none.") from None


def media_type_of(value: Mapping[str, Any]) -> str:
    """The media type that a file names; empty if it names none. Raises ``Refused`` for what is no media type."""
    given = str(value.get("content_type") or "").strip()
    if given and not MEDIA_TYPE.fullmatch(given):
        raise Refused(f"“{given[:80]}” is not a media type; write it like “image/png”.")
    return given


def text_bytes(text: str) -> bytes:
    """Text as it travels, in UTF-8. Raises ``Refused`` for half a character."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise Refused("The body holds half of a character (a lone surrogate), which no text can carry.") from None


def json_text(value: Any) -> str:
    """Data as JSON. Raises ``Refused`` for numbers that JSON does not know."""
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False)
    except ValueError:
        raise Refused("The body holds a number that JSON does not know: infinite, or none at all.") from None
    return text.encode("utf-8", "backslashreplace").decode()


def message(value: Mapping[str, Any], encoding: Mapping[str, Mapping[str, Any]]) -> tuple[str, bytes]:
    """Content type and bytes of a multipart message. ``encoding`` is what the document says about its properties."""
    parts = [part for name, each in value.items() for part in _parts(str(name), each, encoding.get(str(name), {}))]
    boundary = _boundary(b"\r\n".join(parts))
    opened = b"".join(b"--%b\r\n%b\r\n" % (boundary, part) for part in parts)
    return f"{MULTIPART}; boundary={boundary.decode()}", opened + b"--%b--\r\n" % boundary


def _boundary(content: bytes) -> bytes:
    # Made of the content: the same call gives the same message, so that it may be prepared twice.
    digests = (hashlib.sha256(content + b"%d" % turn).hexdigest()[:32].encode() for turn in count())
    return next(digest for digest in digests if digest not in content)


def _parts(name: str, value: Any, described: Mapping[str, Any]) -> Iterator[bytes]:
    if value is None:
        return
    if described.keys() & STYLED and isinstance(value, (Mapping, list, tuple)) and not is_file(value):
        yield from _styled(name, value, described)
    elif isinstance(value, (list, tuple)):
        # OpenAPI 3.1.1, "Encoding Object": each member of a list is a part of its own.
        for each in value:
            yield from _parts(name, each, described)
    elif is_file(value):
        yield _file(name, value, described)
    elif described.get("is_file"):
        yield _part(name, text_bytes(_text(value)), _documented(described) or BINARY, described, filename=name)
    else:
        usual = "application/json" if isinstance(value, Mapping) else ""
        yield _part(name, text_bytes(_text(value)), _documented(described) or usual, described)


def _styled(name: str, value: Any, described: Mapping[str, Any]) -> Iterator[bytes]:
    # The styles are those of a query, where names and values are percent-encoded; in a part nothing is.
    for path, text in styles.query_pairs({**described, "name": name, "in": "query"}, value):
        yield _part(unquote(path), text_bytes(unquote(text)), "", described)


def _file(name: str, value: Mapping[str, Any], described: Mapping[str, Any]) -> bytes:
    content_type = media_type_of(value) or _documented(described) or BINARY
    given = value.get("headers")
    own = given if isinstance(given, Mapping) else {}
    return _part(name, bytes_of(value), content_type, described, filename=str(value.get("filename") or name), own=own)


def _part(
    name: str,
    content: bytes,
    content_type: str,
    described: Mapping[str, Any],
    *,
    filename: str = "",
    own: Mapping[str, Any] | None = None,
) -> bytes:
    lines = [f'Content-Disposition: form-data; name="{_in_quotes(name)}"']
    lines[0] += f'; filename="{_in_quotes(filename)}"' if filename else ""
    lines += [f"Content-Type: {content_type}"] if content_type else []
    headers = {**described.get("headers", {}), **(own or {})}
    lines += [_header(str(key), styles.scalar(each)) for key, each in headers.items() if str(key).lower() not in OURS]
    return text_bytes("\r\n".join(lines)) + b"\r\n\r\n" + content


def _header(name: str, value: str) -> str:
    if not HEADER_NAME.fullmatch(name) or not value.isprintable():
        raise Refused(f"“{name[:80]}” cannot be the header of a part: its name or value holds a forbidden character.")
    return f"{name}: {value}"


def _documented(described: Mapping[str, Any]) -> str:
    """The first media type of ``contentType`` that is one: wildcards leave the choice to the sender."""
    types = [each.strip() for each in str(described.get("contentType", "")).split(",")]
    return next((each for each in types if MEDIA_TYPE.fullmatch(each)), "")


def _text(value: Any) -> str:
    return json_text(value) if isinstance(value, Mapping) else styles.scalar(value)


def _in_quotes(name: str) -> str:
    # As browsers write it: https://html.spec.whatwg.org/#multipart-form-data
    return name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
