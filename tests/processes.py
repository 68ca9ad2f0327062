"""Other processes in tests: started on a database of their own, waited for, met.

They send no event that a test could wait for, so what they leave behind is asked until it is there.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from config.environment import BASE_DIR

# Far more than it takes: a machine that does other things, too, must not fail a test.
PATIENCE_S = 150.0


def python(data: Path, *arguments: str, **variables: str) -> subprocess.Popen[str]:
    """Start Python on the data folder, which is its own: the processes must not meet the tests' database."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("SLIPWAY_", "DATABASE_"))}
    env = clean | {"SLIPWAY_DATA_DIR": str(data), "PYTHONPATH": str(BASE_DIR)} | variables
    return subprocess.Popen([sys.executable, *arguments], env=env, cwd=BASE_DIR, text=True, stdout=subprocess.PIPE)


def until(condition: Callable[[], bool], evidence: Callable[[], object] = lambda: "it did not happen") -> None:
    """Ask until the condition holds. Fails with the evidence where it does not in time."""
    end = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < end, evidence()
        # Those who are asked need the processor, too.
        time.sleep(0.05)


def meet(folder: Path, name: object, me: int, others: int) -> None:
    """Return when all ``others`` processes, this one among them, have come to the meeting ``name``."""
    (folder / f"{name}-{me}").touch()
    end = time.monotonic() + PATIENCE_S
    while sum(1 for _ in folder.glob(f"{name}-*")) < others:
        assert time.monotonic() < end, f"not everybody came to {name}"
        # Only a folder is shared, so nobody can be told; the shorter the pause, the closer they set off.
        time.sleep(0.002)
