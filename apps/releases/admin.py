from django.contrib import admin

from apps.audit.admin import TrackedAdmin
from apps.releases.models import IntegrationTemplate, Release


@admin.register(IntegrationTemplate)
class IntegrationTemplateAdmin(TrackedAdmin):
    list_display = ("name", "slug", "last_number", "naming_scheme", "created_by", "created_at")
    search_fields = ("name", "slug", "summary")
    list_select_related = ("created_by",)


@admin.register(Release)
class ReleaseAdmin(TrackedAdmin):
    list_display = ("__str__", "name", "state", "mark", "created_by_name", "created_at")
    list_filter = ("state", "mark", "integration_template")
    search_fields = ("name", "description", "integration_template__name")
    list_select_related = ("integration_template",)
    exclude = ("snapshot",)
    raw_id_fields = ("base",)
