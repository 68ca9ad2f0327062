"""Writes of the connectors app, by noun."""

from apps.connectors.documents import SourceRefused
from apps.connectors.services.connections import (
    create_connection,
    delete_connection,
    rename_connection,
    replace_secret,
    test_connection,
)
from apps.connectors.services.connectors import change_connector, create_connector
from apps.connectors.services.pipeline import build_version, release_version, sync_version, test_version
from apps.connectors.services.versions import (
    add_version,
    configure_execution,
    configure_scheme,
    configure_servers,
    configure_test,
    upload_source,
)

__all__ = [
    "SourceRefused",
    "add_version",
    "build_version",
    "change_connector",
    "configure_execution",
    "configure_scheme",
    "configure_servers",
    "configure_test",
    "create_connection",
    "create_connector",
    "delete_connection",
    "release_version",
    "rename_connection",
    "replace_secret",
    "sync_version",
    "test_connection",
    "test_version",
    "upload_source",
]
