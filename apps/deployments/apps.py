from django.apps import AppConfig

OF_INSTANCES = (
    "instance_detail",
    "instance_undo",
    "instance_pause",
    "deployment_detail",
    "wizard_start",
    "wizard_version",
    "wizard_connections",
    "wizard_connection_new",
    "wizard_configuration",
    "wizard_review",
)
OF_ROLLOUTS = ("rollout_list", "rollout_preview", "rollout_detail", "rollout_cancel", "rollout_put_back")


class DeploymentsConfig(AppConfig):
    name = "apps.deployments"

    def ready(self) -> None:
        from apps.accounts.permissions import Verb  # noqa: PLC0415 - models are loaded only now
        from apps.audit import triggers  # noqa: PLC0415
        from apps.connectors.services import connections  # noqa: PLC0415
        from apps.connectors.uses import UseKind, register_uses  # noqa: PLC0415
        from apps.core import navigation  # noqa: PLC0415
        from apps.deployments import audit_verbs, connector_uses, deployed, fsck, running, selectors  # noqa: F401, PLC0415
        from apps.deployments.models import (  # noqa: PLC0415
            ConfigRevision,
            Deployment,
            Rollout,
            RolloutItem,
            SlotBinding,
        )
        from apps.deployments.rollouts import fsck as rollouts_fsck  # noqa: F401, PLC0415
        from apps.deployments.rollouts import outbox  # noqa: PLC0415
        from apps.environments.users_of_environments import register_user_of_environments  # noqa: PLC0415
        from apps.releases.consequences import register_consequences  # noqa: PLC0415
        from apps.releases.deployed import register_deployed  # noqa: PLC0415
        from apps.releases.running import Source, register_source  # noqa: PLC0415
        from apps.releases.users_of_releases import register_user_of_releases  # noqa: PLC0415

        for model in (ConfigRevision, Deployment, SlotBinding):
            triggers.frozen(model)
        triggers.frozen(Rollout, columns=("integration_template_id", "release_id", "restores_id", "size", "started_at"))
        triggers.frozen(RolloutItem, columns=("rollout_id", "instance_id", "goes_back_to_id"))
        outbox.register()
        register_user_of_releases(selectors.users_of_release)
        register_source(Source(running.find_running, running.running_on))
        register_consequences(running.consequences_for_instances)
        register_deployed(deployed.TELLER)
        register_user_of_environments(selectors.users_of_environment)
        connections.register_user(selectors.users_of_connection)
        register_uses(UseKind.INSTANCE, find=connector_uses.find_instances, count=connector_uses.count_instances)
        navigation.register(
            navigation.Item(
                label="Board",
                url_name="deployments:board",
                icon="layout-grid",
                verb=Verb.CONSOLE_SEE,
                order=25,
            ),
            navigation.Item(
                label="Instances",
                url_name="deployments:instance_list",
                icon="package",
                verb=Verb.CONSOLE_SEE,
                order=30,
                within=tuple(f"deployments:{name}" for name in OF_INSTANCES),
            ),
            navigation.Item(
                label="Fleet",
                url_name="deployments:fleet",
                icon="stack-3",
                verb=Verb.CONSOLE_SEE,
                order=35,
                within=tuple(f"deployments:{name}" for name in OF_ROLLOUTS),
            ),
        )
