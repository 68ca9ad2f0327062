"""Pages of the connectors app, by noun."""

from apps.connectors.views.bin import connector_bin, version_bin, version_delete, version_unbin
from apps.connectors.views.builds import build_detail, version_builds
from apps.connectors.views.comparisons import build_compare, version_verdict
from apps.connectors.views.configuration import (
    version_configure,
    version_configure_rows,
    version_readme_preview,
    version_sign_in_test,
)
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
from apps.connectors.views.pipeline_jobs import pipeline_job, pipeline_list, pipeline_retry
from apps.connectors.views.sources import version_source, version_source_check
from apps.connectors.views.uses import version_uses, version_uses_of_kind
from apps.connectors.views.versions import version_add, version_detail

__all__ = [
    "build_compare",
    "build_detail",
    "connection_create",
    "connection_delete",
    "connection_detail",
    "connection_list",
    "connection_rename",
    "connection_secret",
    "connection_test",
    "connector_bin",
    "connector_create",
    "connector_detail",
    "connector_edit",
    "connector_list",
    "pipeline_job",
    "pipeline_list",
    "pipeline_retry",
    "version_add",
    "version_bin",
    "version_build",
    "version_builds",
    "version_configure",
    "version_configure_rows",
    "version_delete",
    "version_detail",
    "version_operation",
    "version_operations",
    "version_readme_preview",
    "version_release",
    "version_sign_in_test",
    "version_source",
    "version_source_check",
    "version_sync",
    "version_test",
    "version_unbin",
    "version_uses",
    "version_uses_of_kind",
    "version_verdict",
]
