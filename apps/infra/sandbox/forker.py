"""Main program of the forker: it has our readers imported and forks one child for every task that its parent sends.

It stays as it began: one thread, no environment, nothing of any document. What a stranger wrote goes from the parent
straight to the child. It ends when its parent does, and every child ends with it.

Arguments: after how many idle seconds it ends, then the folders to import from. The control socket is descriptor 0; a
request is one message on it: JSON [target, MiB, CPU seconds, open files] with three descriptors: what the child reads,
what it writes, and a socket for its exit status (as waitpid gives it, four bytes). The parent wants the child's end
when it shuts its side of that.
"""

import contextlib
import ctypes
import gc
import json
import os
import resource
import selectors
import signal
import socket
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NoReturn

PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
MOST_FILES = 256
MOST_REQUEST = 4096

type Prctl = Callable[[int, int, int, int, int], int]


@dataclass
class Running:
    """A child, and the socket on which the parent waits for its end."""

    pid: int
    pidfd: int
    status: socket.socket
    is_over: bool = False


@dataclass
class Forker:
    """Everything this process knows."""

    control: socket.socket
    readable: tuple[str, ...]
    prctl: Prctl
    selector: selectors.BaseSelector
    idle_s: float
    functions: dict[str, Callable[[bytes], Any]] = field(default_factory=dict)
    me: int = field(default_factory=os.getpid)

    def work(self) -> None:
        """Serve until the parent goes, or has had nothing to read for long."""
        self.selector.register(self.control, selectors.EVENT_READ, self._take)
        while ready := self._ready():
            for key, _events in ready:
                if not key.data():
                    return

    def _ready(self) -> list[tuple[selectors.SelectorKey, int]]:
        is_idle = len(self.selector.get_map()) == 1
        return self.selector.select(self.idle_s if is_idle else None)

    def _take(self) -> bool:
        """Fork a child for the next request. False when the parent has gone."""
        message, descriptors, _flags, _address = socket.recv_fds(self.control, MOST_REQUEST, 3)
        if not message:
            return False
        target, *bounds = json.loads(message)
        self._learn(target)
        pid = os.fork()
        if pid == 0:
            self._become(target, bounds, descriptors)
        self._watch(pid, descriptors)
        return True

    def _learn(self, target: str) -> None:
        """Import what a task needs, once for all children. One that cannot be imported fails in its child."""
        if target not in self.functions:
            with contextlib.suppress(Exception):
                self.functions[target] = task_child().function_of(target)
            # What is here now is never garbage: children need not copy its pages to find that out.
            gc.collect()
            gc.freeze()

    def _become(self, target: str, bounds: list[int], descriptors: list[int]) -> NoReturn:
        """Be the child: keep two pipes, die with the forker, run one task."""
        try:
            self.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
            if os.getppid() != self.me:
                os._exit(1)
            os.setsid()
            os.dup2(descriptors[0], 0)
            os.dup2(descriptors[1], 1)
            os.closerange(3, MOST_FILES)
            memory_mib, cpu_s, open_files = bounds
            function = self.functions.get(target) or task_child().function_of(target)
            task_child().serve(function, (memory_mib, cpu_s, open_files), self.readable)
            os._exit(0)
        finally:
            os._exit(1)

    def _watch(self, pid: int, descriptors: list[int]) -> None:
        incoming, outgoing, status = descriptors
        os.close(incoming)
        os.close(outgoing)
        child = Running(pid, os.pidfd_open(pid), socket.socket(fileno=status))
        self.selector.register(child.pidfd, selectors.EVENT_READ, lambda: self._bury(child))
        self.selector.register(child.status, selectors.EVENT_READ, lambda: self._end(child))

    def _end(self, child: Running) -> bool:
        """The parent wants no more of this child. Not reaped yet, so its number is still its own."""
        if not child.is_over:
            self.selector.unregister(child.status)
            os.kill(child.pid, signal.SIGKILL)
        return True

    def _bury(self, child: Running) -> bool:
        """The child has ended: tell the parent how."""
        child.is_over = True
        _pid, status = os.waitpid(child.pid, 0)
        with contextlib.suppress(OSError):
            child.status.send(status.to_bytes(4))
        self.selector.unregister(child.pidfd)
        if child.status in self.selector.get_map():
            self.selector.unregister(child.status)
        os.close(child.pidfd)
        child.status.close()
        return True


def main(idle_s: str, *folders: str) -> None:
    sys.path += folders
    task_child().prepare(())
    prctl = ctypes.CDLL(None).prctl
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (MOST_FILES, MOST_FILES))
    with socket.socket(fileno=0) as control, selectors.PollSelector() as selector:
        Forker(control, task_child().readable(folders), prctl, selector, float(idle_s)).work()
    # Children that still run go with this process.
    os._exit(0)


def task_child() -> Any:
    """The code that both kinds of children share, found only when sys.path is set."""
    from apps.infra.sandbox import task_child as found  # noqa: PLC0415

    return found


if __name__ == "__main__":
    main(*sys.argv[1:])
