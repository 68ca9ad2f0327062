"""Reads about connections."""

from django.db.models import F, Q, QuerySet

from apps.accounts.models import Customer, User
from apps.connectors.models import Connection, Connector
from apps.environments.models import Environment


def connections_visible_to(person: User, *, search: str = "") -> QuerySet[Connection]:
    """Return the connections that the person may see, complete for a list; without their sealed secrets."""
    found = (
        Connection.objects.visible_to(person)
        .select_related("connector", "environment", "customer")
        .defer("sealed")
        .order_by("connector__name", "environment__position", F("customer__name").asc(nulls_first=True), "name")
    )
    if search:
        wanted = Q(name__icontains=search) | Q(connector__name__icontains=search) | Q(customer__name__icontains=search)
        found = found.filter(wanted)
    return found


def usable_connections(
    connector: Connector, environment: Environment, customer: Customer | None
) -> QuerySet[Connection]:
    """Return the connections that may fill a slot: of this connector, environment and owner (None: the team)."""
    return (
        Connection.objects.filter(connector=connector, environment=environment, customer=customer)
        .defer("sealed")
        .order_by("name")
    )
