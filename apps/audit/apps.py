from typing import Any

from django.apps import AppConfig
from django.core.checks import Tags, register
from django.db import connections
from django.db.models.signals import post_migrate


class AuditConfig(AppConfig):
    name = "apps.audit"

    def ready(self) -> None:
        from apps.audit import audit_verbs, checks, fsck, history, triggers  # noqa: F401, PLC0415 - models are loaded only now
        from apps.audit.models import AuditEvent  # noqa: PLC0415
        from apps.core import navigation  # noqa: PLC0415

        triggers.frozen(AuditEvent)
        navigation.register(
            navigation.Item(
                label="Activity",
                url_name="audit:activity",
                icon="history",
                verb="console.see",
                section="Oversight",
                order=80,
                within=("audit:",),
            )
        )
        register(checks.triggers_in_place, Tags.database)
        post_migrate.connect(_install_triggers)


def _install_triggers(using: str, **_: Any) -> None:
    from apps.audit import triggers  # noqa: PLC0415 - see ready

    triggers.install(connections[using])
