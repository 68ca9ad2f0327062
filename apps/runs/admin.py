from typing import ClassVar

from django.contrib import admin

from apps.audit.admin import ReadOnlyAdmin
from apps.runs.models import Run, RunStep


class RunStepInline(admin.TabularInline[RunStep, Run]):
    model = RunStep
    template = "admin/runs/steps.html"
    fields = ("sequence", "name", "kind", "state", "attempt", "started_at", "finished_at")
    readonly_fields = fields
    can_delete = False
    extra = 0


@admin.register(Run)
class RunAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "release", "environment", "kind", "state", "started_by_name", "queued_at", "finished_at")
    list_filter = ("state", "kind", "environment")
    search_fields = ("id", "instance__customer__name", "release__integration_template__name")
    list_select_related = ("release__integration_template", "environment")
    raw_id_fields = ("instance", "deployment", "retry_of")
    inlines: ClassVar = [RunStepInline]
