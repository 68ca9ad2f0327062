"""What it costs to read one typed text in a child of its own: forked, and as a fresh interpreter."""

import os
import resource
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from apps.infra import children
from apps.infra.children import forking
from apps.releases import reading
from apps.releases.starters import all_starters
from tests.bench import Line, milliseconds

FORKED, FRESH = 60, 10


def bench() -> Iterable[Line]:
    """Read a starter again and again, both ways."""
    text = all_starters()[0].text.encode()
    with _without_forks():
        fresh = _costs(text, FRESH)
    yield Line("fresh interpreter, processor", fresh, "ms")
    if forking.is_possible():
        children.run(reading.TASK, text)
        forked = _costs(text, FORKED)
        yield Line("forked, processor", forked, "ms", limit=40)
        yield Line("forked, share of a fresh one", forked / fresh, "", limit=0.25)
        yield Line("forked, on the wall", milliseconds(lambda: children.run(reading.TASK, text), 40), "ms")


def _costs(text: bytes, times: int) -> float:
    """Milliseconds of processor that one task takes here, in its child, and in the interpreter that forks it."""
    before = _spent()
    for _ in range(times):
        children.run(reading.TASK, text)
    return 1000 * (_spent() - before) / times


def _spent() -> float:
    """Seconds of this process, of children that ended, and of the forker with its children."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    here = sum(each.ru_utime + each.ru_stime for each in used)
    forker = forking.running()
    if forker is None:
        return here
    ticks = Path(f"/proc/{forker}/stat").read_text().rpartition(")")[2].split()[11:15]
    return here + sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _without_forks() -> Iterator[None]:
    """Be a system without pidfds for a while."""
    kept = os.pidfd_open
    del os.pidfd_open
    try:
        yield
    finally:
        os.pidfd_open = kept
