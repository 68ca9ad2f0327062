"""What a document says about itself: its name, where it lives, how it wants to know who calls."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from apps.connectors.openapi.problems import Json, Problem, pointer
from apps.connectors.openapi.references import resolve
from apps.connectors.openapi.servers import address

DEVELOPMENT = re.compile(r"sandbox|\bdev|develop|\btest|stag|demo|mock|localhost|127\.0\.0\.1", re.IGNORECASE)
LONGEST_NAME = 120
# A token of an OAuth 2 flow that needs a person's browser is entered as it is.
OTHER_FLOW: tuple[str, dict[str, str]] = ("bearer", {})
LONGEST_DESCRIPTION = 2_000


def outline(document: dict[str, Any], operations: Mapping[str, dict[str, Any]]) -> dict[str, Any]:
    """Return ``{title, version, description, development_server, production_server, scheme, scheme_options,
    test_calls, idempotency_header}``.

    All but the first three are guesses for a form that a person reads; what cannot be guessed is empty or ``none``.
    """
    info = document.get("info")
    info = info if isinstance(info, dict) else {}
    development, production = _servers(document)
    scheme, options = _scheme(document, development or production)
    return {
        "title": str(info.get("title") or "")[:LONGEST_NAME],
        "version": str(info.get("version") or "")[:60],
        "description": str(info.get("summary") or info.get("description") or "")[:LONGEST_DESCRIPTION],
        "development_server": development,
        "production_server": production,
        "scheme": scheme,
        "scheme_options": options,
        "test_calls": _test_calls(operations),
        "idempotency_header": _idempotency_header(operations),
    }


def remarks(document: dict[str, Any]) -> list[Problem]:
    """Ways to sign in that the document offers and Slipway does not."""
    components = document.get("components")
    described = components.get("securitySchemes") if isinstance(components, dict) else None
    found = []
    for name, node in described.items() if isinstance(described, dict) else ():
        given = resolve(document, node) or {}
        if given.get("type") == "apiKey" and given.get("in") == "cookie":
            told = f"Slipway never sends a key in a cookie, so the sign-in “{name}” cannot be chosen."
            found.append(Problem(told, pointer(("components", "securitySchemes", str(name)))))
    return found


def _test_calls(operations: Mapping[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """The first operation that changes nothing and needs no values, as the calls of a test."""
    for operation_id, operation in operations.items():
        if operation["method"] == "GET" and not any(parameter["required"] for parameter in operation["parameters"]):
            return [{"operation": operation_id, "parameters": {}, "pages": 1}]
    return []


def _idempotency_header(operations: Mapping[str, dict[str, Any]]) -> str:
    for operation in operations.values():
        for parameter in operation["parameters"]:
            if parameter["in"] == "header" and parameter["name"].lower() in ("idempotency-key", "x-idempotency-key"):
                return str(parameter["name"])
    return ""


def _servers(document: dict[str, Any]) -> tuple[str, str]:
    servers = document.get("servers")
    described = [each for each in servers if isinstance(each, dict)] if isinstance(servers, list) else []
    found = [_server(each) for each in described]
    absolute = [(url, words) for url, words in found if url.startswith(("https://", "http://")) and "{" not in url]
    development = [url for url, words in absolute if DEVELOPMENT.search(words)]
    production = [url for url, words in absolute if not DEVELOPMENT.search(words)]
    every = [*development, *production, ""]
    return (development or production or every)[0], (production or development or every)[0]


def _server(server: dict[str, Any]) -> tuple[str, str]:
    url = address(server)
    return url, f"{url} {server.get('description') or ''}"


def _scheme(document: dict[str, Any], server: str) -> tuple[str, dict[str, str]]:
    components = document.get("components")
    described = components.get("securitySchemes") if isinstance(components, dict) else None
    if not isinstance(described, dict):
        return "none", {}
    found = [_guess(resolve(document, described.get(name)), server) for name in (*_asked_for(document), *described)]
    return min((guess for guess in found if guess), key=_rank, default=("none", {}))


def _rank(guess: tuple[str, dict[str, str]]) -> int:
    """Keys and tokens come first: an API that takes both often wants a key in place of the user name."""
    return 2 if guess is OTHER_FLOW else 1 if guess[0] == "basic" else 0


def _asked_for(document: dict[str, Any]) -> list[str]:
    security = document.get("security")
    return [name for each in security if isinstance(each, dict) for name in each] if isinstance(security, list) else []


def _guess(given: dict[str, Any] | None, server: str) -> tuple[str, dict[str, str]] | None:
    kind = (given or {}).get("type")
    if not given or not isinstance(kind, str):
        return None
    if kind == "apiKey" and given.get("in") in ("header", "query") and isinstance(given.get("name"), str):
        return "api_key", {str(given["in"]): given["name"]}
    if kind == "http" and str(given.get("scheme")).lower() in ("bearer", "basic"):
        return str(given["scheme"]).lower(), {}
    return _oauth2(given.get("flows"), server) if kind == "oauth2" else None


def _oauth2(flows: Json, server: str) -> tuple[str, dict[str, str]]:
    flow = flows.get("clientCredentials") if isinstance(flows, dict) else None
    if not isinstance(flow, dict):
        return OTHER_FLOW
    scopes = flow.get("scopes")
    options = {"token_url": urljoin(f"{server}/", str(flow.get("tokenUrl") or ""))}
    if isinstance(scopes, dict) and scopes:
        options["scope"] = " ".join(map(str, scopes))
    return "oauth2_client_credentials", options
