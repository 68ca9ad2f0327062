"""Django admin for support: everything can be looked up, nothing is changed here."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from simple_history.admin import SimpleHistoryAdmin
from simple_history.models import DeletedObject
from simple_history.template_utils import HistoricalRecordContextHelper

from apps.audit.models import AuditEvent
from apps.audit.selectors import told_changes


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """Lists and shows rows. Whoever may look finds them; nobody adds, changes or deletes."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


class PlainChanges(HistoricalRecordContextHelper):  # type: ignore[misc]
    """Says that a value was not set; the library calls that a deleted object."""

    def prepare_delta_change_value(self, change: Any, value: Any) -> Any:
        if value is None or (isinstance(value, DeletedObject) and value.pk is None):
            return "not set"
        return super().prepare_delta_change_value(change, value)


class TrackedAdmin(SimpleHistoryAdmin, ReadOnlyAdmin):  # type: ignore[misc]
    """A tracked model with its history: what changed, when, by whom, before and after."""

    object_history_list_template = "audit/admin_history_list.html"

    def get_historical_record_context_helper(self, request: HttpRequest, historical_record: Any) -> PlainChanges:
        return PlainChanges(self.model, historical_record)

    def set_history_delta_changes(
        self, request: HttpRequest, historical_records: Any, foreign_keys_are_objs: bool = True
    ) -> None:
        """Put to each entry what its act tells that it changed: of several rows of one act, to the newest."""
        super().set_history_delta_changes(request, historical_records, foreign_keys_are_objs)
        records = list(historical_records)
        target = str(records[0].instance.pk) if records else ""
        told = told_changes(self.model._meta.label_lower, target, {record.correlation_id for record in records})
        for record in records:
            record.told_changes = told.pop(record.correlation_id, [])

    def history_form_view(
        self, request: HttpRequest, object_id: str, version_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show an earlier state. The library's form would write it back past the services."""
        if request.method != "GET":
            raise PermissionDenied
        response: HttpResponse = super().history_form_view(request, object_id, version_id, extra_context)
        return response


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdmin):
    """The trail itself."""

    list_display = ("at", "actor_name", "sentence", "target_type", "reason")
    list_filter = ("verb", "actor_kind")
    search_fields = ("actor_name", "target_name", "reason", "correlation_id")
    date_hierarchy = "at"
