from django.contrib import admin

from apps.audit.admin import TrackedAdmin
from apps.environments.models import EgressException, Environment


@admin.register(Environment)
class EnvironmentAdmin(TrackedAdmin):
    list_display = (
        "name",
        "kind",
        "position",
        "is_protected",
        "is_marketplace",
        "reach",
        "locked_at",
        "locked_until",
        "locked_by",
    )
    search_fields = ("name", "slug")


@admin.register(EgressException)
class EgressExceptionAdmin(TrackedAdmin):
    list_display = ("host", "port", "environment", "reason", "created_by_name", "expires_at")
    list_filter = ("environment",)
    search_fields = ("host", "reason")
