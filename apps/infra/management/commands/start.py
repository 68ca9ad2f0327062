"""One command starts everything: web, worker and, in the demo, the demo APIs. Ctrl-C stops everything."""

import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.accounts.selectors import active_people
from apps.infra.sealed import create_key_file

# A worker finishes the calls that are under way first; one that is killed in a call may leave its outcome unknown.
GRACE_SECONDS = 80
AT_ONCE_SECONDS = 5
EARLY_DEATHS = 3
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop(Exception):
    """Somebody asked everything to stop."""


class Command(BaseCommand):
    help = "Prepares the database and starts web and worker; with --demo the demo company and its APIs too."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--demo", action="store_true", help="load the demo company and start its APIs")

    def handle(self, *_: Any, demo: bool, **__: Any) -> None:
        stopping = Stopping()
        processes = Processes({"SLIPWAY_DEMO": "true"} if demo else {}, stopping)
        try:
            _refuse_taken_ports(settings.SLIPWAY_PORT, *([settings.SLIPWAY_DEMO_APIS_PORT] if demo else []))
            self._prepare()
            if demo:
                self._load_demo(processes)
            processes.start("worker", _manage("worker"), again=True)
            processes.environment["WELCOME"] = _welcome(demo=demo)
            processes.start("web", [sys.executable, "-m", "gunicorn", "-c", "python:config.gunicorn", "config.wsgi"])
            processes.supervise()
        except Stop:
            self.stdout.write("Stopping; calls that are under way are finished first ...")
        finally:
            stopping.ignore_more()
            processes.stop()

    def _prepare(self) -> None:
        create_key_file()
        call_command("build_static", verbosity=0)
        call_command("migrate", verbosity=0)
        if not settings.DEBUG:
            _collect_static_files()

    def _load_demo(self, processes: "Processes") -> None:
        apis = f"http://127.0.0.1:{settings.SLIPWAY_DEMO_APIS_PORT}"
        settings.SLIPWAY_DEMO_APIS_PORT_FILE.write_text(str(settings.SLIPWAY_DEMO_APIS_PORT))
        processes.start("demo APIs", _manage("demo_apis"))
        self.stdout.write("Loading the demo company (the first time takes a minute) ...")
        processes.run("load_demo", _manage("load_demo", "--apis", apis))


class Stopping:
    """Turns signals into ``Stop``, but not while a process is being started: it would be forgotten and left behind."""

    def __init__(self) -> None:
        self.asked = self.held = False
        for name in SIGNALS:
            signal.signal(name, self._ask)

    @contextmanager
    def held_back(self) -> Iterator[None]:
        """Raise ``Stop`` only at the end of the block."""
        self.held = True
        yield
        self.held = False
        if self.asked:
            raise Stop

    def ignore_more(self) -> None:
        """Do not let a second Ctrl-C interrupt the end."""
        for name in SIGNALS:
            signal.signal(name, signal.SIG_IGN)

    def _ask(self, _signal: int, _frame: FrameType | None) -> None:
        self.asked = True
        if not self.held:
            raise Stop


@dataclass(frozen=True)
class Child:
    """A process that is to run as long as this command does."""

    name: str
    process: subprocess.Popen[bytes]
    command: list[str]
    again: bool
    started: float
    early_deaths: int = 0


class Processes:
    """Children of this command, each in a session of its own, so that a Ctrl-C reaches this command alone."""

    def __init__(self, environment: Mapping[str, str], stopping: Stopping) -> None:
        self.environment = {**os.environ, **environment}
        self.stopping = stopping
        self.running: dict[int, Child] = {}

    def start(self, name: str, command: list[str], *, again: bool = False, early_deaths: int = 0) -> int:
        """Start a process and return its number. ``again``: start it anew when it dies, unless it keeps dying."""
        with self.stopping.held_back():
            process = subprocess.Popen(command, env=self.environment, start_new_session=True)  # noqa: S603 - our own commands
            self.running[process.pid] = Child(name, process, command, again, time.monotonic(), early_deaths)
        return process.pid

    def run(self, name: str, command: list[str]) -> None:
        """Run a process to its end. Raises ``CommandError`` when it fails."""
        pid = self.start(name, command)
        status = self.running[pid].process.wait()
        del self.running[pid]
        if status:
            raise CommandError(f"{name} failed with status {status}; its message stands above.")

    def supervise(self) -> None:
        """Wait until a process dies that is not to be started again. Raises ``CommandError`` then."""
        while True:
            pid, status = os.waitpid(-1, 0)
            if pid not in self.running:
                continue
            child = self.running.pop(pid)
            child.process.returncode = os.waitstatus_to_exitcode(status)
            is_early = time.monotonic() - child.started < AT_ONCE_SECONDS
            early_deaths = child.early_deaths + 1 if is_early else 0
            if not child.again or early_deaths == EARLY_DEATHS:
                raise CommandError(f"{child.name} ended with status {child.process.returncode}; everything stops.")
            self.start(child.name, child.command, again=True, early_deaths=early_deaths)

    def stop(self) -> None:
        """Ask every process to end, and make those end that do not, with all that they started."""
        processes = [child.process for child in self.running.values()]
        for process in processes:
            process.terminate()
        for process in processes:
            with suppress(subprocess.TimeoutExpired):
                process.wait(GRACE_SECONDS)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _refuse_taken_ports(*ports: int) -> None:
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                raise CommandError(
                    f"Port {port} cannot be used ({error.strerror}). End what listens there, "
                    f"or choose another: PORT={port + 100} make run"
                ) from error


def _collect_static_files() -> None:
    """Hash and compress the static files, which takes seconds, unless they are those of the last time."""
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    files = [Path(storage.path(name)) for finder in finders.get_finders() for name, storage in finder.list([])]
    told = [f"{file} {file.stat().st_size} {file.stat().st_mtime_ns}" for file in files]
    state = hashlib.sha256("\n".join(told).encode()).hexdigest()
    if not stamp.exists() or stamp.read_text() != state:
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(state)


def _welcome(*, demo: bool) -> str:
    address = f"Slipway is ready: http://127.0.0.1:{settings.SLIPWAY_PORT}/"
    if not demo:
        return address
    people = "\n".join(f"  {person.display_name:<8} {person.role_label}" for person in active_people())
    apis = f"The demo APIs: http://127.0.0.1:{settings.SLIPWAY_DEMO_APIS_PORT}/"
    return f"{address}\nSign in with one click as\n{people}\n{apis}\nCtrl-C stops everything."


def _manage(*arguments: str) -> list[str]:
    return [sys.executable, str(settings.BASE_DIR / "manage.py"), *arguments]
