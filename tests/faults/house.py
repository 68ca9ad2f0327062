"""Real processes on a database of their own: workers that can be killed, and acts beside them."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from config.environment import BASE_DIR
from tests.processes import PATIENCE_S, until

MIGRATE = ("manage.py", "migrate", "--verbosity=0", "--skip-checks")


class House:
    """One installation. Ends every process that it started.

    ``empty`` is the folder of one that was only just prepared; without it this one prepares its own database.
    """

    def __init__(self, folder: Path, *, empty: Path | None = None, **environment: str) -> None:
        self.folder = folder
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("SLIPWAY_", "DATABASE_URL"))},
            "SLIPWAY_DATA_DIR": str(folder),
            "DJANGO_SETTINGS_MODULE": "config.test_settings",
            **environment,
        }
        self.workers: list[subprocess.Popen[bytes]] = []
        if empty:
            shutil.copytree(empty, folder, dirs_exist_ok=True)
        else:
            subprocess.run([sys.executable, *MIGRATE], cwd=BASE_DIR, env=self.env, check=True)
        self.stage = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.stage"],
            cwd=BASE_DIR,
            env=self.env,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def act(self, *arguments: str) -> Any:
        """Do one act of ``stage`` and return its answer."""
        assert self.stage.stdin
        assert self.stage.stdout
        self.stage.stdin.write(json.dumps(arguments) + "\n")
        self.stage.stdin.flush()
        answer = self.stage.stdout.readline()
        assert answer, f"the stage broke down over {arguments}"
        return json.loads(answer)

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
        self.stage.kill()
        self.stage.communicate()


def killed_itself(process: subprocess.Popen[bytes]) -> bool:
    """Wait for the end of a process and tell whether the crash point struck."""
    return process.wait(timeout=PATIENCE_S) == -signal.SIGKILL
