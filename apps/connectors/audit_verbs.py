"""Verbs about connectors, their versions and connections."""

from apps.audit.registry import register

register("connector.created", "created the connector {target}", icon="plug")
register("connector.changed", "changed name or description of {target}", icon="pencil")
register("connector_version.added", "added {target} as a copy of {source}", icon="plus")
register("connector_version.updated", "gave {target} a new document ({source})", icon="file-upload")
register("connector_version.configured", "changed {section} of {target}", icon="adjustments")
register("connector_version.built", "built {target} ({build}, {operations} operations)", icon="package")
register("connector_version.build_failed", "tried to build {target}: {why}", icon="alert-circle")
register("connector_version.synced", "synced {target} ({build}) to {environments}", icon="cloud-upload")
register("connector_version.tested", "tested {target}: {answer}", icon="checks")
register("connector_version.released", "released {target}", icon="rocket")
register("connection.created", "created the connection {target} for {connector} in {environment}", icon="key")
register("connection.secret_replaced", "replaced the secret of {target}", icon="refresh")
register("connection.renamed", "renamed {before} to {target}", icon="pencil")
register("connection.tested", "tested {target}: {answer}", icon="plug-connected")
register("connection.deleted", "deleted the connection {target}", icon="trash")
