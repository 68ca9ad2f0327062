"""What /proc knows about processes: who descends from whom, and who is still there."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True)
class Process:
    """A process, told from a later one with the same number by the moment of its start."""

    pid: int
    parent: int
    started: int
    command: str

    def is_alive(self) -> bool:
        """Tell whether it still runs. What is dead and only waits to be reaped does not."""
        return (now := _read(self.pid)) is not None and now.started == self.started

    def kill(self) -> None:
        """End it without asking."""
        if self.is_alive():
            os.kill(self.pid, signal.SIGKILL)


def descendants(pid: int) -> set[Process]:
    """Return the process and everything below it."""
    everybody = {one.pid: one for one in all_processes()}
    found = {pid}
    grown = True
    while grown:
        below = {one.pid for one in everybody.values() if one.parent in found} - found
        found |= below
        grown = bool(below)
    return {everybody[one] for one in found if one in everybody}


def with_in_environment(setting: str) -> set[Process]:
    """Return the processes that were started with ``setting`` ("NAME=value")."""
    return {one for one in all_processes() if setting in _environment(one.pid)}


def all_processes() -> list[Process]:
    """Return every process that this user may see and that is not dead."""
    numbers = [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()]
    return [one for number in numbers if (one := _read(number)) is not None]


def _read(pid: int) -> Process | None:
    try:
        # The name in parentheses may hold spaces and parentheses itself.
        state, *fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
        command = (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return None if state in "ZX" else Process(pid, int(fields[0]), int(fields[18]), command)


def _environment(pid: int) -> list[str]:
    try:
        return (PROC / str(pid) / "environ").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return []
