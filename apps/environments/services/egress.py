"""Where connectors may call from an environment."""

from datetime import datetime

from apps.accounts.models import User
from apps.accounts.permissions import Verb, authorise
from apps.audit.actor import Actor
from apps.audit.operations import operation
from apps.core import clock
from apps.core.errors import Refused
from apps.environments.models import EgressException, Environment, Reach
from apps.environments.services.rows import row_of


def allow_egress(
    *,
    by: User | Actor,
    environment: Environment,
    host: str,
    port: int,
    reason: str,
    expires_at: datetime | None = None,
) -> EgressException:
    """Let connectors call one private or unusual address from one environment. Only administrators may."""
    authorise(by, Verb.ADMINISTER)
    with operation("egress.allowed", by=by, reason=reason) as op:
        op.about(environment, address=f"{host}:{port}")
        if environment.egress_exceptions.filter(host=host, port=port).exists():
            raise Refused(f"{host}:{port} is allowed here already. Take that exception back to change it.")
        return EgressException.objects.create(
            environment=environment,
            host=host,
            port=port,
            reason=reason,
            expires_at=expires_at,
            created_by_name=str(by),
            created_at=clock.now(),
        )


def forbid_egress(*, by: User | Actor, exception: EgressException) -> None:
    """Take an exception back. Only administrators may."""
    authorise(by, Verb.ADMINISTER)
    with operation("egress.forbidden", by=by) as op:
        op.about(exception.environment, address=f"{exception.host}:{exception.port}")
        exception.delete()


def set_reach(*, by: User | Actor, environment: Environment, reach: Reach, reason: str) -> Environment:
    """Open an environment to the internet, or close it but for the listed addresses. Only administrators may."""
    authorise(by, Verb.ADMINISTER)
    if not reason.strip():
        raise Refused("Say why: what connectors may reach is everybody's business.")
    with operation("egress.changed", by=by, reason=reason) as op:
        environment = row_of(environment)
        environment.reach = reach
        environment.save(update_fields=["reach"])
        op.about(environment, reach=Reach(reach).label.lower())
    return environment
