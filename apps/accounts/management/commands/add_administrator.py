"""``manage.py add_administrator ada "Ada Fischer"``: the first person of a new installation, or a way back in."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.urls import reverse

from apps.accounts import services
from apps.accounts.models import User
from apps.accounts.permissions import Role
from apps.audit.actor import Actor
from apps.core.errors import Refused

BY = Actor.system("command line")


class Command(BaseCommand):
    help = "Adds an administrator, or helps one who forgot the password; prints a link at which to choose one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="what to sign in as")
        parser.add_argument("name", nargs="?", default="", help="the person's name; the same if left out")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            person = _administrator(options["username"], options["name"])
            token = services.reset_password(by=BY, person=person)
        except Refused as refused:
            raise CommandError(refused.message) from refused
        path = reverse("accounts:choose_password", args=[person.pk, token])
        self.stdout.write(f"Within three days, {person} chooses a password once at this address or at your own host:")
        self.stdout.write(f"http://localhost:{settings.SLIPWAY_PORT}{path}")


def _administrator(username: str, name: str) -> User:
    person = User.objects.filter(username__iexact=username).first()
    if person is None:
        return services.add_person(by=BY, username=username, display_name=name or username, role=Role.ADMIN)
    if person.role != Role.ADMIN:
        raise CommandError(f"{person} is not an administrator.")
    return person
