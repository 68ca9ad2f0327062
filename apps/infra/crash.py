"""Named places at which a test may stop the process, to prove that a restart finds everything whole.

``TEST_CRASH_POINTS="outbox.before_send=kill:/tmp/marker,run.after_step=raise"``: behaviours are ``kill`` (SIGKILL to
itself), ``raise`` and ``sleep`` (``sleep@2.5`` for 2.5 seconds, else 5). With a marker path the point works once: only
while that file is absent, and it is made first. Without the variable nothing here does anything.
"""

import os
import signal
import time
from pathlib import Path

VARIABLE = "TEST_CRASH_POINTS"
SLEEP_S = 5.0


class CrashPointHit(RuntimeError):
    """A test asked for a failure at this place."""


def crash_point(name: str) -> None:
    """Do what the test asked for at ``name``; nothing outside of tests."""
    listed = os.environ.get(VARIABLE)
    if listed is None:
        return
    wanted = dict(entry.split("=", 1) for entry in listed.split(",") if "=" in entry).get(name)
    if wanted is not None:
        behaviour, _, marker = wanted.partition(":")
        if not marker or _is_first(Path(marker)):
            _act(name, behaviour)


def _is_first(marker: Path) -> bool:
    try:
        marker.touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def _act(name: str, behaviour: str) -> None:
    kind, _, seconds = behaviour.partition("@")
    if kind == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif kind == "raise":
        raise CrashPointHit(name)
    elif kind == "sleep":
        # The fault itself: a process that stands still at this point, as one that was swapped out does.
        time.sleep(float(seconds or SLEEP_S))
    else:
        raise ValueError(f"{VARIABLE}: {name} has no behaviour “{behaviour}”.")
