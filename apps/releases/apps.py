from django.apps import AppConfig


class ReleasesConfig(AppConfig):
    name = "apps.releases"

    def ready(self) -> None:
        from apps.accounts.permissions import Verb  # noqa: PLC0415 - models are loaded only now
        from apps.audit.fsck import register_check  # noqa: PLC0415
        from apps.audit.triggers import frozen  # noqa: PLC0415
        from apps.connectors import uses  # noqa: PLC0415
        from apps.core import navigation  # noqa: PLC0415
        from apps.infra.children import register_task  # noqa: PLC0415
        from apps.releases import audit_verbs, checks, connector_uses, reading  # noqa: F401, PLC0415
        from apps.releases.models import Release, Snapshot  # noqa: PLC0415
        from apps.releases.services.uses import adopt  # noqa: PLC0415

        # A text never changes; one that nothing refers to any more may go, which foreign keys see to.
        frozen(Snapshot, deletable=True)
        frozen(Release, columns=checks.FROZEN, once='OLD."number" IS NOT NULL')
        register_check("C1", "Templates with more than one live release", checks.several_live)
        register_check("C2", "Releases whose content is not what was frozen", checks.altered_content)
        register_check("R1", "Connector uses that are not those of the text", connector_uses.disagreeing_rows)
        register_check("R2", "Slots that wait for what exists", connector_uses.overlooked_arrivals)
        register_check("R3", "Versions that use connectors in the bin", connector_uses.frozen_on_the_bin)
        register_task(reading.TASK, reading.TARGET)
        uses.register_uses(uses.UseKind.RELEASE, find=connector_uses.find_releases, count=connector_uses.count_releases)
        uses.register_arrival(adopt)
        navigation.register(
            navigation.Item(
                label="Templates",
                url_name="releases:template_list",
                icon="stack-2",
                verb=Verb.CONSOLE_SEE,
                order=10,
                within=("releases:",),
            )
        )
