"""A person gets a link and chooses a password there. Nobody else ever knows it, administrators included."""

from django.contrib.auth.tokens import default_token_generator

from apps.accounts.models import User
from apps.accounts.permissions import Verb, authorise
from apps.audit.actor import Actor
from apps.audit.operations import operation
from apps.core.errors import Refused


def reset_password(*, by: User | Actor, person: User) -> str:
    """Take the password away and return the token of a link at which the person chooses a new one.

    Every session of the person ends at once, and every earlier link. The token is good for one password, for as long
    as ``PASSWORD_RESET_TIMEOUT`` says. Only administrators may. Raises ``Refused`` for a disabled account.
    """
    authorise(by, Verb.ADMINISTER)
    with operation("person.password_reset", by=by) as op:
        fresh = User.objects.select_for_update().get(pk=person.pk)
        op.about(fresh)
        if not fresh.is_active:
            raise Refused(f"{fresh} is disabled. Enable the account first.")
        take_password_away(fresh)
    return default_token_generator.make_token(fresh)


def choose_password(*, person: User, token: str, password: str) -> User:
    """Set the password of the person whose link it is. Raises ``Refused`` where the link is no longer good."""
    with operation("person.password_chosen", by=person) as op:
        fresh = User.objects.select_for_update().get(pk=person.pk)
        op.about(fresh)
        if not _is_good(fresh, token):
            raise Refused("This link has been used or is too old. Ask an administrator for a new one.")
        fresh.set_password(password)
        fresh.save(update_fields=["password"])
    return fresh


def person_of_link(*, pk: int, token: str) -> User | None:
    """Return whose link it is, or None where it is no longer good."""
    person = User.objects.filter(pk=pk).first()
    return person if person and _is_good(person, token) else None


def take_password_away(person: User) -> None:
    """End every session and every link of the person: both are bound to the password."""
    person.set_unusable_password()
    person.save(update_fields=["password"])


def _is_good(person: User, token: str) -> bool:
    return person.is_active and default_token_generator.check_token(person, token)
