"""Customers come and change here."""

from django.utils.text import slugify

from apps.accounts.models import Customer, User
from apps.accounts.permissions import Verb, authorise
from apps.audit.actor import Actor
from apps.audit.operations import operation
from apps.core import clock
from apps.core.errors import Refused


def add_customer(*, by: User | Actor, name: str) -> Customer:
    """Add a customer. Only administrators may. Raises ``Refused`` for a taken name."""
    authorise(by, Verb.ADMINISTER)
    with operation("customer.added", by=by) as op:
        slug = slugify(name)[:60]
        _check_name(name)
        if not slug:
            raise Refused("The name needs at least one letter or digit.")
        if taken := Customer.objects.filter(slug=slug).first():
            raise Refused(f"The address of “{name}” would be that of the customer “{taken}”. Choose another name.")
        customer = Customer.objects.create(name=name, slug=slug, created_at=clock.now())
        op.about(customer)
    return customer


def rename_customer(*, by: User | Actor, customer: Customer, name: str) -> Customer:
    """Give a customer another name; its address stays. Only administrators may. Raises ``Refused`` for a taken one."""
    authorise(by, Verb.ADMINISTER)
    with operation("customer.renamed", by=by) as op:
        fresh = Customer.objects.select_for_update().get(pk=customer.pk)
        op.about(fresh, before=fresh.name)
        if fresh.name == name:
            raise Refused(f"The customer is called “{name}” already.")
        _check_name(name, but=fresh)
        fresh.name = name
        fresh.save(update_fields=["name"])
        op.about(fresh)
    return fresh


def _check_name(name: str, *, but: Customer | None = None) -> None:
    others = Customer.objects.exclude(pk=but.pk) if but else Customer.objects.all()
    if others.filter(name__iexact=name).exists():
        raise Refused(f"There is a customer “{name}” already. Choose another name.")
