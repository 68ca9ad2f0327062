"""Where an operation lives: on the connector's server, or on one of its own that shares its origin. Pure."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urljoin

from apps.connectors.openapi.servers import origin


def server_of(operation: Mapping[str, Any], usual: str) -> str:
    """The server that an operation is called on where the connector's own is ``usual``.

    Documents name servers for single operations. Such a one counts only with the origin that an engineer entered for
    this kind of environment: credentials go nowhere else, and a sandbox never turns into the real thing.
    """
    own = (urljoin(f"{usual}/", url) for url in operation.get("servers", ()))
    return next((url for url in own if usual and origin(url) == origin(usual)), usual)
