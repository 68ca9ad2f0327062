from django.contrib import admin
from django.contrib.auth.models import Group

from apps.accounts.models import Customer, User
from apps.audit.admin import TrackedAdmin

# People have one role each; groups of permissions are not used.
admin.site.unregister(Group)


@admin.register(User)
class UserAdmin(TrackedAdmin):
    list_display = ("display_name", "username", "role", "customer", "is_active")
    list_filter = ("role", "is_active", "customer")
    search_fields = ("display_name", "username", "email")
    exclude = ("password",)


@admin.register(Customer)
class CustomerAdmin(TrackedAdmin):
    list_display = ("name", "slug", "created_at")
    search_fields = ("name", "slug")
