"""A tiny API on loopback: a ledger that counts deliveries and effects, and can be slow, broken or unwilling."""

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

SECRET = "ledger-key-7F3kq9"


@dataclass
class Ledger:
    """``deliveries`` counts requests that wrote or asked to; ``entries`` is what they did, once for each key."""

    deliveries: int = 0
    keys: list[str] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)
    answers_by_key: dict[str, dict[str, Any]] = field(default_factory=dict)
    # Statuses for the next requests, before it works again.
    troubles: list[int] = field(default_factory=list)
    delay_s: float = 0.0
    is_honouring_keys: bool = True
    url: str = ""

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])

    def take(self, key: str, body: dict[str, Any]) -> tuple[int, Any]:
        self.deliveries += 1
        self.keys.append(key)
        if self.troubles:
            return self.troubles.pop(0), {"error": "not now"}
        if key and self.is_honouring_keys and key in self.answers_by_key:
            return 200, self.answers_by_key[key]
        entry = {**body, "id": len(self.entries) + 1}
        self.entries.append(entry)
        if key:
            self.answers_by_key[key] = entry
        return 201, entry


@contextmanager
def serving_ledger() -> Iterator[Ledger]:
    """Serve a ledger on a free port of loopback."""
    ledger, lock = Ledger(), threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(200, {"items": ledger.entries, "echo": self.headers.get("x-api-key", "")})

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            with lock:
                status, answer = ledger.take(self.headers.get("idempotency-key", ""), body)
            # A slow API, as the test asked for: what happens meanwhile is what is tested.
            time.sleep(ledger.delay_s)
            self._answer(status, answer)

        def _answer(self, status: int, body: Any) -> None:
            if self.headers.get("x-api-key") != SECRET:
                status, body = 401, {"error": "who are you?"}
            payload = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(payload)))
            self.end_headers()
            self.wfile.write(payload)

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    ledger.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield ledger
    finally:
        server.shutdown()
        server.server_close()


def openapi_of(url: str) -> str:
    """Return the ledger's description."""
    schema = {"type": "object", "properties": {"amount": {"type": "integer"}}}
    answers = {"200": {"description": "OK"}}
    body = {"required": True, "content": {"application/json": {"schema": schema}}}
    return json.dumps(
        {
            "openapi": "3.0.3",
            "info": {"title": "Ledger", "version": "1.0.0"},
            "servers": [{"url": url}],
            "components": {"securitySchemes": {"key": {"type": "apiKey", "in": "header", "name": "X-Api-Key"}}},
            "security": [{"key": []}],
            "paths": {
                "/entries": {
                    "get": {"operationId": "listEntries", "responses": answers},
                    "post": {"operationId": "addEntry", "requestBody": body, "responses": answers},
                }
            },
        }
    )
