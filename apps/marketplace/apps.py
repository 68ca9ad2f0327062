from django.apps import AppConfig


class MarketplaceConfig(AppConfig):
    name = "apps.marketplace"

    def ready(self) -> None:
        from apps.accounts.permissions import Verb  # noqa: PLC0415 - models are loaded only now
        from apps.core import navigation  # noqa: PLC0415
        from apps.deployments.readiness import register_check  # noqa: PLC0415
        from apps.marketplace import audit_verbs, consequences, fsck, offers, rules  # noqa: F401, PLC0415
        from apps.releases.consequences import register_consequences  # noqa: PLC0415
        from apps.releases.pins import register_pinned_release, register_pins  # noqa: PLC0415
        from apps.releases.users_of_releases import register_user_of_releases  # noqa: PLC0415

        register_consequences(consequences.consequences_for_listings)
        register_pins(offers.is_pinned)
        register_pinned_release(offers.pinned_release)
        register_user_of_releases(offers.users_of_release)
        register_check(rules.not_offered)
        # For people of customers it is the only item, so that "/" leads them here.
        navigation.register(
            navigation.Item(
                label="My integrations",
                url_name="marketplace:home",
                icon="apps",
                verb=Verb.MARKETPLACE_USE,
                within=("marketplace:",),
            )
        )
