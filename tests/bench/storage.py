"""What a thousand versions of a 50 KB definition cost on disk, and how long an old one takes to be read."""

import random
from collections.abc import Iterable
from pathlib import Path

from django.db import connection

from apps.audit.actor import Actor
from apps.releases import services
from apps.releases.models import Checkpoint, Release, Snapshot
from tests.bench import Line, milliseconds
from tests.bench.big import text_of
from tests.factories.connectors import built_version
from tests.factories.releases import a_template, the_draft

VERSIONS, SIZE = 1_000, 50_000
SETUP = Actor.system("bench")


def bench() -> Iterable[Line]:
    """Save a small edit and freeze it, a thousand times, through the services: every row that this writes counts."""
    built_version()
    dice = random.Random(7)
    text = definition()
    template = a_template("Long-lived", content=text)
    services.create_version(by=SETUP, draft=the_draft(template), name="0")
    before = bytes_used()
    for number in range(1, VERSIONS + 1):
        text = edited(text, dice, number)
        draft = the_draft(template)
        saved = services.save_draft(by=SETUP, draft=draft, text=text, revision=draft.revision)
        services.create_version(by=SETUP, draft=saved, name=str(number), description="A small edit.")
    yield Line(
        f"a version of {len(text) / 1000:.0f} KB, its save included, on disk",
        (bytes_used() - before) / VERSIONS,
        "bytes",
        1_500,
    )
    lengths = sum(len(row) for row in Snapshot.objects.values_list("data", flat=True))
    yield Line("of it the text itself, compressed", lengths / VERSIONS, "bytes")
    yield Line("the same text in full", len(text), "bytes")
    numbers = [dice.randrange(1, VERSIONS) for _ in range(41)]
    yield Line("read an old version", milliseconds(lambda: read(numbers.pop()), 40), "ms", 7)
    before = bytes_used()
    for number in range(100):
        draft = the_draft(template)
        services.save_draft(by=SETUP, draft=draft, text=edited(text, dice, number), revision=draft.revision)
    yield Line("a save of a draft, checkpoint and audit event", (bytes_used() - before) / 100, "bytes", 1_500)
    yield Line("checkpoints that stay", Checkpoint.objects.filter(draft=the_draft(template)).count(), "")


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


def bytes_used() -> int:
    """The size of the database without what is free in it."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM FULL")
            cursor.execute("SELECT pg_database_size(current_database())")
            return int(cursor.fetchone()[0])
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        cursor.execute("PRAGMA database_list")
        return Path(cursor.fetchone()[2]).stat().st_size
