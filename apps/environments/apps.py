from django.apps import AppConfig


class EnvironmentsConfig(AppConfig):
    name = "apps.environments"

    def ready(self) -> None:
        from apps.environments import audit_verbs, navigation  # noqa: F401, PLC0415 - verbs and items register themselves
