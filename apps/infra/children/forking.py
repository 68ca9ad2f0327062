"""Children that are forked: one interpreter with our readers imported per process, and a fork of it for each task.

A fresh interpreter spends most of its time on imports. The forker (``sandbox/forker.py``) has spent it already; what
its children may do is what fresh ones may do. Where Linux or pidfds are not to be had, there is no forker.
"""

import atexit
import contextlib
import json
import os
import socket
import subprocess
import sys
from threading import Lock

from apps.infra.children.channel import WAIT_S, Channel, ChildLost, ChildOrphaned, interpreter

STATUS_BYTES = 4
# Far more than a living forker takes to tell of an end.
PATIENCE_S = 5.0
# A process that reads nothing for so long gets the memory back; its next task starts another forker.
IDLE_S = 900.0


def is_possible() -> bool:
    """Whether this system can fork children and tell for certain which one has ended."""
    return sys.platform == "linux" and hasattr(os, "pidfd_open")


class Forked(Channel):
    """One child of a forker."""

    def __init__(self, forker: "Forker", stdin: int, stdout: int, status: socket.socket) -> None:
        super().__init__(os.fdopen(stdin, "wb", 0), os.fdopen(stdout, "rb", 0))
        self._forker = forker
        self._status = status
        self._code: int | None = None
        self._is_orphan = False

    def end(self) -> int:
        # Shut, not closed: a fork of this process may hold the socket, too.
        with contextlib.suppress(OSError):
            self._status.shutdown(socket.SHUT_WR)
        self._hear(PATIENCE_S)
        if self._code is None:
            self._forker.kill()
        for each in (self._stdin, self._stdout, self._status):
            each.close()
        return -9 if self._code is None else self._code

    def wait_briefly(self) -> None:
        self._hear(WAIT_S)

    def _lost(self, error: Exception) -> ChildLost:
        lost = super()._lost(error)
        if self._is_orphan and not lost.late and not lost.too_much:
            return ChildOrphaned(lost.returncode)
        return lost

    def _hear(self, patience_s: float) -> None:
        """Learn how the child ended, or that the forker is no more."""
        if self._code is not None or self._is_orphan:
            return
        self._status.settimeout(patience_s)
        try:
            told = self._status.recv(STATUS_BYTES)
        except TimeoutError:
            return
        except OSError:
            told = b""
        self._is_orphan = not told
        if told:
            self._code = os.waitstatus_to_exitcode(int.from_bytes(told))


class Forker:
    """The interpreter that forks. Any thread may ask it."""

    def __init__(self, idle_s: float = IDLE_S) -> None:
        self._control, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with other:
            self._process = interpreter("forker.py", (str(idle_s),), other.fileno(), subprocess.DEVNULL)

    @property
    def pid(self) -> int:
        return self._process.pid

    def fork(self, target: str, memory_mib: int, cpu_s: int, open_files: int) -> Forked:
        """Return a child that is about to run ``target``. Raises ``OSError`` if the forker is no more."""
        with contextlib.ExitStack() as ours, contextlib.ExitStack() as theirs:
            its_stdin, stdin = os.pipe()
            stdout, its_stdout = os.pipe()
            status, its_status = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            for descriptor in (its_stdin, its_stdout):
                theirs.callback(os.close, descriptor)
            for descriptor in (stdin, stdout):
                ours.callback(os.close, descriptor)
            theirs.enter_context(its_status)
            ours.enter_context(status)
            message = json.dumps([target, memory_mib, cpu_s, open_files]).encode()
            socket.send_fds(self._control, [message], [its_stdin, its_stdout, its_status.fileno()])
            ours.pop_all()
        return Forked(self, stdin, stdout, status)

    def kill(self) -> None:
        """End it and every child of it."""
        self._process.kill()
        self._process.wait()

    def end(self) -> None:
        """End it for good. Called by one thread, when no other asks it for a child."""
        self.kill()
        self._control.close()

    def leave(self) -> None:
        """Let go of it without ending it: this process is a fork of the one that it belongs to."""
        self._control.close()
        self._process.returncode = 0


class _Place:
    """Where the forker of this process is kept."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.forker: Forker | None = None

    def fork(self, target: str, memory_mib: int, cpu_s: int, open_files: int) -> Forked:
        with self.lock:
            if self.forker is not None:
                try:
                    return self.forker.fork(target, memory_mib, cpu_s, open_files)
                except OSError:
                    self.forker.end()
            self.forker = Forker()
            return self.forker.fork(target, memory_mib, cpu_s, open_files)

    def leave(self) -> None:
        if self.forker is not None:
            self.forker.leave()
        # Nobody here would ever give back a lock that another thread held there.
        self.lock, self.forker = Lock(), None

    def end(self) -> None:
        if self.forker is not None:
            self.forker.end()
            self.forker = None


_place = _Place()
fork = _place.fork


def running() -> int | None:
    """The process id of this process's forker, if there is one."""
    forker = _place.forker
    return forker.pid if forker else None


os.register_at_fork(after_in_child=_place.leave)
atexit.register(_place.end)
