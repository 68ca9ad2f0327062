"""``manage.py load_demo``: make the demo company."""

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core.errors import Refused
from apps.demo import company


class Command(BaseCommand):
    """Makes the demo company unless it is there already; interrupted, it leaves nothing behind."""

    help = "Make the demo company, unless it is there already. The demo APIs must be running."
    # A second start of everything waits for this command; migrate has asked the checks just before.
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--apis",
            default=f"http://127.0.0.1:{settings.SLIPWAY_DEMO_APIS_PORT}",
            help="address of the running demo APIs",
        )

    def handle(self, *_: Any, apis: str, **__: Any) -> None:
        started = time.monotonic()
        try:
            made = company.load(apis)
        except Refused as refused:
            raise CommandError(" ".join([refused.message, *refused.problems])) from refused
        if made:
            self.stdout.write(f"The demo company is ready, after {time.monotonic() - started:.0f} s.")
            return
        self.stdout.write("The demo company is there already.")
        if (known := company.address_of_apis()) != apis.rstrip("/"):
            self.stdout.write(f"It calls {known}, not {apis}: start with the PORT of the first time.")
