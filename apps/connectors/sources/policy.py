"""Where builds may fetch from."""

from apps.environments.models import Environment, EnvironmentKind
from apps.environments.selectors import egress_policy
from apps.infra.egress import Policy


def policy_of_sources() -> Policy:
    """The policy of the first development environment, else of the first one: the internet, and its exceptions."""
    development = Environment.objects.filter(kind=EnvironmentKind.DEVELOPMENT)
    environment = development.first() or Environment.objects.first()
    return egress_policy(environment) if environment else Policy()
