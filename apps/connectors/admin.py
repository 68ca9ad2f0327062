from django.contrib import admin

from apps.audit.admin import ReadOnlyAdmin, TrackedAdmin
from apps.connectors.models import Build, Connection, Connector, ConnectorVersion, PipelineJob, Sync


@admin.register(Connector)
class ConnectorAdmin(TrackedAdmin):
    list_display = ("name", "slug", "created_by", "created_at")
    search_fields = ("name", "slug")


@admin.register(ConnectorVersion)
class ConnectorVersionAdmin(TrackedAdmin):
    list_display = ("__str__", "state", "scheme", "updated_at")
    list_filter = ("state", "scheme")
    search_fields = ("connector__name",)
    list_select_related = ("connector",)


@admin.register(Build)
class BuildAdmin(ReadOnlyAdmin):
    """Documents run to megabytes: only what describes a build is shown."""

    list_display = ("__str__", "created_by_name", "created_at")
    list_select_related = ("version__connector",)
    fields = ("version", "digest", "operation_count", "finding_count", "created_by_name", "created_at")
    search_fields = ("digest", "version__connector__name")


@admin.register(Sync)
class SyncAdmin(TrackedAdmin):
    list_display = ("__str__", "build", "synced_at")
    list_filter = ("environment",)
    list_select_related = ("environment", "version__connector", "build__version__connector")
    raw_id_fields = ("build",)


@admin.register(PipelineJob)
class PipelineJobAdmin(ReadOnlyAdmin):
    """Steps that people asked for, and how they went."""

    list_display = ("version", "step", "state", "asked_by_name", "queued_at", "finished_at", "sentence")
    list_filter = ("step", "state")
    search_fields = ("version__connector__name", "asked_by_name", "sentence")
    list_select_related = ("version__connector",)
    raw_id_fields = ("version", "build", "retry_of", "asked_by")


@admin.register(Connection)
class ConnectionAdmin(TrackedAdmin):
    """The sealed secret is shown to nobody."""

    list_display = ("name", "connector", "environment", "customer", "state", "tested_at")
    list_filter = ("environment", "state", "connector")
    search_fields = ("name", "connector__name", "customer__name")
    list_select_related = ("connector", "environment", "customer")
    exclude = ("sealed",)
