from django.contrib import admin

from apps.audit.admin import TrackedAdmin
from apps.marketplace.models import Listing


@admin.register(Listing)
class ListingAdmin(TrackedAdmin):
    list_display = ("integration_template", "is_listed", "follows", "pinned_release", "environment")
    list_filter = ("is_listed", "follows", "environment")
    search_fields = ("integration_template__name",)
    list_select_related = ("integration_template", "pinned_release__integration_template", "environment")
