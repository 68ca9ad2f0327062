"""How gunicorn serves the console: few processes with several threads, told from the environment."""

import os
from typing import Any

from config.environment import read

_env = read()

bind = f"127.0.0.1:{_env.port}"
worker_class = "gthread"
workers = 2
# What cannot be loaded ends the start here, before anybody is told that Slipway is ready.
preload_app = True
threads = _env.web_threads
max_requests = 10_000
max_requests_jitter = 1_000
# A connector is built and a connection tested within the request; both have limits of their own below this one.
timeout = 90
graceful_timeout = 10
control_socket_disable = True
loglevel = "warning"


def when_ready(_server: Any) -> None:
    """Say that people may come now."""
    print(os.environ.get("WELCOME", ""), flush=True)  # noqa: T201 - for the person at the terminal
