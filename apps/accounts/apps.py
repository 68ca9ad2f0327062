from typing import Any

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "apps.accounts"

    def ready(self) -> None:
        from apps.accounts import audit_verbs  # noqa: F401, PLC0415 - registers the app's verbs
        from apps.accounts.permissions import Verb, may  # noqa: PLC0415
        from apps.core import navigation  # noqa: PLC0415

        def allowed(person: Any, verb: str) -> bool:
            return may(person, Verb(verb))

        navigation.decide_by(allowed)
        navigation.register(
            navigation.Item(
                label="People",
                url_name="accounts:person_list",
                icon="users",
                verb=Verb.CONSOLE_SEE,
                section="Oversight",
                order=90,
                within=tuple(f"accounts:person_{page}" for page in ("detail", "create", "edit", "link", "disable")),
            ),
            navigation.Item(
                label="Customers",
                url_name="accounts:customer_list",
                icon="building",
                verb=Verb.CONSOLE_SEE,
                section="Oversight",
                order=85,
                within=tuple(f"accounts:customer_{page}" for page in ("detail", "create", "rename", "add_person")),
            ),
        )
