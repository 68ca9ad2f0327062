"""``manage.py demo_apis``: serve the demo APIs on loopback."""

import os
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    """Becomes the demo APIs' server: the same process id, other settings, nothing spawned besides its worker."""

    help = "Serve Demo Shop and Demo CRM on loopback until SIGTERM or Ctrl-C."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--port",
            type=int,
            default=settings.SLIPWAY_DEMO_APIS_PORT,
            help="0 takes a free one; the address is printed.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        environment = {**os.environ, "SLIPWAY_DATA_DIR": str(settings.DATA_DIR)}
        environment["DJANGO_SETTINGS_MODULE"] = "apps.demo.settings"
        environment["PYTHONPATH"] = str(settings.BASE_DIR)
        command = [sys.executable, "-m", "apps.demo.server", str(options["port"])]
        os.execve(sys.executable, command, environment)  # noqa: S606 - our own interpreter, no shell
