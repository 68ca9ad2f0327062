from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.core.static_build import StaticBuildError, build


class Command(BaseCommand):
    help = "Fetch stylesheet, font and icons into static/vendor; quick when nothing changed."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = build(settings.BASE_DIR)
        except StaticBuildError as error:
            raise CommandError(str(error)) from error
        if done and options["verbosity"]:
            self.stdout.write("Static files are up to date.")
