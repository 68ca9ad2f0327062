"""Times at which nothing may be deployed."""

from datetime import datetime

from apps.accounts.models import User
from apps.accounts.permissions import Verb, authorise
from apps.audit.actor import Actor
from apps.audit.operations import operation
from apps.core import clock
from apps.core.errors import Conflict, Refused
from apps.environments.models import Environment
from apps.environments.services.rows import row_of

LOCK = ("locked_at", "locked_by", "locked_until", "lock_reason")


def lock_environment(
    *, by: User | Actor, environment: Environment, reason: str, until: datetime | None = None
) -> Environment:
    """Refuse every deployment here ``until`` then, or until it is unlocked. Raises ``Conflict`` if it is locked."""
    authorise(by, Verb.INSTANCE_OPERATE_PROTECTED)
    if not reason.strip():
        raise Refused("Say why, so that people who are stopped by the lock know what to wait for.")
    if until and until <= clock.now():
        raise Refused("This end is over already: choose a later one, or none.")
    with operation("environment.locked", by=by, reason=reason) as op:
        environment = row_of(environment)
        op.about(environment)
        if environment.is_locked:
            raise Conflict(f"{environment} is locked already: {environment.lock_reason}")
        environment.locked_at = clock.now()
        environment.locked_by = by if isinstance(by, User) else None
        environment.locked_until, environment.lock_reason = until, reason
        environment.save(update_fields=LOCK)
    return environment


def unlock_environment(*, by: User | Actor, environment: Environment, reason: str = "") -> Environment:
    """Allow deployments again. Raises ``Conflict`` if it is not locked."""
    authorise(by, Verb.INSTANCE_OPERATE_PROTECTED)
    with operation("environment.unlocked", by=by, reason=reason) as op:
        environment = row_of(environment)
        op.about(environment)
        if not environment.is_locked:
            raise Conflict(f"{environment} is not locked.")
        environment.locked_at = environment.locked_by = environment.locked_until = None
        environment.lock_reason = ""
        environment.save(update_fields=LOCK)
    return environment
