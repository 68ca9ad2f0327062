"""Reading people."""

from django.db.models import F, QuerySet

from apps.accounts.models import Customer, User


def people() -> QuerySet[User]:
    """Return everybody, the team first."""
    return User.objects.select_related("customer").order_by(F("customer__name").asc(nulls_first=True), "display_name")


def active_people() -> QuerySet[User]:
    """Return everybody who may sign in."""
    return people().filter(is_active=True)


def customers() -> QuerySet[Customer]:
    """Return every customer by name."""
    return Customer.objects.order_by("name")
