"""Tells a database that cannot answer just now from a fault of ours."""

from django.db import InterfaceError, OperationalError, connection

RETRY_AFTER_S = 5
# SQLite calls everything operational, a misspelt column too; these pass by themselves or need the operator.
PASSING = ("locked", "busy", "is full", "disk I/O", "unable to open", "readonly")


def is_outage(error: BaseException | None) -> bool:
    """Whether the same request may well succeed later: the database is locked, full, or out of reach."""
    if isinstance(error, OperationalError) and connection.vendor == "sqlite":
        return any(words in str(error) for words in PASSING)
    return isinstance(error, (OperationalError, InterfaceError))
