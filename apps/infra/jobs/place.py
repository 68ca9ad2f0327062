"""Where a process lives, so that a restarted worker can tell at once that its predecessor is gone."""

import os
import platform
from pathlib import Path


def here() -> str:
    """Return a name of the set of processes that this one can see; empty where the system does not tell.

    Two containers may share a host name and a process number, but never the kernel's boot and process namespace.
    """
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        namespace = os.readlink("/proc/self/ns/pid")  # noqa: PTH115 - the target is a name, not a path
    except OSError:
        return ""
    return f"{platform.node()}/{boot}/{namespace}"


def started(pid: int) -> str:
    """Return when the kernel started a process, to tell it from a later one of the same number; empty if gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    state, *fields = stat.rpartition(")")[2].split()
    return "" if state in "ZX" else fields[18]


def is_gone(*, place: str, pid: int, start: str) -> bool:
    """Tell for certain that the process ended. False also means "cannot know from here"."""
    return bool(place) and place == here() and started(pid) != start
