"""Reads about connectors, versions, builds and connections."""

from apps.connectors.selectors.builds import (
    builds_serving,
    call_target,
    callable_for_test,
    catalogue,
    findings_of,
    newest_build,
    newest_synced_build,
    operations_of,
    search_operations,
    synced_build,
    synced_builds,
)
from apps.connectors.selectors.connections import (
    connections_visible_to,
    usable_connections,
)
from apps.connectors.selectors.pipeline import (
    latest_records,
    test_connections,
)
from apps.connectors.selectors.versions import (
    connectors,
    environments_with_sync,
    siblings_of,
    source_of,
    version_named,
    versions_of,
)

__all__ = [
    "builds_serving",
    "call_target",
    "callable_for_test",
    "catalogue",
    "connections_visible_to",
    "connectors",
    "environments_with_sync",
    "findings_of",
    "latest_records",
    "newest_build",
    "newest_synced_build",
    "operations_of",
    "search_operations",
    "siblings_of",
    "source_of",
    "synced_build",
    "synced_builds",
    "test_connections",
    "usable_connections",
    "version_named",
    "versions_of",
]
