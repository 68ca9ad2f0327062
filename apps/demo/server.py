"""Serves the demo APIs on loopback: ``python -m apps.demo.server PORT`` (0 takes a free port)."""

import os
import sys
from typing import Any

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application
from gunicorn.app.base import BaseApplication


class DemoServer(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """One threaded gunicorn worker; SIGTERM and Ctrl-C end it within two seconds."""

    def __init__(self, port: int) -> None:
        self.port = port
        super().__init__()

    def load_config(self) -> None:
        options: dict[str, Any] = {
            "bind": f"127.0.0.1:{self.port}",
            "workers": 1,
            "threads": 16,
            "graceful_timeout": 2,
            "control_socket_disable": True,
            "loglevel": "warning",
            "proc_name": "slipway-demo-apis",
            "when_ready": announce,
        }
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> WSGIHandler:
        return make_application()


def make_application() -> WSGIHandler:
    """Set Django up with the demo's own settings; fill the demo's file where it is empty."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "apps.demo.settings"
    application = get_wsgi_application()
    from apps.demo import seed, store  # noqa: PLC0415 - they need the settings above

    store.prepare()
    with store.opened(writing=True) as opened:
        seed.fill_if_empty(opened)
    return application


def announce(server: Any) -> None:
    """Print the address as soon as connections are accepted."""
    host, port = server.LISTENERS[0].sock.getsockname()
    sys.stdout.write(f"Demo APIs: http://{host}:{port}/\n")
    sys.stdout.flush()


if __name__ == "__main__":
    DemoServer(int(sys.argv[1])).run()
