"""The first lock of every change to a connector version: its own row."""

from apps.connectors.models import ConnectorVersion
from apps.core.errors import Conflict, Refused


def locked_version(version: ConnectorVersion, *, binned: bool = False) -> ConnectorVersion:
    """Return the version as it is, locked until the transaction ends. Raises ``Refused`` for one in the bin (with
    ``binned``: for one out of it) and ``Conflict`` for one that was deleted meanwhile."""
    rows = ConnectorVersion.objects.select_for_update(of=("self",)).select_related("connector")
    current = rows.filter(pk=version.pk).first()
    if current is None:
        raise Conflict(f"{version} was deleted meanwhile.")
    if not binned:
        refuse_binned(current)
    elif not current.is_binned:
        raise Refused(f"{current} is not in the bin.")
    return current


def refuse_binned(version: ConnectorVersion) -> None:
    """Raise ``Refused`` for a version in the bin."""
    if version.is_binned:
        raise Refused(f"{version} is in the bin. Restore it first.")
