"""Rows that nobody else changes now."""

from apps.environments.models import Environment


def row_of(environment: Environment) -> Environment:
    """Return the environment as it is, locked until the transaction ends."""
    return Environment.objects.select_for_update().get(pk=environment.pk)
