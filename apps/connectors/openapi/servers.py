"""Servers as documents name them: of the whole, of a path, of one operation."""

from typing import Any
from urllib.parse import urlsplit

from apps.connectors.openapi.problems import Json

DEFAULT_PORTS = {"http": 80, "https": 443}


def addresses(servers: Json) -> list[str]:
    """The addresses of a list of servers, variables filled in, without what cannot be an address."""
    described = [each for each in servers if isinstance(each, dict)] if isinstance(servers, list) else []
    found = (address(each) for each in described)
    return [url for url in found if url and "{" not in url]


def address(server: dict[str, Any]) -> str:
    """The address of a server, variables filled in, without a slash at its end."""
    url = str(server.get("url") or "")
    variables = server.get("variables")
    for name, variable in variables.items() if isinstance(variables, dict) else ():
        if isinstance(variable, dict):
            url = url.replace("{" + str(name) + "}", _chosen(variable))
    return url.rstrip("/")


def origin(url: str) -> str:
    """Scheme, host and port of an address in one spelling; empty for a relative one and for none."""
    try:
        split = urlsplit(url)
        host, port = split.hostname, split.port
    except ValueError:
        return ""
    scheme = split.scheme.lower()
    return f"{scheme}://{host}:{port or DEFAULT_PORTS.get(scheme, '')}" if host and scheme else ""


def _chosen(variable: dict[str, Any]) -> str:
    """The value of a server's variable: its default, which the specification asks for, or the first of its choices."""
    choices = variable.get("enum")
    first = choices[0] if isinstance(choices, list) and choices else ""
    return str(variable.get("default", first))
