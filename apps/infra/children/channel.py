"""A child process and the two pipes to it: one frame in, one frame out, by a deadline.

A frame is four bytes of length and that many bytes. The other side is not trusted: the parent reads no more than it
is willing to hold, and waits no longer than it said.
"""

import contextlib
import os
import selectors
import signal
import subprocess
import sys
import sysconfig
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from typing import IO

LENGTH_BYTES = 4
STEP = 64 * 1024
# A child that closed its pipe ends by itself, sooner than this.
WAIT_S = 0.5
SCRIPTS = Path(__file__).parent.parent / "sandbox"
# Where the child finds our code and the installed packages; it starts with neither.
FOLDERS = (str(SCRIPTS.parents[2]), *dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib"))))


class ChildLost(Exception):
    """The child gave no answer and is gone. ``returncode`` is negative for a signal; ``late`` if we ended it."""

    def __init__(self, returncode: int, *, late: bool = False, too_much: bool = False) -> None:
        super().__init__(f"child ended with {returncode}")
        self.returncode = returncode
        self.late = late or returncode == -signal.SIGXCPU
        self.too_much = too_much


class ChildOrphaned(ChildLost):
    """What had started the child went away, and the child with it: another one may well answer."""


def interpreter(script: str, arguments: Sequence[str], stdin: int, stdout: int) -> subprocess.Popen[bytes]:
    """Start a script of the sandbox package: no environment, no site packages but those it is told of."""
    # -I: no PYTHON* variables, no user site, no current directory. -S: no site hooks; the script adds folders.
    return subprocess.Popen(  # noqa: S603 - our own interpreter and script, fixed arguments
        [sys.executable, "-I", "-S", "-B", str(SCRIPTS / script), *arguments, *FOLDERS],
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
        close_fds=True,
        start_new_session=True,
        bufsize=0,
    )


class Channel(ABC):
    """The two pipes to a process that can be lost. Belongs to one thread at a time."""

    def __init__(self, stdin: IO[bytes], stdout: IO[bytes]) -> None:
        self._stdin, self._stdout = stdin, stdout
        os.set_blocking(self._stdin.fileno(), False)

    @abstractmethod
    def end(self) -> int:
        """End the child, now. Returns its exit status; negative is the signal that ended it."""

    @abstractmethod
    def wait_briefly(self) -> None:
        """Wait for a child that closed its pipe: its own status tells more than our kill would."""

    def ask(self, frame: bytes, *, wall_s: float, most_bytes: int) -> bytes:
        """Send one frame and return the answer. Raises ``ChildLost``, after which this child is of no more use."""
        deadline = time.monotonic() + wall_s
        try:
            return self._converse(len(frame).to_bytes(LENGTH_BYTES) + frame, deadline, most_bytes)
        except (TimeoutError, EOFError, OverflowError, BrokenPipeError) as error:
            if isinstance(error, (EOFError, BrokenPipeError)):
                self.wait_briefly()
            raise self._lost(error) from None

    def _lost(self, error: Exception) -> ChildLost:
        late, too_much = isinstance(error, TimeoutError), isinstance(error, OverflowError)
        return ChildLost(self.end(), late=late, too_much=too_much)

    def _converse(self, outgoing: bytes, deadline: float, most_bytes: int) -> bytes:
        incoming = bytearray()
        rest = memoryview(outgoing)
        with selectors.DefaultSelector() as selector:
            selector.register(self._stdout, selectors.EVENT_READ)
            selector.register(self._stdin, selectors.EVENT_WRITE)
            while True:
                for key, _events in _ready(selector, deadline):
                    if key.fileobj is self._stdin:
                        rest = self._write(rest, selector)
                    elif (answer := self._read(incoming, most_bytes)) is not None:
                        return answer

    def _write(self, rest: memoryview, selector: selectors.BaseSelector) -> memoryview:
        rest = rest[os.write(self._stdin.fileno(), rest[:STEP]) :]
        if not rest:
            selector.unregister(self._stdin)
        return rest

    def _read(self, incoming: bytearray, most_bytes: int) -> bytes | None:
        piece = os.read(self._stdout.fileno(), STEP)
        if not piece:
            raise EOFError
        incoming += piece
        if len(incoming) < LENGTH_BYTES:
            return None
        length = int.from_bytes(incoming[:LENGTH_BYTES])
        if length > most_bytes or len(incoming) > LENGTH_BYTES + length:
            raise OverflowError
        return bytes(incoming[LENGTH_BYTES:]) if len(incoming) == LENGTH_BYTES + length else None


class Child(Channel):
    """One interpreter that runs ``script`` of the sandbox package."""

    def __init__(self, script: str, arguments: Sequence[str] = ()) -> None:
        self._process = interpreter(script, arguments, subprocess.PIPE, subprocess.PIPE)
        super().__init__(_pipe(self._process.stdin), _pipe(self._process.stdout))

    @property
    def pid(self) -> int:
        return self._process.pid

    def end(self) -> int:
        self._process.kill()
        code = self._process.wait()
        self._stdin.close()
        self._stdout.close()
        return code

    def wait_briefly(self) -> None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=WAIT_S)


def _ready(selector: selectors.BaseSelector, deadline: float) -> list[tuple[selectors.SelectorKey, int]]:
    events = selector.select(max(0.0, deadline - time.monotonic()))
    if not events and time.monotonic() >= deadline:
        raise TimeoutError
    return events


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise RuntimeError("The child has no pipe.")
    return pipe
