"""An API on this machine that answers in place of a real one and remembers what it was asked."""

import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Asked:
    """One request as it came over the wire; header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    content: bytes

    @property
    def body(self) -> str:
        """The content as text."""
        return self.content.decode()


@dataclass
class StandIn:
    """``answers`` holds data by method and path without query; what is not there is answered with 404."""

    url: str
    answers: dict[str, Any]
    asked: list[Asked] = field(default_factory=list)

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def answer(self, asked: Asked) -> tuple[int, Any]:
        self.asked.append(asked)
        key = f"{asked.method} {asked.path.partition('?')[0]}"
        return (200, self.answers[key]) if key in self.answers else (404, {"message": "not here"})


@contextlib.contextmanager
def standing_in(answers: dict[str, Any]) -> Iterator[StandIn]:
    """Answer on a free port until the block ends."""
    found = StandIn("", answers)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(found.answer))
    found.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield found
    server.shutdown()
    server.server_close()
    thread.join(5)


def _handler(answer: Any) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            content = self.rfile.read(int(headers.get("content-length", 0)))
            status, data = answer(Asked(self.command, self.path, headers, content))
            told = json.dumps(data).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(told)))
            self.end_headers()
            self.wfile.write(told)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _handle  # noqa: N815 - the library's names

        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

    return Handler
