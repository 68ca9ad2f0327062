"""People come, change and go here. There is always an administrator."""

from apps.accounts.models import Customer, User
from apps.accounts.permissions import CUSTOMER_ROLES, Role, Verb, authorise
from apps.accounts.services.passwords import take_password_away
from apps.audit.actor import Actor
from apps.audit.operations import operation
from apps.core import clock
from apps.core.errors import Refused


def add_person(
    *,
    by: User | Actor,
    username: str,
    display_name: str,
    role: Role,
    customer: Customer | None = None,
    email: str = "",
    password: str | None = None,
) -> User:
    """Add a person. Without a password the account cannot sign in with one. Only administrators may.

    Raises ``Refused`` for a taken name, whatever its case.
    """
    authorise(by, Verb.ADMINISTER)
    with operation("person.added", by=by) as op:
        if User.objects.filter(username__iexact=username).exists():
            raise Refused(f"Somebody signs in as “{username}” already. Choose another name.")
        person = User(
            username=username,
            display_name=display_name,
            role=role,
            customer=customer,
            email=email,
            created_at=clock.now(),
        )
        person.set_password(password)
        person.full_clean(exclude=["password"])
        person.save()
        op.about(person, within=customer, role=role.label)
    return person


def change_person(*, by: User | Actor, person: User, display_name: str, email: str, role: Role) -> User:
    """Change a person's name, e-mail and role; the role holds from the next click on. Only administrators may.

    Raises ``Refused`` where somebody would change their own role, take the last administrator away, or move between
    the team and a customer.
    """
    authorise(by, Verb.ADMINISTER)
    with operation("person.changed", by=by) as op:
        fresh = _locked(person)
        op.about(fresh, within=fresh.customer)
        if role != fresh.role:
            _check_role(by, fresh, role)
        fresh.display_name, fresh.email, fresh.role = display_name, email, role
        fresh.full_clean(exclude=["password"])
        fresh.save(update_fields=["display_name", "email", "role"])
    return fresh


def disable_person(*, by: User | Actor, person: User, reason: str = "") -> User:
    """Let the person sign in no more; sessions and links end at once, for good. Only administrators may.

    Raises ``Refused`` for oneself and for the last administrator.
    """
    authorise(by, Verb.ADMINISTER)
    with operation("person.disabled", by=by, reason=reason) as op:
        fresh = _locked(person)
        op.about(fresh, within=fresh.customer)
        if fresh == by:
            raise Refused("You cannot disable your own account. Another administrator can.")
        if not fresh.is_active:
            raise Refused(f"{fresh} is disabled already.")
        _check_last_administrator(fresh)
        fresh.is_active = False
        fresh.save(update_fields=["is_active"])
        take_password_away(fresh)
    return fresh


def enable_person(*, by: User | Actor, person: User) -> User:
    """Let the person sign in again, once they have chosen a new password by a link. Only administrators may."""
    authorise(by, Verb.ADMINISTER)
    with operation("person.enabled", by=by) as op:
        fresh = _locked(person)
        op.about(fresh, within=fresh.customer)
        if fresh.is_active:
            raise Refused(f"{fresh} is not disabled.")
        fresh.is_active = True
        fresh.save(update_fields=["is_active"])
    return fresh


def _locked(person: User) -> User:
    """Return the row with those of all administrators locked, so that two of them cannot remove each other."""
    list(User.objects.select_for_update().filter(role=Role.ADMIN).values_list("pk", flat=True))
    return User.objects.select_for_update(of=("self",)).select_related("customer").get(pk=person.pk)


def _check_role(by: User | Actor, person: User, role: Role) -> None:
    if person == by:
        raise Refused("You cannot change your own role. Another administrator can.")
    if (role in CUSTOMER_ROLES) is not (person.role in CUSTOMER_ROLES):
        raise Refused("Nobody moves between the team and a customer. Disable this account and add another.")
    _check_last_administrator(person)


def _check_last_administrator(person: User) -> None:
    others = User.objects.filter(role=Role.ADMIN, is_active=True).exclude(pk=person.pk)
    if person.role == Role.ADMIN and not others.exists():
        raise Refused(f"{person} is the last administrator. Give somebody else this role first.")
