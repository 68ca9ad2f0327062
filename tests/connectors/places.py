"""A web server with files and a git server, both on loopback, and an environment that may call them."""

import contextlib
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from apps.environments import services as environment_services
from tests.factories import connectors as make
from tests.infra.listener import Listener, answer, listening

type Answer = Callable[[socket.socket, str], None]


@dataclass
class Web:
    """``files`` by path, or a script that answers; anything else is 404."""

    listener: Listener
    files: dict[str, bytes | Answer] = field(default_factory=dict)

    def url(self, path: str) -> str:
        return f"{self.listener.origin}/{path}"

    @property
    def asked(self) -> list[str]:
        """Paths that were asked for, in order."""
        return [request.split(" ")[1] for request in self.listener.requests]


@contextlib.contextmanager
def web() -> Iterator[Web]:
    """A web server."""
    found: list[Web] = []

    def script(peer: socket.socket, request: str) -> None:
        path = request.split(" ")[1].partition("?")[0].lstrip("/")
        content = found[0].files.get(path)
        if callable(content):
            content(peer, request)
        elif content is None:
            answer(b"no", status="404 Not Found")(peer, request)
        else:
            answer(content)(peer, request)

    with listening(script) as listener:
        found.append(Web(listener))
        yield found[0]


def allow(port: int, *, host: str = "127.0.0.1") -> None:
    """Let builds call this port."""
    environment_services.allow_egress(
        by=make.SETUP, environment=make.environment(), host=host, port=port, reason="Test server"
    )
