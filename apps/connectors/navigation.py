"""Ways into connectors and connections."""

from apps.accounts.permissions import Verb
from apps.core.navigation import Item, register

register(
    Item(
        label="Connectors",
        url_name="connectors:connector_list",
        icon="plug",
        verb=Verb.CONSOLE_SEE,
        order=20,
        within=tuple(
            f"connectors:{name}"
            for name in (
                "connector_create",
                "connector_detail",
                "connector_edit",
                "version_add",
                "version_detail",
                "version_source",
                "version_source_check",
                "version_configure",
                "version_operations",
                "version_operation",
                "version_sync",
                "version_uses",
                "version_uses_of_kind",
                "version_bin",
                "version_delete",
                "bin_list",
                "pipeline_list",
                "pipeline_job",
                "version_builds",
                "version_verdict",
                "build_detail",
                "build_compare",
            )
        ),
    ),
    Item(
        label="Connections",
        url_name="connectors:connection_list",
        icon="key",
        verb=Verb.CONSOLE_SEE,
        order=25,
        within=tuple(f"connectors:connection_{name}" for name in ("create", "detail", "secret", "rename", "delete")),
    ),
)
