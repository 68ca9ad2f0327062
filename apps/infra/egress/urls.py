"""Addresses of calls: built part by part, read once, and never trusted to stay where they were put."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import httpx2

from apps.infra.egress.addresses import number_of
from apps.infra.egress.errors import DestinationRefused, RequestRefused

type Scalar = str | int | float | bool
DEFAULT_PORTS = {"http": 80, "https": 443}
PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
HOST_NAME = re.compile(rf"(?=.{{1,253}}$){LABEL}(\.{LABEL})*")
CONTROL = re.compile(r"[\x00-\x1f\x7f]")
DOT_SEGMENT = re.compile(r"(\.|%2e){1,2}", re.IGNORECASE)
ENCODED = re.compile(r"[A-Za-z0-9._~%,;=-]*")


class Encoded(str):
    """A part of a path that is percent-encoded already, with the delimiters of its style: ``a,b%20c``, ``;id=7``."""


@dataclass(frozen=True, slots=True)
class Target:
    """A URL taken apart: ``host`` in ASCII, lower case; ``path`` with its query, percent-encoded."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def origin(self) -> str:
        """Scheme, host and port as a browser writes them: no default port, brackets around IPv6."""
        return f"{self.scheme}://{self.authority}"

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return self.origin + self.path


def target_of(url: str) -> Target:
    """Take ``url`` apart. Raises ``DestinationRefused`` unless it is a plain http(s) address without a password."""
    try:
        parsed = httpx2.URL(url)
    except (httpx2.InvalidURL, ValueError, TypeError):
        raise DestinationRefused from None
    host = parsed.raw_host.decode("ascii").lower().removesuffix(".")
    if parsed.scheme not in DEFAULT_PORTS or parsed.userinfo or not _is_host(host):
        raise DestinationRefused
    port = DEFAULT_PORTS[parsed.scheme] if parsed.port is None else parsed.port
    return Target(parsed.scheme, host, port, parsed.raw_path.decode("ascii"))


def origin_of(url: str) -> str:
    """The origin of ``url`` in its one spelling: ``https://api.example.com``, ``http://127.0.0.1:8001``."""
    return target_of(url).origin


def redirected(target: Target, location: str) -> Target:
    """Where a ``Location`` header points from ``target``."""
    try:
        return target_of(str(httpx2.URL(target.url).join(location)))
    except (httpx2.InvalidURL, ValueError):
        raise DestinationRefused from None


def expand_url(
    server_url: str,
    path_template: str,
    path_params: Mapping[str, Scalar],
    query: Mapping[str, Scalar | Sequence[Scalar] | None],
) -> str:
    """Fill ``path_template`` below ``server_url``: every value is one percent-encoded part, whatever it contains.

    A list in ``query`` repeats its name, ``None`` leaves it out. Raises ``RequestRefused`` for a value that is empty or
    missing in the path, climbs with dots or holds control characters, and for a server URL with query or fragment.
    """
    if "?" in server_url or "#" in server_url or "?" in path_template or "#" in path_template:
        raise RequestRefused("A server URL and a path have no query and no fragment; give query values by name.")
    origin = origin_of(server_url)
    prefix = target_of(server_url).path.rstrip("/")
    filled = PLACEHOLDER.sub(lambda match: _path_part(match[1], path_params), path_template)
    path = f"{prefix}/{filled.removeprefix('/')}"
    if any(DOT_SEGMENT.fullmatch(segment) for segment in path.split("/")):
        raise RequestRefused("A path must not climb: a part of it consists of dots only.")
    return origin + path + _query_string(query)


def _path_part(name: str, values: Mapping[str, Scalar]) -> str:
    if name not in values:
        raise RequestRefused(f"The path needs a value for “{name}”.")
    part = _encoded(name, values[name])
    if not part:
        raise RequestRefused(f"The value for “{name}” is empty, so the path would point elsewhere.")
    return part


def _query_string(query: Mapping[str, Scalar | Sequence[Scalar] | None]) -> str:
    pairs = [
        f"{_encoded('query', name)}={_encoded(name, value)}"
        for name, given in query.items()
        if given is not None
        for value in (given if isinstance(given, (list, tuple)) else (given,))
    ]
    return "?" + "&".join(pairs) if pairs else ""


def _encoded(name: str, value: Scalar | Sequence[Scalar]) -> str:
    if isinstance(value, Encoded) and ENCODED.fullmatch(value):
        return value
    text = _as_text(value)
    if CONTROL.search(text):
        raise RequestRefused(f"The value for “{name}” holds a line break or another control character.")
    try:
        return quote(text, safe="")
    except UnicodeEncodeError:
        raise RequestRefused(f"The value for “{name}” is not valid text.") from None


def _as_text(value: Scalar | Sequence[Scalar]) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (str, int, float)):
        return str(value)
    raise RequestRefused("A value in a path or query is a text, a number or true/false.")


def _is_host(host: str) -> bool:
    return number_of(host) is not None or HOST_NAME.fullmatch(host) is not None
