"""Set before anything of a stranger is read. Knows only the standard library."""

import os
import resource
import sys

LENGTH_BYTES = 4
MIB = 1024 * 1024
FORBIDDEN_EVENTS = (
    "socket.",
    "subprocess.",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "os.system",
    "ctypes.",
    "pty.",
    "shutil.",
    "tempfile.",
    "urllib.",
    "http.",
    "ftplib.",
    "smtplib.",
)


def limit(*, memory_mib: int, cpu_s: int, open_files: int) -> None:
    """Bound this process for good: no core dump, no file writing, no new process, little memory, time and files."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (open_files, open_files))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_s, cpu_s + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory_mib * MIB, memory_mib * MIB))


def grant_cpu(seconds: int) -> None:
    """Let this process use about ``seconds`` more from now on, within what its whole life may take."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = min(round(used.ru_utime + used.ru_stime + seconds), hard)
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def refuse_outside(readable: tuple[str, ...]) -> None:
    """From now on Python code here opens no socket, starts nothing, and reads only files below ``readable``.

    The limits are the wall; this stops a parser that would follow a reference of the document that it reads.
    """

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event.startswith(FORBIDDEN_EVENTS):
            raise PermissionError(f"{event} is not allowed in this process")
        if event == "open" and isinstance(arguments[0], (str, bytes)):
            path = os.path.realpath(os.fsdecode(arguments[0]))
            if not path.startswith(readable):
                raise PermissionError("This process opens no files.")

    sys.addaudithook(hook)


def read_frame() -> bytes | None:
    """The next frame from the parent; none when the parent has gone."""
    head = _read_exactly(LENGTH_BYTES)
    return None if head is None else _read_exactly(int.from_bytes(head))


def write_frame(answer: bytes) -> None:
    """Hand one answer to the parent."""
    view = memoryview(len(answer).to_bytes(LENGTH_BYTES) + answer)
    while view:
        view = view[os.write(1, view) :]


def _read_exactly(count: int) -> bytes | None:
    data = bytearray()
    while len(data) < count:
        piece = os.read(0, min(count - len(data), MIB))
        if not piece:
            return None
        data += piece
    return bytes(data)
