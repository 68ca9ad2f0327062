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
