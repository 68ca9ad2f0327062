"""Environments come and change here."""

from datetime import datetime

from django.db.models import Max
from django.utils.text import slugify

from apps.accounts.models import User
from apps.accounts.permissions import Verb, authorise
from apps.audit.actor import Actor
from apps.audit.operations import operation
from apps.core import clock
from apps.core.errors import Conflict, Refused
from apps.environments.models import EgressException, Environment, EnvironmentKind


def create_environment(
    *, by: User | Actor, name: str, kind: EnvironmentKind, is_protected: bool = False
) -> Environment:
    """Add an environment behind the existing ones. Only administrators may. Raises ``Refused`` for a taken name."""
    authorise(by, Verb.ADMINISTER)
    slug = slugify(name)
    with operation("environment.created", by=by) as op:
        if not slug:
            raise Refused("The name needs at least one letter or digit.")
        if Environment.objects.filter(slug=slug).exists() or Environment.objects.filter(name__iexact=name).exists():
            raise Refused(f"There is an environment “{name}” already. Choose another name.")
        last = Environment.objects.aggregate(last=Max("position"))["last"] or 0
        environment = Environment.objects.create(
            name=name, slug=slug, position=last + 1, kind=kind, is_protected=is_protected, created_at=clock.now()
        )
        op.about(environment, kind=EnvironmentKind(kind).label.lower())
    return environment


def lock_environment(*, by: User | Actor, environment: Environment, reason: str) -> Environment:
    """Refuse every deployment here until it is unlocked. Raises ``Conflict`` if it is locked already."""
    authorise(by, Verb.INSTANCE_OPERATE_PROTECTED)
    if not reason.strip():
        raise Refused("Say why, so that people who are stopped by the lock know what to wait for.")
    with operation("environment.locked", by=by, reason=reason) as op:
        environment = _locked_row(environment)
        op.about(environment)
        if environment.is_locked:
            raise Conflict(f"{environment} is locked already: {environment.lock_reason}")
        environment.locked_at = clock.now()
        environment.locked_by = by if isinstance(by, User) else None
        environment.lock_reason = reason
        environment.save(update_fields=["locked_at", "locked_by", "lock_reason"])
    return environment


def unlock_environment(*, by: User | Actor, environment: Environment, reason: str = "") -> Environment:
    """Allow deployments again. Raises ``Conflict`` if it is not locked."""
    authorise(by, Verb.INSTANCE_OPERATE_PROTECTED)
    with operation("environment.unlocked", by=by, reason=reason) as op:
        environment = _locked_row(environment)
        op.about(environment)
        if not environment.is_locked:
            raise Conflict(f"{environment} is not locked.")
        environment.locked_at = environment.locked_by = None
        environment.lock_reason = ""
        environment.save(update_fields=["locked_at", "locked_by", "lock_reason"])
    return environment


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


def _locked_row(environment: Environment) -> Environment:
    return Environment.objects.select_for_update().get(pk=environment.pk)
