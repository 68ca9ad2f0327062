from django.apps import AppConfig


class RunsConfig(AppConfig):
    name = "apps.runs"

    def ready(self) -> None:
        from apps.accounts.permissions import Verb  # noqa: PLC0415 - models are loaded only now
        from apps.connectors.uses import UseKind, register_uses  # noqa: PLC0415
        from apps.core import navigation  # noqa: PLC0415
        from apps.runs import audit_verbs, connector_uses, fsck, outbox  # noqa: F401, PLC0415

        outbox.register()
        register_uses(UseKind.RUN, find=connector_uses.find_runs, count=connector_uses.count_runs)
        navigation.register(
            navigation.Item(label="Overview", url_name="runs:overview", icon="home", verb=Verb.CONSOLE_SEE, order=-10),
            navigation.Item(
                label="Runs",
                url_name="runs:run_list",
                icon="player-play",
                verb=Verb.CONSOLE_SEE,
                order=40,
                within=("runs:run",),
            ),
        )
