from django.core.management.base import BaseCommand

from apps.infra.jobs.worker import run_worker


class Command(BaseCommand):
    help = "Carry out runs and other durable jobs until stopped (SIGTERM or Ctrl-C). Start as many as you like."

    def handle(self, *args: object, **options: object) -> None:
        run_worker()
