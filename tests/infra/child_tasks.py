"""What a child may be asked to do in the tests. Runs inside the sandbox; imports nothing of Django."""

import json
import os
import resource
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any


def echo(payload: bytes) -> Any:
    return json.loads(payload)


def surroundings(_payload: bytes) -> Any:
    names = ("CORE", "FSIZE", "NOFILE", "CPU", "AS")
    limits = {name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))[0] for name in names}
    return {"environment": dict(os.environ), "limits": limits, "folder": str(Path.cwd()), "flags": sys.flags.isolated}


def family(_payload: bytes) -> Any:
    return {"me": os.getpid(), "parent": os.getppid()}


def descriptors(_payload: bytes) -> Any:
    kinds = {}
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 - pathlib would stat them
        try:
            kinds[int(name)] = os.readlink(f"/proc/self/fd/{name}").partition(":")[0]  # noqa: PTH115
        except FileNotFoundError:
            continue  # the one that the folder itself was read by
    return {"kinds": kinds, "most": resource.getrlimit(resource.RLIMIT_NOFILE)[0]}


def remember(payload: bytes) -> Any:
    """What an earlier task left behind in this process, and leave something for later ones."""
    found = [sys.__dict__.get("left"), os.environ.get("LEFT"), "tests.infra.left" in sys.modules]
    sys.left = payload  # type: ignore[attr-defined]
    os.environ["LEFT"] = payload.decode()
    sys.modules["tests.infra.left"] = sys
    return found


def tell_and_wait(_payload: bytes) -> Any:
    """Tell the own process id in a frame and stay."""
    told = str(os.getpid()).encode()
    os.write(1, len(told).to_bytes(4) + told)
    signal.pause()


def end_the_forker(_payload: bytes) -> Any:
    if not sys.argv[0].endswith("forker.py"):
        return "answered by a fresh one"
    os.kill(os.getppid(), signal.SIGKILL)
    return signal.pause()


def forbidden(payload: bytes) -> Any:
    acts = {
        "read": lambda: Path("/etc/passwd").read_text(),
        "read by link": lambda: Path("/proc/self/environ").read_bytes(),
        "write": lambda: Path("/tmp/slipway-child-was-here").write_text("x"),  # noqa: S108
        "connect": lambda: socket.create_connection(("127.0.0.1", 1)),
        "start": lambda: subprocess.run(["true"], check=True),  # noqa: S607
        "fork": os.fork,
        "system": lambda: os.system("true"),  # noqa: S605, S607
        "django": lambda: __import__("django"),
    }
    acts[payload.decode()]()
    return "done"


def fail(payload: bytes) -> Any:
    def fill() -> list[bytearray]:
        return [bytearray(2**20) for _ in range(10_000)]

    def spin() -> None:
        while True:
            pass

    acts = {
        "memory": fill,
        "spin": spin,
        "wait": signal.pause,
        "die": lambda: os.kill(os.getpid(), signal.SIGSEGV),
        "exit": lambda: os._exit(0),
        "answer too much": lambda: "a" * (3 * 2**20),
        "deep": lambda: json.loads("[" * 100_000),
        "garbage": lambda: os.write(1, b"\xff\xff\xff\xff garbage") and signal.pause(),
        "sentence": lambda: int("not a number"),
        "print": lambda: print("to nowhere"),  # noqa: T201
    }
    return acts[payload.decode()]()
