"""The one program beside our own that may open a connection: git, with everything about it fixed (T14)."""

import contextlib
import functools
import os
import re
import resource
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from apps.infra.egress.errors import DeadlinePassed, GitRefused
from apps.infra.egress.policy import MIB

# No file that git or its answer writes may grow larger; one fetch is one such file.
MOST_BYTES = 64 * MIB
MOST_MEMORY = 2048 * MIB
# The first that connects to the address we checked and not to one that it looked up itself (http.curloptResolve).
NEEDED = (2, 37)
PREFIX = "slipway-git-"
STALE_S = 600

FIXED = {
    "core.symlinks": "false",
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.askPass": "",
    "credential.helper": "",
    "submodule.recurse": "false",
    "fetch.recurseSubmodules": "false",
    "fetch.writeCommitGraph": "false",
    # One pack, whose size the limit bounds, instead of any number of loose objects.
    "fetch.unpackLimit": "1",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "pack.threads": "1",
    "protocol.version": "2",
    "transfer.bundleURI": "false",
    "http.followRedirects": "false",
    "http.proxy": "",
    "http.lowSpeedLimit": "1000",
    "http.lowSpeedTime": "15",
}


@functools.cache
def git_program() -> str:
    """Where git is. Raises ``GitRefused`` if there is none, or none that can be told which address to call."""
    found = shutil.which("git")
    mend = "Install git 2.37 or newer on Slipway's machine, or upload the files as an archive."
    if found is None:
        raise GitRefused("This host offers no archives, and Slipway's machine has no git.", mend)
    told = subprocess.run([found, "version"], capture_output=True, text=True, env={}, check=False, timeout=10)  # noqa: S603 - fixed
    version = re.search(r"(\d+)\.(\d+)", told.stdout)
    if version is None or (int(version[1]), int(version[2])) < NEEDED:
        raise GitRefused("The git of Slipway's machine is too old to be used safely.", mend)
    return found


@contextlib.contextmanager
def git_room() -> Iterator[Path]:
    """A new folder that is gone afterwards, whatever happens; what a killed process left is swept away first."""
    _sweep()
    room = Path(tempfile.mkdtemp(prefix=PREFIX))
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def run_git(
    room: Path,
    *arguments: str,
    protocol: str,
    until: float,
    given: bytes = b"",
    settings: Sequence[tuple[str, str]] = (),
) -> bytes:
    """What ``git arguments`` prints, run in ``room``. Raises ``GitRefused`` and, at ``until``, ``DeadlinePassed``."""
    options = [part for name, value in (*FIXED.items(), *settings) for part in ("-c", f"{name}={value}")]
    files = {name: room / name for name in ("in", "out", "err")}
    files["in"].write_bytes(given)
    with files["in"].open("rb") as stdin, files["out"].open("wb") as stdout, files["err"].open("wb") as stderr:
        process = subprocess.Popen(  # noqa: S603 - git itself, fixed options, checked values behind "--"
            [git_program(), *options, *arguments],
            stdin=stdin,
            stdout=stdout,
            stderr=stderr,
            env=_environment(room, protocol),
            cwd=room,
            close_fds=True,
            start_new_session=True,
        )
        _bound(process.pid)
        code = _ended(process, until)
    if code:
        raise _why(files["err"], room)
    return files["out"].read_bytes()


def _environment(room: Path, protocol: str) -> dict[str, str]:
    return {
        "GIT_ALLOW_PROTOCOL": protocol,
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_DIR": str(room / "repository"),
        "GIT_TERMINAL_PROMPT": "0",
        "HOME": str(room),
        "LC_ALL": "C",
        "PATH": os.defpath,
    }


def _bound(pid: int) -> None:
    # Set from outside, right after the start: code between fork and exec could hang in a process with threads.
    limits = {
        resource.RLIMIT_FSIZE: MOST_BYTES,
        resource.RLIMIT_AS: MOST_MEMORY,
        resource.RLIMIT_CPU: 60,
        resource.RLIMIT_CORE: 0,
    }
    with contextlib.suppress(ProcessLookupError):
        for which, most in limits.items():
            resource.prlimit(pid, which, (most, most))


def _ended(process: "subprocess.Popen[bytes]", until: float) -> int:
    try:
        return process.wait(max(0.05, until - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise DeadlinePassed("The repository could not be fetched in time.", maybe_sent=True) from None
    finally:
        if process.returncode is None:
            # git starts helpers; they are of its group.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _why(errors: Path, room: Path) -> GitRefused:
    with errors.open("rb") as file:
        text = file.read(20_000).decode("utf-8", "replace").replace(str(room), "…")
    # Whoever wrote at the limit was ended in silence; the file tells.
    if any(file.stat().st_size >= MOST_BYTES for file in room.rglob("*") if file.is_file()):
        told = f"The repository is larger than {MOST_BYTES // MIB} MiB, the limit for one fetch."
        return GitRefused(told, "Upload the document and the files that it refers to as an archive.")
    lines = [line for line in text.splitlines() if line.startswith(("fatal:", "error:"))]
    why = lines[-1].partition(":")[2].strip()[:200] if lines else "it gave no reason"
    return GitRefused(f"git could not read the repository: {why}.", "Check address and name of the branch.")


def _sweep() -> None:
    for left in Path(tempfile.gettempdir()).glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            about = left.lstat()
            if about.st_uid == os.getuid() and about.st_mtime < time.time() - STALE_S:
                shutil.rmtree(left, ignore_errors=True)
