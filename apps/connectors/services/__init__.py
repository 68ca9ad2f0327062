"""Writes of the connectors app, by noun."""

from apps.connectors.documents import SourceRefused
from apps.connectors.services.at_once import (
    build_version,
    carry_out_now,
    release_version,
    sync_version,
    test_version,
)
from apps.connectors.services.bin import bin_version, delete_version, restore_version
from apps.connectors.services.configuration import (
    configure_execution,
    configure_individual,
    configure_paging,
    configure_readme,
    configure_scheme,
    configure_servers,
    configure_test,
)
from apps.connectors.services.connections import (
    create_connection,
    delete_connection,
    rename_connection,
    replace_secret,
    test_connection,
)
from apps.connectors.services.connectors import change_connector, create_connector
from apps.connectors.services.jobs import already, request_step, retry_step
from apps.connectors.services.sources import give_source, look_at_source, upload_source
from apps.connectors.services.versions import add_version

__all__ = [
    "SourceRefused",
    "add_version",
    "already",
    "bin_version",
    "build_version",
    "carry_out_now",
    "change_connector",
    "configure_execution",
    "configure_individual",
    "configure_paging",
    "configure_readme",
    "configure_scheme",
    "configure_servers",
    "configure_test",
    "create_connection",
    "create_connector",
    "delete_connection",
    "delete_version",
    "give_source",
    "look_at_source",
    "release_version",
    "rename_connection",
    "replace_secret",
    "request_step",
    "restore_version",
    "retry_step",
    "sync_version",
    "test_connection",
    "test_version",
    "upload_source",
]
