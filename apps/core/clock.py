"""The one clock of Slipway's services."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta

from django.utils import timezone

_shift: ContextVar[timedelta] = ContextVar("clock_shift", default=timedelta(0))


def now() -> datetime:
    """Return the present moment, in UTC, as the services see it."""
    return timezone.now() + _shift.get()


@contextmanager
def shifted_to(moment: datetime) -> Iterator[None]:
    """Let the clock start from ``moment`` inside the block; it goes on ticking. For loaders of past data and tests."""
    token = _shift.set(moment - timezone.now())
    try:
        yield
    finally:
        _shift.reset(token)
