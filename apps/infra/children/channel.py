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
from collections.abc import Sequence
from pathlib import Path
from typing import IO

LENGTH_BYTES = 4
STEP = 64 * 1024
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


class Child:
    """One interpreter that runs ``script`` of the sandbox package. Belongs to one thread at a time."""

    def __init__(self, script: str, arguments: Sequence[str] = ()) -> None:
        # -I: no PYTHON* variables, no user site, no current directory. -S: no site hooks; the script adds folders.
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and script, fixed arguments
            [sys.executable, "-I", "-S", "-B", str(SCRIPTS / script), *arguments, *FOLDERS],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
            close_fds=True,
            start_new_session=True,
            bufsize=0,
        )
        self._stdin, self._stdout = _pipe(self._process.stdin), _pipe(self._process.stdout)
        os.set_blocking(self._stdin.fileno(), False)

    @property
    def pid(self) -> int:
        return self._process.pid

    def ask(self, frame: bytes, *, wall_s: float, most_bytes: int) -> bytes:
        """Send one frame and return the answer. Raises ``ChildLost``, after which this child is of no more use."""
        deadline = time.monotonic() + wall_s
        try:
            return self._converse(len(frame).to_bytes(LENGTH_BYTES) + frame, deadline, most_bytes)
        except (TimeoutError, EOFError, OverflowError, BrokenPipeError) as error:
            if isinstance(error, (EOFError, BrokenPipeError)):
                self._wait_briefly()
            late, too_much = isinstance(error, TimeoutError), isinstance(error, OverflowError)
            raise ChildLost(self.end(), late=late, too_much=too_much) from None

    def end(self) -> int:
        """End the child, now. Returns its exit status; negative is the signal that ended it."""
        self._process.kill()
        code = self._process.wait()
        self._stdin.close()
        self._stdout.close()
        return code

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

    def _wait_briefly(self) -> None:
        """A child that closed its pipe is about to end; its own status tells more than our kill would."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(timeout=0.5)


def _ready(selector: selectors.BaseSelector, deadline: float) -> list[tuple[selectors.SelectorKey, int]]:
    events = selector.select(max(0.0, deadline - time.monotonic()))
    if not events and time.monotonic() >= deadline:
        raise TimeoutError
    return events


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise RuntimeError("The child has no pipe.")
    return pipe
