"""An API on this machine that answers what a test tells it to, one answer after the other, and notes what came when."""

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Reply:
    """One answer; ``closes``: the connection breaks instead. ``takes_s``: how long it takes."""

    status: int = 200
    body: Any = ()
    headers: dict[str, str] = field(default_factory=dict)
    closes: bool = False
    takes_s: float = 0.0


@dataclass(frozen=True)
class Hit:
    """One request as it came: header names in lower case, ``at`` by the monotonic clock."""

    method: str
    path: str
    headers: dict[str, str]
    body: str
    at: float


@dataclass
class Scripted:
    """``replies`` are given in order, the last one again and again."""

    url: str
    replies: list[Reply]
    hits: list[Hit] = field(default_factory=list)
    most_at_once: int = 0
    _under_way: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    @contextlib.contextmanager
    def answering(self, hit: Hit) -> Iterator[Reply]:
        with self._lock:
            self.hits.append(hit)
            self._under_way += 1
            self.most_at_once = max(self.most_at_once, self._under_way)
            reply = self.replies[min(len(self.hits), len(self.replies)) - 1]
        try:
            # The script says that this answer takes so long: what waits for it is what is tested.
            time.sleep(reply.takes_s)
            yield reply
        finally:
            with self._lock:
                self._under_way -= 1


@contextlib.contextmanager
def scripted(*replies: Reply) -> Iterator[Scripted]:
    """Answer on a free port until the block ends."""
    found = Scripted("", list(replies) or [Reply()])
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(found))
    found.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def _handler(found: Scripted) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers.get("content-length", 0))).decode()
            with found.answering(Hit(self.command, self.path, headers, body, time.monotonic())) as reply:
                if reply.closes:
                    self.close_connection = True
                    return
                content = json.dumps(reply.body).encode()
                self.send_response(reply.status)
                for name, value in {"Content-Type": "application/json", **reply.headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

        do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _handle  # noqa: N815 - the library's names

        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

    return Handler
