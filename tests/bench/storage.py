"""What a thousand versions of a 50 KB definition cost on disk, and how long an old one takes to be read."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.db import connection

from apps.audit.actor import Actor
from apps.releases import services
from apps.releases.models import Checkpoint, IntegrationTemplate, Release, Snapshot
from tests.bench import Line, milliseconds
from tests.bench.big import text_of
from tests.factories.connectors import built_version
from tests.factories.releases import a_template, the_draft

VERSIONS, SIZE = 1_000, 50_000
SETUP = Actor.system("bench")


@dataclass(frozen=True)
class Added:
    """Bytes that a version added, and those that the save before it did: its checkpoint and its audit event."""

    version: int
    save: int


def bench() -> Iterable[Line]:
    """Save a small edit and freeze it, a thousand times, through the services."""
    built_version()
    dice = random.Random(7)
    text = definition()
    template = a_template("Long-lived", content=text)
    services.create_version(by=SETUP, draft=the_draft(template), name="0")
    before, added = bytes_on_disk(), []
    for number in range(1, VERSIONS + 1):
        text = edited(text, dice, number)
        added.append(add_version(template, text, str(number)))
    yield Line(
        f"a version of {len(text) / 1000:.0f} KB: text, row, history, audit event, uses",
        _mean(added, "version"),
        "bytes",
        1_500,
    )
    yield Line("the save before it: checkpoint, audit event", _mean(added, "save"), "bytes")
    yield Line("both on disk, after VACUUM", (bytes_on_disk() - before) / VERSIONS, "bytes")
    lengths = sum(len(row) for row in Snapshot.objects.values_list("data", flat=True))
    yield Line("of it the compressed text", lengths / VERSIONS, "bytes")
    yield Line("the text in full", len(text), "bytes")
    numbers = [dice.randrange(1, VERSIONS) for _ in range(41)]
    yield Line("read an old version", milliseconds(lambda: read(numbers.pop()), 40), "ms", 7)
    yield Line("checkpoints of the draft that stay", Checkpoint.objects.filter(draft=the_draft(template)).count(), "")


def add_version(template: IntegrationTemplate, text: str, name: str) -> Added:
    """Save a text in the latest draft and freeze it; tell what that added."""
    draft = the_draft(template)
    start = bytes_in_use()
    Snapshot.objects.keep(text, near=draft.base.snapshot if draft.base else None)
    kept = bytes_in_use()
    saved = services.save_draft(by=SETUP, draft=draft, text=text, revision=draft.revision)
    between = bytes_in_use()
    services.create_version(by=SETUP, draft=saved, name=name, description="A small edit.")
    return Added(version=kept - start + bytes_in_use() - between, save=between - kept)


def _mean(added: list[Added], what: str) -> float:
    return sum(getattr(each, what) for each in added) / len(added)


def definition() -> str:
    """About 50 KB of definition."""
    steps = 1
    while len(text_of(steps)) < SIZE:
        steps += 1
    return text_of(steps)


def edited(text: str, dice: random.Random, number: int) -> str:
    """The text with one value changed somewhere."""
    lines = text.splitlines(keepends=True)
    places = [index for index, line in enumerate(lines) if "lifecycle: " in line]
    lines[dice.choice(places)] = f"            lifecycle: stage {number} of {dice.randrange(10**6)}\n"
    return "".join(lines)


def read(number: int) -> str:
    return Release.objects.select_related("snapshot").get(number=number).text


def bytes_in_use() -> int:
    """Bytes of the pages that hold something, free space inside them included."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
        pages = [
            cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count", "page_size")
        ]
        return int((pages[0] - pages[1]) * pages[2])


def bytes_on_disk() -> int:
    """The size of the database without what is free in it."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM FULL")
            return bytes_in_use()
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute("PRAGMA database_list")
        return Path(cursor.fetchone()[2]).stat().st_size
