"""System checks of the trail."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage
from django.core.checks import Warning as CheckWarning
from django.db import connections

from apps.audit import triggers


def triggers_in_place(databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """Report every trigger that keeps frozen content and is not in the database (``check --database default``)."""
    # A warning, so that migrate, which puts them back, can still start; fsck counts them as wrong.
    return [
        CheckWarning(
            f"The trigger {name} is missing in database {alias}.", hint="Run manage.py migrate.", id="audit.W001"
        )
        for alias in databases or ()
        for name in triggers.missing(connections[alias])
    ]
