"""Twenty processes that make their own version live at once, a hundred times, on both databases."""

import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from tests.bench import Line
from tests.postgresql import NoPostgreSQL, binaries, cluster
from tests.releases.race import Race, furnish, oracle, run

FULL = Race(promoters=20, rounds=100)


def bench() -> Iterable[Line]:
    """Race on SQLite, and on PostgreSQL where its server is installed."""
    yield from _raced("SQLite", {})
    try:
        binaries()
    except NoPostgreSQL:
        return
    with cluster() as url:
        yield from _raced("PostgreSQL", {"DATABASE_URL": url})


def _raced(name: str, database: dict[str, str]) -> Iterable[Line]:
    with tempfile.TemporaryDirectory(prefix="slipway-race-") as folder:
        furnish(Path(folder), FULL.promoters, **database)
        began = time.monotonic()
        outcome = run(Path(folder), FULL, **database)
        took = time.monotonic() - began
        answers = outcome.answers.values()
        yield Line(f"{name}: promotions tried", sum(each.total() for each in answers), "")
        yield Line(f"{name}: observations of other than one live", len(outcome.live_seen - {1}), "", limit=0)
        yield Line(
            f"{name}: rounds with other than one winner", sum(each["live"] != 1 for each in answers), "", limit=0
        )
        yield Line(f"{name}: promoters that broke off", sum(code != 0 for code in outcome.codes), "", limit=0)
        yield Line(f"{name}: findings of the oracle", int(oracle(Path(folder), **database) != "{} 1"), "", limit=0)
        yield Line(f"{name}: on the wall", took, "s")
