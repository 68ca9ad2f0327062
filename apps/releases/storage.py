"""Where texts are kept: one row for each distinct text, small because it is compressed against a text like it."""

import hashlib
from typing import TYPE_CHECKING, Any

from django.db import connection, models

from apps.core.errors import Refused
from apps.releases.compression import MOST_BYTES, Undecipherable, compressed, restored

if TYPE_CHECKING:
    from apps.releases.models import Snapshot

# A chain is read from its start: longer ones are smaller on disk and slower to read.
LONGEST_CHAIN = 16
# How many times smaller than alone a text must be to be kept against the start of a chain that is full.
PAYS = 4


class Damaged(Refused):
    """The database no longer holds the text that was stored; nothing may be built on what it holds."""

    def __init__(self, snapshot: "Snapshot") -> None:
        super().__init__(
            f"The text {snapshot} is damaged in the database and was not used. "
            "Restore it from a backup; manage.py fsck lists everything that is damaged."
        )


class SnapshotManager(models.Manager["Snapshot"]):
    """Keeps texts and forgets those that nothing refers to."""

    def keep(self, text: str, *, near: "Snapshot | None" = None) -> "Snapshot":
        """Return the snapshot of this text, stored against ``near`` if it is new. Raises ``Refused`` if it is huge."""
        payload = text.encode()
        if len(payload) > MOST_BYTES:
            raise Refused(f"The text is larger than {MOST_BYTES // 1_000_000} MB. Take something out of it.")
        digest = digest_of(payload)
        # Locked: a snapshot that nothing refers to yet may be about to be forgotten.
        found = self.select_for_update(no_key=True).filter(digest=digest).first()
        if found:
            return found
        base, data = _smallest(payload, near)
        depth = base.depth + 1 if base else 0
        defaults = {"base": base, "depth": depth, "data": data, "size": len(payload)}
        return self.get_or_create(digest=digest, defaults=defaults)[0]

    def forget(self, pk: int) -> None:
        """Delete a snapshot if nothing refers to it."""
        found = self.select_for_update().filter(pk=pk).first()
        if found and not _is_used(found):
            found.delete()


def digest_of(payload: bytes) -> str:
    """Return the SHA-256 (hex) under which a text is kept."""
    return hashlib.sha256(payload).hexdigest()


def text_of(snapshot: "Snapshot") -> str:
    """Read a text through the chain of those it was compressed against. Raises ``Damaged``."""
    near: bytes | None = None
    try:
        for data in _chain(snapshot):
            near = restored(data, near)
    except Undecipherable:
        raise Damaged(snapshot) from None
    if near is None or digest_of(near) != snapshot.digest:
        raise Damaged(snapshot)
    return near.decode()


def _smallest(payload: bytes, near: "Snapshot | None") -> "tuple[Snapshot | None, bytes]":
    """What to compress a text against, and the result. At the end of a chain its start serves while that pays."""
    if near and near.depth < LONGEST_CHAIN:
        return near, compressed(payload, near.text.encode())
    alone = compressed(payload, None)
    if near is None:
        return None, alone
    start = _start(near)
    against_start = compressed(payload, start.text.encode())
    return (start, against_start) if len(against_start) * PAYS < len(alone) else (None, alone)


def _start(snapshot: "Snapshot") -> "Snapshot":
    """The snapshot that a chain begins with."""
    return type(snapshot).objects.get(pk=_along_chain(snapshot, "id")[0])


def _chain(snapshot: "Snapshot") -> list[bytes]:
    """The data from the start of the chain to the snapshot itself."""
    return [bytes(snapshot.data)] if snapshot.base_id is None else [*map(bytes, _along_chain(snapshot, "data"))]


def _along_chain(snapshot: "Snapshot", column: str) -> list[Any]:
    """One column of every snapshot from the start of the chain to the snapshot itself."""
    table = snapshot._meta.db_table
    query = (
        f'WITH RECURSIVE chain(id, base_id, data, depth) AS (SELECT id, base_id, data, depth FROM "{table}" WHERE id = %s '  # noqa: S608, E501 - the table's own names
        f'UNION ALL SELECT s.id, s.base_id, s.data, s.depth FROM "{table}" s JOIN chain ON s.id = chain.base_id) '
        f"SELECT {column} FROM chain ORDER BY depth"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, [snapshot.pk])
        return [row[0] for row in cursor.fetchall()]


def _is_used(snapshot: "Snapshot") -> bool:
    relations = [field for field in snapshot._meta.get_fields(include_hidden=True) if field.one_to_many]
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: snapshot}).exists()  # type: ignore[union-attr]
        for relation in relations
    )
