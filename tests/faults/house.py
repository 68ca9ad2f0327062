"""Real processes on a database of their own: workers that can be killed, and acts beside them."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from config.environment import BASE_DIR

PATIENCE_S = 60.0


class House:
    """One installation. Ends every process that it started."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.folder = folder
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("SLIPWAY_", "DATABASE_URL"))},
            "SLIPWAY_DATA_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "config.test_settings",
            **environment,
        }
        self.workers: list[subprocess.Popen[bytes]] = []
        self._run("manage.py", "migrate", "--verbosity=0", "--skip-checks")

    def act(self, *arguments: str) -> Any:
        """Do one act of ``stage`` and return its answer."""
        return json.loads(self._run("-m", "tests.faults.stage", *arguments))

    def worker(self, *, crash: str = "") -> subprocess.Popen[bytes]:
        """Start a worker, perhaps with crash points."""
        env = {**self.env, "TEST_CRASH_POINTS": crash} if crash else self.env
        command = [sys.executable, "manage.py", "worker"]
        process = subprocess.Popen(command, cwd=BASE_DIR, env=env)
        self.workers.append(process)
        return process

    def run_until(self, run: str, *states: str) -> dict[str, Any]:
        """Wait until the run is in one of the states and return it."""
        found: dict[str, Any] = {}

        def arrived() -> bool:
            found.update(self.act("show", run))
            return found["state"] in states

        until(arrived, lambda: found)
        return found

    def close(self) -> None:
        for process in self.workers:
            process.send_signal(signal.SIGCONT)
            process.kill()
            process.wait()

    def _run(self, *arguments: str) -> str:
        command = [sys.executable, *arguments]
        done = subprocess.run(command, cwd=BASE_DIR, env=self.env, check=True, stdout=subprocess.PIPE, text=True)
        return done.stdout


def until(condition: Callable[[], bool], evidence: Callable[[], object] = lambda: "it did not happen") -> None:
    """Wait for what other processes do."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, evidence()
        time.sleep(0.1)


def killed_itself(process: subprocess.Popen[bytes]) -> bool:
    """Wait for the end of a process and tell whether the crash point struck."""
    return process.wait(timeout=PATIENCE_S) == -signal.SIGKILL
