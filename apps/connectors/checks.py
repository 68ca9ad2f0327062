"""Questions for the oracle about connectors."""

from collections.abc import Iterator

from apps.audit.fsck import register_check
from apps.connectors.models import Connection
from apps.infra import sealed


def unopenable_secrets() -> Iterator[str]:
    """C10: sealed secrets that do not open in their row. Without the key file nothing can be asked."""
    if not sealed.key_is_present():
        return
    for connection in Connection.objects.exclude(sealed=None):
        try:
            sealed.unseal(connection.sealed_secret, scope=connection.seal_scope, bound_to=connection.seal_binding)
        except sealed.UnsealRefused:
            yield f"The secret of connection {connection.pk} does not open"


register_check("C10", "Secrets that do not open in their row", unopenable_secrets)
