from django.contrib import admin

from apps.audit.admin import ReadOnlyAdmin, TrackedAdmin
from apps.deployments.models import Deployment, Instance, Rollout, RolloutItem


@admin.register(Instance)
class InstanceAdmin(TrackedAdmin):
    list_display = ("__str__", "customer", "environment", "current_deployment", "paused_at")
    list_filter = ("environment", "integration_template", "customer")
    search_fields = ("integration_template__name", "customer__name", "label")
    list_select_related = (
        "integration_template",
        "environment",
        "customer",
        "current_deployment__instance__integration_template",
        "current_deployment__instance__environment",
        "current_deployment__instance__customer",
    )


@admin.register(Deployment)
class DeploymentAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "release", "kind", "actor_name", "at", "reason")
    list_filter = ("kind", "instance__environment")
    search_fields = ("instance__integration_template__name", "instance__customer__name", "actor_name", "reason")
    list_select_related = (
        "release__integration_template",
        "instance__integration_template",
        "instance__environment",
        "instance__customer",
    )


@admin.register(Rollout)
class RolloutAdmin(TrackedAdmin):
    list_display = ("__str__", "state", "size", "led_by_name", "started_at", "ended_at")
    list_filter = ("state", "integration_template")
    search_fields = ("integration_template__name", "led_by_name", "reason")
    list_select_related = ("integration_template", "release__integration_template")


@admin.register(RolloutItem)
class RolloutItemAdmin(ReadOnlyAdmin):
    list_display = ("__str__", "state", "attempt", "told", "ended_at")
    list_filter = ("state", "instance__environment")
    search_fields = ("instance__integration_template__name", "instance__customer__name", "told")
    list_select_related = (
        "rollout",
        "instance__integration_template",
        "instance__environment",
        "instance__customer",
    )
