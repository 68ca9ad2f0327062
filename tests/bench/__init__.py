"""Figures that we promise, measured: ``make bench``. Each module here with a ``bench`` gives lines of one table.

Nothing of this runs in the tests: a busy machine is slow, and a test must not fail for that.
"""

import gc
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Line:
    """One figure. ``limit``: the most that it may be; None where it stands here to be compared with."""

    name: str
    figure: float
    unit: str
    limit: float | None = None

    @property
    def is_kept(self) -> bool:
        return self.limit is None or self.figure <= self.limit


def milliseconds(act: Callable[[], object], times: int = 9, *, before: Callable[[], object] = lambda: None) -> float:
    """How long ``act`` keeps a processor in the median, children that answer it included; ``before`` is not counted.

    The processor's time, not the wall's: others may use the machine, too.
    """
    took = []
    for _ in range(times):
        before()
        gc.collect()
        began = _spent_ns()
        act()
        took.append((_spent_ns() - began) / 1e6)
    return sorted(took)[len(took) // 2]


def _spent_ns() -> int:
    """Nanoseconds that this process and its descendants have kept a processor; those that ended, in ticks."""
    return time.process_time_ns() + sum(map(_spent_by, _descendants(os.getpid())))


def _spent_by(pid: int) -> int:
    try:
        ended = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[13:15]
        alive = sum(int(task.read_text().split()[0]) for task in Path(f"/proc/{pid}/task").glob("*/schedstat"))
    except FileNotFoundError:
        return 0
    return alive + sum(map(int, ended)) * 1_000_000_000 // os.sysconf("SC_CLK_TCK")


def _descendants(pid: int) -> Iterator[int]:
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, file.read_text().split()):
            yield child
            yield from _descendants(child)
