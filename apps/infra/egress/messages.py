"""What goes out and what comes back."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.infra.egress.errors import RequestRefused
from apps.infra.egress.urls import origin_of
from apps.infra.secret import Secret

TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
# One blank or tab inside is fine; a line break would start a header of the attacker's.
HEADER_VALUE = re.compile(r"[\x20-\x7e\t\x80-\xff]*")
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"))
OURS = frozenset(
    "host content-length transfer-encoding connection keep-alive upgrade te trailer expect accept-encoding"
    " proxy-authorization proxy-connection".split()
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """Secrets of one connection. They leave only towards ``allowed_origins``; anywhere else the call is refused."""

    headers: Mapping[str, Secret] = field(default_factory=dict)
    query: Mapping[str, Secret] = field(default_factory=dict)
    allowed_origins: tuple[str, ...]

    def may_go_to(self, origin: str) -> bool:
        return origin in {origin_of(allowed) for allowed in self.allowed_origins}

    def secrets(self) -> tuple[Secret, ...]:
        return (*self.headers.values(), *self.query.values())


@dataclass(frozen=True, slots=True)
class OutRequest:
    """One call. ``headers`` and ``url`` hold no secrets: ``credential`` brings these, added at the last moment."""

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes | None = field(default=None, repr=False)
    credential: Credential | None = None


@dataclass(frozen=True, slots=True)
class OutResponse:
    """One answer. ``headers`` by lower-case name, repeated ones joined by a comma; ``body`` is decoded.

    ``url`` is where the answer came from, without credentials.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    elapsed_ms: int
    url: str

    def text(self) -> str:
        """The body as text. Bytes that are not UTF-8 become U+FFFD."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Any:
        """The body as JSON. Raises ``ValueError`` if it is none."""
        return json.loads(self.body)


def checked_method(method: str) -> str:
    if method.upper() not in METHODS:
        raise RequestRefused(f"“{method[:20]}” is not a method that Slipway sends.")
    return method.upper()


def checked_headers(headers: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """Headers as bytes. Raises ``RequestRefused`` for what would split the request or change where it goes."""
    return [(_name(name), _value(name, value)) for name, value in headers.items()]


def _name(name: str) -> bytes:
    if not TOKEN.fullmatch(name):
        raise RequestRefused("A header's name holds a character that is not allowed there.")
    if name.lower() in OURS:
        raise RequestRefused(f"The header “{name}” is set by Slipway itself.")
    return name.encode("ascii")


def _value(name: str, value: str) -> bytes:
    if not HEADER_VALUE.fullmatch(value):
        raise RequestRefused(f"The value of header “{name}” holds a line break or another forbidden character.")
    return value.strip(" \t").encode("latin-1")
