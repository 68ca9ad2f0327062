"""A real server on loopback that counts every connection and answers from a script."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

type Script = Callable[[socket.socket, str], None]


@dataclass
class Listener:
    """``connections`` counts what was accepted, ``requests`` holds each request's head and body as text."""

    port: int
    connections: int = 0
    requests: list[str] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def answer(
    body: bytes = b"{}", *headers: str, status: str = "200 OK", length: int | None = None
) -> Callable[[socket.socket, str], None]:
    """A script that gives one complete answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body) if length is None else length}", *headers, "", ""]
    return lambda peer, _request: peer.sendall("\r\n".join(lines).encode() + body)


@contextlib.contextmanager
def listening(script: Script | None = None, *, tls: ssl.SSLContext | None = None) -> Iterator[Listener]:
    """Listen on every address of this machine, IPv4 and IPv6, until the block ends."""
    with socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True) as server:
        seen = Listener(server.getsockname()[1])
        thread = threading.Thread(target=_serve, args=(server, script or answer(), seen, tls), daemon=True)
        thread.start()
        yield seen
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def _serve(server: socket.socket, script: Script, seen: Listener, tls: ssl.SSLContext | None) -> None:
    with contextlib.suppress(OSError):
        while True:
            peer, _address = server.accept()
            seen.connections += 1
            threading.Thread(target=_talk, args=(peer, script, seen, tls), daemon=True).start()


def _talk(plain: socket.socket, script: Script, seen: Listener, tls: ssl.SSLContext | None) -> None:
    with contextlib.suppress(OSError), plain, tls.wrap_socket(plain, server_side=True) if tls else plain as peer:
        data = b""
        while b"\r\n\r\n" not in data or len(data.partition(b"\r\n\r\n")[2]) < _length(data):
            piece = peer.recv(65536)
            if not piece:
                return
            data += piece
        seen.requests.append(data.decode("latin-1"))
        script(peer, seen.requests[-1])


def _length(data: bytes) -> int:
    head = data.partition(b"\r\n\r\n")[0].decode("latin-1").lower()
    return next((int(line[15:]) for line in head.split("\r\n") if line.startswith("content-length:")), 0)
