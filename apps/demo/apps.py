"""The demo: two small SaaS products to integrate, and a company that does."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Gives Slipway the demo's commands. The demo APIs run in a process of their own (``apps.demo.settings``)."""

    name = "apps.demo"
