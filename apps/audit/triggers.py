"""Content that never changes: the database itself refuses, whoever asks.

Triggers are declared once, next to their models. They are installed after every migrate, because SQLite drops them
whenever a migration rebuilds a table, and a system check compares them with what the database holds.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


@dataclass(frozen=True)
class Frozen:
    """A promise about one table. Without ``columns`` no column ever changes; ``once`` is SQL on OLD: from when."""

    model: type[models.Model]
    columns: tuple[str, ...] = ()
    deletable: bool = False
    once: str = ""

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    def names(self) -> list[str]:
        """Return the names of the triggers that keep this promise."""
        return [f"frozen_{self.table}_update"] + ([] if self.deletable else [f"frozen_{self.table}_delete"])


_promises: dict[str, Frozen] = {}


def frozen(model: type[models.Model], *, columns: Sequence[str] = (), deletable: bool = False, once: str = "") -> None:
    """Declare that rows of ``model`` never change. Call it in the app's ``ready``."""
    _promises[model._meta.db_table] = Frozen(model, tuple(columns), deletable, once)


def promises() -> list[Frozen]:
    """Return every declared promise."""
    return list(_promises.values())


def install(connection: BaseDatabaseWrapper) -> None:
    """(Re)create every trigger whose table exists."""
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for promise in promises():
            if promise.table in tables:
                for statement in _statements(connection.vendor, promise):
                    cursor.execute(statement)


def lift(connection: BaseDatabaseWrapper) -> None:
    """Drop every trigger. Only for tests that damage rows on purpose; ``install`` brings them back."""
    with connection.cursor() as cursor:
        for promise in promises():
            for name in promise.names():
                on = f' ON "{promise.table}"' if connection.vendor == "postgresql" else ""
                cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"{on}')


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Return the names of declared triggers that the tables of this database lack."""
    query = (
        "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
        if connection.vendor == "postgresql"
        else "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        present = {row[0] for row in cursor.fetchall()}
    tables = set(connection.introspection.table_names())
    declared = [name for promise in promises() if promise.table in tables for name in promise.names()]
    return [name for name in declared if name not in present]


def _statements(vendor: str, promise: Frozen) -> list[str]:
    build = _for_postgresql if vendor == "postgresql" else _for_sqlite
    statements = build(promise, "update", _changed(vendor, promise))
    if not promise.deletable:
        statements += build(promise, "delete", promise.once)
    return statements


def _changed(vendor: str, promise: Frozen) -> str:
    differs = "IS DISTINCT FROM" if vendor == "postgresql" else "IS NOT"
    changed = " OR ".join(f'OLD."{column}" {differs} NEW."{column}"' for column in promise.columns)
    return " AND ".join(f"({condition})" for condition in (promise.once, changed) if condition)


def _for_sqlite(promise: Frozen, event: str, condition: str) -> list[str]:
    name, when = f"frozen_{promise.table}_{event}", f"WHEN {condition}" if condition else ""
    return [
        f'DROP TRIGGER IF EXISTS "{name}"',
        f'CREATE TRIGGER "{name}" BEFORE {event.upper()} ON "{promise.table}" {when} '
        f"BEGIN SELECT RAISE(ABORT, '{promise.table} is frozen'); END",
    ]


def _for_postgresql(promise: Frozen, event: str, condition: str) -> list[str]:
    name, when = f"frozen_{promise.table}_{event}", f"WHEN ({condition})" if condition else ""
    return [
        "CREATE OR REPLACE FUNCTION slipway_frozen() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is frozen', TG_TABLE_NAME "
        "USING ERRCODE = 'integrity_constraint_violation'; END $$",
        f'DROP TRIGGER IF EXISTS "{name}" ON "{promise.table}"',
        f'CREATE TRIGGER "{name}" BEFORE {event.upper()} ON "{promise.table}" FOR EACH ROW {when} '
        "EXECUTE FUNCTION slipway_frozen()",
    ]
