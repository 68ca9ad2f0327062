"""Reads about environments."""

from django.db.models import Count, Q, QuerySet

from apps.core import clock
from apps.environments.models import EgressException, Environment, Reach
from apps.infra.egress import Allowance, Policy


def environments() -> QuerySet[Environment]:
    """Return every environment in order, with ``exception_count``: egress exceptions in force."""
    in_force = Q(egress_exceptions__expires_at=None) | Q(egress_exceptions__expires_at__gt=clock.now())
    return (
        Environment.objects.select_related("locked_by")
        .annotate(exception_count=Count("egress_exceptions", filter=in_force))
        .order_by("position", "pk")
    )


def egress_exceptions(environment: Environment) -> QuerySet[EgressException]:
    """Return the exceptions of an environment, those that ended too."""
    return environment.egress_exceptions.order_by("host", "port")


def egress_policy(environment: Environment) -> Policy:
    """Return where calls from here may go: the internet unless it is closed, and the exceptions in force."""
    in_force = environment.egress_exceptions.filter(Q(expires_at=None) | Q(expires_at__gt=clock.now()))
    return Policy(
        allowed=tuple(Allowance(host, port) for host, port in in_force.values_list("host", "port")),
        listed_only=environment.reach == Reach.LISTED,
    )
