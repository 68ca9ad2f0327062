"""What the demo products remember: one small SQLite file with JSON documents, answers given and deliveries received."""

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from apps.core import clock
from apps.demo.settings import DATABASE_FILE

type Document = dict[str, Any]

SCHEMA = """
CREATE TABLE IF NOT EXISTS record (
    kind TEXT NOT NULL, id TEXT NOT NULL, created_at TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (kind, id)
);
CREATE TABLE IF NOT EXISTS delivery (
    id INTEGER PRIMARY KEY, product TEXT NOT NULL, at TEXT NOT NULL, method TEXT NOT NULL, path TEXT NOT NULL,
    key TEXT, replayed INTEGER NOT NULL, status INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS answer (
    product TEXT NOT NULL, key TEXT NOT NULL, fingerprint TEXT NOT NULL, status INTEGER NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (product, key)
);
CREATE TABLE IF NOT EXISTS token (value TEXT PRIMARY KEY, expires_at TEXT NOT NULL);
"""
COUNT_DELIVERIES = """
SELECT COUNT(*), COALESCE(SUM(NOT replayed AND status < 300), 0)
FROM delivery WHERE product = ? AND ? IN ('', method) AND ? IN ('', path) AND ? IN ('', key)
"""
LAST_DELIVERIES = """
SELECT at, method, path, key, replayed, status
FROM delivery WHERE product = ? AND ? IN ('', method) AND ? IN ('', path) AND ? IN ('', key) ORDER BY id DESC LIMIT ?
"""
LISTED_DELIVERIES = 50


def stamp(moment: datetime | None = None) -> str:
    """Write a moment (default: now) the way both APIs do, so that text order is time order."""
    return (moment or clock.now()).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Store:
    """The documents of both products, by kind (``shop.order``) and id."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.db = connection

    def get(self, kind: str, record_id: str) -> Document | None:
        """Return one document, or None."""
        row = self.db.execute("SELECT body FROM record WHERE kind = ? AND id = ?", (kind, record_id)).fetchone()
        return json.loads(row["body"]) if row else None

    def put(self, kind: str, document: Document) -> Document:
        """Insert or replace a document by its id."""
        self.db.execute(
            "INSERT INTO record VALUES (?, ?, ?, ?) ON CONFLICT (kind, id) DO UPDATE SET body = excluded.body",
            (kind, document["id"], document["created_at"], json.dumps(document)),
        )
        return document

    def find(
        self,
        kind: str,
        *,
        limit: int = -1,
        after: tuple[str, str] = ("", ""),
        since: str = "",
        **equal: str | None,
    ) -> list[Document]:
        """List documents, oldest first: those behind ``after`` (created_at, id) whose fields equal what is given."""
        query = "SELECT body FROM record WHERE kind = ? AND created_at >= ? AND (created_at, id) > (?, ?)"
        values: list[str | int] = [kind, since, *after]
        for field, value in equal.items():
            if value is not None:
                query += " AND json_extract(body, ?) = ?"
                values += [f"$.{field}", value]
        rows = self.db.execute(f"{query} ORDER BY created_at, id LIMIT ?", (*values, limit))
        return [json.loads(row["body"]) for row in rows]

    def count(self, kind: str) -> int:
        """Count the documents of a kind; nothing but a reset removes any."""
        return int(self.db.execute("SELECT COUNT(*) FROM record WHERE kind = ?", (kind,)).fetchone()[0])

    def clear(self, product: str) -> None:
        """Forget a product's documents, deliveries and answers. Tokens stay good until they expire."""
        self.db.execute("DELETE FROM record WHERE kind LIKE ?", (f"{product}.%",))
        self.db.execute("DELETE FROM delivery WHERE product = ?", (product,))
        self.db.execute("DELETE FROM answer WHERE product = ?", (product,))

    def deliveries(self, product: str, *, method: str = "", path: str = "", key: str = "") -> Document:
        """Tell what unsafe requests came in: raw = all of them, effective = those that changed something."""
        chosen = (product, method, path, key)
        raw, effective = self.db.execute(COUNT_DELIVERIES, chosen).fetchone()
        rows = self.db.execute(LAST_DELIVERIES, (*chosen, LISTED_DELIVERIES))
        last = [{**row, "replayed": bool(row["replayed"])} for row in map(dict, rows)]
        return {"raw": raw, "effective": effective, "last": last}

    def record_delivery(self, product: str, *, method: str, path: str, key: str, replayed: bool, status: int) -> None:
        """Count one unsafe request that came in, whatever was answered."""
        self.db.execute(
            "INSERT INTO delivery (product, at, method, path, key, replayed, status) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (product, stamp(), method, path, key or None, replayed, status),
        )


@contextmanager
def opened(*, writing: bool = False, path: Path | None = None) -> Iterator[Store]:
    """Open the file for one request; ``writing`` makes the block one transaction that others wait for."""
    connection = sqlite3.connect(path or DATABASE_FILE, timeout=20, isolation_level=None)
    with closing(connection):
        connection.row_factory = sqlite3.Row
        if not writing:
            yield Store(connection)
            return
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield Store(connection)
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")


def prepare(path: Path | None = None) -> None:
    """Create the file and its tables where they are missing."""
    path = path or DATABASE_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path, timeout=20)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.executescript(SCHEMA)
