from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.audit.fsck import all_checks, findings


class Command(BaseCommand):
    help = "Asks the questions that must have no answer. Exit status 1 when something is wrong."

    def handle(self, *_: Any, **__: Any) -> None:
        wrong = findings()
        for check in all_checks():
            problems = wrong.get(check.code, [])
            self.stdout.write(f"{check.code} {check.title}: {len(problems) or 'none'}")
            for problem in problems:
                self.stdout.write(f"   {problem}")
        if wrong:
            raise CommandError(f"{sum(map(len, wrong.values()))} findings.")
