"""How pages find what their address names."""

from django.http import Http404

from apps.accounts.models import User
from apps.connectors import selectors
from apps.connectors.models import Connection, ConnectorVersion


def version_or_404(slug: str, number: int) -> ConnectorVersion:
    """Return the version. Raises 404."""
    version = selectors.version_named(slug, number)
    if version is None:
        raise Http404
    return version


def connection_or_404(person: User, pk: int) -> Connection:
    """Return the connection, if the person may see it. Raises 404, the same for foreign and unknown ones."""
    connection = selectors.connections_visible_to(person).filter(pk=pk).first()
    if connection is None:
        raise Http404
    return connection
