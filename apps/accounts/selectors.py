"""Reading people."""

from django.db.models import Count, F, Q, QuerySet

from apps.accounts.models import Customer, User


def people() -> QuerySet[User]:
    """Return everybody, the team first."""
    return User.objects.select_related("customer").order_by(F("customer__name").asc(nulls_first=True), "display_name")


def active_people() -> QuerySet[User]:
    """Return everybody who may sign in."""
    return people().filter(is_active=True)


def people_found(*, words: str = "", role: str = "") -> QuerySet[User]:
    """Return those in whose name, sign-in name or customer every word stands, in the role."""
    found = people()
    for word in words.split():
        found = found.filter(
            Q(display_name__icontains=word) | Q(username__icontains=word) | Q(customer__name__icontains=word)
        )
    if role:
        found = found.filter(role=role)
    return found


def customers() -> QuerySet[Customer]:
    """Return every customer by name."""
    return Customer.objects.order_by("name")


def customers_found(words: str = "") -> QuerySet[Customer]:
    """Return the customers in whose name every word stands, each with ``people_count``: those who may sign in."""
    found = customers().annotate(people_count=Count("people", filter=Q(people__is_active=True)))
    for word in words.split():
        found = found.filter(name__icontains=word)
    return found
