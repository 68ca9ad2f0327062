"""People and customers come and change here."""

from django.utils.text import slugify

from apps.accounts.models import Customer, User
from apps.accounts.permissions import Role, Verb, authorise
from apps.audit.actor import Actor
from apps.audit.operations import operation
from apps.core import clock

SIGN_INS = "sign-ins"


def add_customer(*, by: User | Actor, name: str) -> Customer:
    """Add a customer. Only administrators may."""
    authorise(by, Verb.ADMINISTER)
    with operation("customer.added", by=by) as op:
        customer = Customer.objects.create(name=name, slug=slugify(name), created_at=clock.now())
        op.about(customer)
    return customer


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
    """Add a person. Without a password the account cannot sign in with one. Only administrators may."""
    authorise(by, Verb.ADMINISTER)
    with operation("person.added", by=by) as op:
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
        op.about(person, role=role.label)
    return person


def record_sign_in(*, person: User) -> None:
    """Record that a person signed in."""
    with operation("person.signed_in", by=person) as op:
        op.about(person, chain=SIGN_INS)


def record_sign_out(*, person: User) -> None:
    """Record that a person signed out."""
    with operation("person.signed_out", by=person) as op:
        op.about(person, chain=SIGN_INS)
