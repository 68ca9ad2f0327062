"""Pages of the connectors app, by noun."""

from apps.connectors.views.connections import (
    connection_create,
    connection_delete,
    connection_detail,
    connection_list,
    connection_rename,
    connection_secret,
    connection_test,
)
from apps.connectors.views.connectors import connector_create, connector_detail, connector_edit, connector_list
from apps.connectors.views.operations import version_operation, version_operations
from apps.connectors.views.pipeline import version_build, version_release, version_sync, version_test
from apps.connectors.views.versions import version_add, version_configure, version_detail, version_source

__all__ = [
    "connection_create",
    "connection_delete",
    "connection_detail",
    "connection_list",
    "connection_rename",
    "connection_secret",
    "connection_test",
    "connector_create",
    "connector_detail",
    "connector_edit",
    "connector_list",
    "version_add",
    "version_build",
    "version_configure",
    "version_detail",
    "version_operation",
    "version_operations",
    "version_release",
    "version_source",
    "version_sync",
    "version_test",
]
