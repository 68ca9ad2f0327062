from django.apps import AppConfig


class RunsConfig(AppConfig):
    name = "apps.runs"

    def ready(self) -> None:
        from apps.accounts.permissions import Verb  # noqa: PLC0415 - models are loaded only now
        from apps.core import navigation  # noqa: PLC0415
        from apps.runs import audit_verbs, fsck, outbox  # noqa: F401, PLC0415

        outbox.register()
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
