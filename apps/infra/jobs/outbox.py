"""What waits for a worker: each app registers its queue of rows and the workflow that carries one of them out."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Outbox:
    """A queue kept in the app's own table.

    ``pending`` names the queued rows, oldest first and at most a few hundred; it runs in a thread of the database
    pool. ``workflow`` carries out one row: its id is the workflow's id, so however often a row is handed over, it
    runs once. The workflow's first act must be to take the row out of ``pending``.
    """

    name: str
    pending: Callable[[], list[str]]
    workflow: Callable[[str], Awaitable[object]]


@dataclass(frozen=True)
class Sweep:
    """Work that every worker does now and then in a database thread; several may do it at once."""

    name: str
    every: timedelta
    run: Callable[[], object]


_outboxes: dict[str, Outbox] = {}
_sweeps: dict[str, Sweep] = {}


def register_outbox(outbox: Outbox) -> None:
    """Let workers carry out the rows of ``outbox``. Call it in ``AppConfig.ready``."""
    _outboxes[outbox.name] = outbox


def register_sweep(sweep: Sweep) -> None:
    """Let workers run ``sweep`` at its pace. Call it in ``AppConfig.ready``."""
    _sweeps[sweep.name] = sweep


def outboxes() -> list[Outbox]:
    """Return every registered outbox."""
    return list(_outboxes.values())


def sweeps() -> list[Sweep]:
    """Return every registered sweep."""
    return list(_sweeps.values())
