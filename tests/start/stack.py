"""Slipway as a newcomer starts it: ``manage.py start`` as a process, in its own data folder and on free ports."""

import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Condition, Thread

from django.conf import settings

from tests.start.processes import Process, descendants, with_in_environment

FIRST_START_S = 300
STOP_S = 60
READY = re.compile(r"Slipway is ready: (http://\S+/)")
# Below those that systems hand out for outgoing connections.
PORTS = range(20_000, 32_000, 2)
OURS = ("SLIPWAY_", "TEST_", "DJANGO_", "DATABASE_URL", "PORT", "PYTEST_")


class DidNotStart(AssertionError):
    """It ended before it was ready; the text is what it printed."""


class Stack:
    """One installation: a data folder and two ports. It can be started, stopped and started again."""

    def __init__(self, data_dir: Path, *, demo: bool = True, environment: Mapping[str, str] | None = None) -> None:
        self.data_dir = data_dir
        self.demo = demo
        self.port = two_free_ports()
        self.environment = dict(environment or {})
        self.output = Output()
        self.seconds_to_start = 0.0
        self.process: subprocess.Popen[str] | None = None

    @property
    def url(self) -> str:
        """The address of the console, without a slash at the end."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def apis_url(self) -> str:
        """The address of the demo APIs, without a slash at the end."""
        return f"http://127.0.0.1:{self.port + 1}"

    def start(self, *, within_s: float = FIRST_START_S) -> float:
        """Start everything; return after how many seconds it said that it is ready. Raises ``DidNotStart``."""
        began = time.monotonic()
        self.process = launch(self.data_dir, self.port, demo=self.demo, environment=self.environment)
        self.output = Output()
        self.output.follow(self.process)
        printed = self.output.wait_for(READY, within_s=within_s)
        assert printed[1] == f"{self.url}/"
        self.seconds_to_start = time.monotonic() - began
        return self.seconds_to_start

    def processes(self) -> set[Process]:
        """Everything that runs below ``manage.py start``, and the command itself."""
        assert self.process
        return descendants(self.process.pid)

    def process_of(self, command: str) -> Process:
        """The first process whose command line holds ``command``."""
        return min((one for one in self.processes() if command in one.command), key=lambda one: one.pid)

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """Do what Ctrl-C does to the command; return its exit status. Fails if any process is left."""
        assert self.process
        family = self.processes()
        self.process.send_signal(number)
        status = self.process.wait(timeout=STOP_S)
        left = self._left_of(family)
        assert left == set(), "processes are left behind"
        self.output.finished(within_s=STOP_S)
        return status

    def clear_away(self) -> None:
        """End whatever still runs, for a test that failed on the way."""
        if self.process:
            for one in self._left_of(self.processes()):
                one.kill()
            self.process.wait()

    def _left_of(self, family: set[Process]) -> set[Process]:
        return {one for one in family if one.is_alive()} | with_in_environment(f"SLIPWAY_DATA_DIR={self.data_dir}")

    @contextmanager
    def running(self) -> Iterator["Stack"]:
        """Start, and stop in the end."""
        try:
            self.start()
            yield self
            self.stop()
        finally:
            self.clear_away()

    def keep_data(self, aside: Path) -> None:
        """Copy the data folder. Only while nothing runs."""
        shutil.rmtree(aside, ignore_errors=True)
        shutil.copytree(self.data_dir, aside)

    def restore_data(self, aside: Path) -> None:
        """Put the kept copy back. Only while nothing runs."""
        shutil.rmtree(self.data_dir)
        shutil.copytree(aside, self.data_dir)


class Company:
    """The demo company as it was first loaded, kept so that every story can begin in it."""

    def __init__(self, folder: Path) -> None:
        self.stack = Stack(folder / "data")
        self.aside = folder / "first"
        try:
            self.first_start_s = self.stack.start()
            self.stack.stop()
        finally:
            self.stack.clear_away()
        self.stack.keep_data(self.aside)

    @contextmanager
    def fresh(self, **environment: str) -> Iterator[Stack]:
        """Run it with the first data, for as long as the block lasts."""
        self.stack.restore_data(self.aside)
        self.stack.environment = environment
        with self.stack.running() as stack:
            yield stack


class Output:
    """What a process prints, followed by a thread of its own so that it never waits for us."""

    def __init__(self) -> None:
        self.text = ""
        self.ended = False
        self.changed = Condition()

    def follow(self, process: subprocess.Popen[str]) -> None:
        """Read until every process that inherited the stream has closed it."""
        Thread(target=self._read, args=(process,), daemon=True).start()

    def wait_for(self, pattern: re.Pattern[str], *, within_s: float, after: int = 0) -> re.Match[str]:
        """Return the first match behind the character ``after``. Raises ``DidNotStart`` if it does not come."""
        with self.changed:
            self.changed.wait_for(lambda: self.ended or pattern.search(self.text, after), timeout=within_s)
            if match := pattern.search(self.text, after):
                return match
        raise DidNotStart(self.text)

    def finished(self, *, within_s: float) -> str:
        """Wait for the end and return everything. Fails where a process still holds the stream."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.ended, timeout=within_s), "somebody still holds the output"
        return self.text

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout
        for line in process.stdout:
            self._add(line)
        self._add("", ended=True)

    def _add(self, line: str, *, ended: bool = False) -> None:
        with self.changed:
            self.text += line
            self.ended = ended
            self.changed.notify_all()


def launch(data_dir: Path, port: int, *, demo: bool, environment: Mapping[str, str]) -> subprocess.Popen[str]:
    """Start ``manage.py start`` in a session of its own, with nothing of the tests' own environment."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    return subprocess.Popen(
        [sys.executable, "manage.py", "start", *(["--demo"] if demo else [])],
        cwd=settings.BASE_DIR,
        env={**inherited, "PORT": str(port), "SLIPWAY_DATA_DIR": str(data_dir), **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def two_free_ports() -> int:
    """Return a port that is free together with the next one, and stays so until the stack starts again."""
    while True:
        port = random.choice(PORTS)
        with socket.socket() as first, socket.socket() as second:
            try:
                first.bind(("127.0.0.1", port))
                second.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port
