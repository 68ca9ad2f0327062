"""Environments come and change here."""

from dataclasses import dataclass
from enum import Enum

from django.utils.text import slugify

from apps.accounts.models import User
from apps.accounts.permissions import Verb, authorise
from apps.audit.actor import Actor
from apps.audit.operations import operation
from apps.core import clock
from apps.core.errors import Refused
from apps.environments.models import Environment, EnvironmentKind
from apps.environments.services.rows import row_of
from apps.environments.users_of_environments import users_of

# Addresses below /environments/ that are not environments.
RESERVED = frozenset({"new", "begin"})


@dataclass(frozen=True)
class Stage:
    """One environment of a preset."""

    name: str
    kind: EnvironmentKind
    is_protected: bool = False


DEVELOPMENT = Stage("Development", EnvironmentKind.DEVELOPMENT)
STAGING = Stage("Staging", EnvironmentKind.DEVELOPMENT)
PRODUCTION = Stage("Production", EnvironmentKind.PRODUCTION, is_protected=True)


class Preset(Enum):
    """What a team can begin with."""

    SMALL = (PRODUCTION,)
    USUAL = (DEVELOPMENT, PRODUCTION)
    LARGE = (DEVELOPMENT, STAGING, PRODUCTION)


def begin_with(*, by: User | Actor, preset: Preset) -> list[Environment]:
    """Create the environments of a preset where there are none yet. Only administrators may."""
    authorise(by, Verb.ADMINISTER)
    if Environment.objects.exists():
        raise Refused("There are environments already: add what is missing one by one.")
    made = [
        create_environment(by=by, name=stage.name, kind=stage.kind, is_protected=stage.is_protected)
        for stage in preset.value
    ]
    return [*made[:-1], make_marketplace_target(by=by, environment=made[-1])]


def create_environment(
    *, by: User | Actor, name: str, kind: EnvironmentKind, is_protected: bool = False
) -> Environment:
    """Add an environment behind the existing ones. Only administrators may. Raises ``Refused`` for a taken name."""
    authorise(by, Verb.ADMINISTER)
    slug = slugify(name)
    with operation("environment.created", by=by) as op:
        if not slug:
            raise Refused("The name needs at least one letter or digit.")
        _refuse_taken(name, slug)
        last = Environment.objects.order_by("position", "pk").values_list("position", flat=True).last() or 0
        environment = Environment.objects.create(
            name=name, slug=slug, position=last + 1, kind=kind, is_protected=is_protected, created_at=clock.now()
        )
        op.about(environment, kind=EnvironmentKind(kind).label.lower())
    return environment


def edit_environment(
    *,
    by: User | Actor,
    environment: Environment,
    name: str,
    kind: EnvironmentKind,
    is_protected: bool,
    reason: str = "",
) -> Environment:
    """Rename an environment, change its kind while nothing uses it, protect it or open it; its address stays.

    Only administrators may. Raises ``Refused`` for a taken name, for a change of protection without a reason, and for
    another kind while something uses the environment, listing what.
    """
    authorise(by, Verb.ADMINISTER)
    with operation("environment.edited", by=by, reason=reason) as op:
        op.about(environment)
        environment = row_of(environment)
        _refuse_taken(name, "", but=environment)
        if environment.is_protected != is_protected and not reason.strip():
            raise Refused("Say why the protection changes: it decides who may deploy here.")
        if environment.kind != kind and (users := users_of(environment)):
            raise Refused(f"{environment} is in use, so its kind stays: syncs follow it.", problems=users)
        environment.name, environment.kind, environment.is_protected = name.strip(), kind, is_protected
        environment.save(update_fields=["name", "kind", "is_protected"])
        op.about(environment)
    return environment


def make_marketplace_target(*, by: User | Actor, environment: Environment) -> Environment:
    """Let what customers install from now on run here by default. Only administrators may."""
    authorise(by, Verb.ADMINISTER)
    with operation("environment.targeted", by=by) as op:
        environment = row_of(environment)
        for before in Environment.objects.select_for_update().filter(is_marketplace=True).exclude(pk=environment.pk):
            before.is_marketplace = False
            before.save(update_fields=["is_marketplace"])
        environment.is_marketplace = True
        environment.save(update_fields=["is_marketplace"])
        op.about(environment)
    return environment


def move_environment(*, by: User | Actor, environment: Environment, places: int) -> Environment:
    """Move an environment by so many places, to the front with a negative number. Only administrators may."""
    authorise(by, Verb.ADMINISTER)
    with operation("environment.moved", by=by) as op:
        order = list(Environment.objects.select_for_update().order_by("position", "pk"))
        at = order.index(environment)
        moved = order.pop(at)
        order.insert(max(0, at + places), moved)
        for position, each in enumerate(order, 1):
            _put_at(each, position)
        op.about(moved)
    return moved


def _put_at(environment: Environment, position: int) -> None:
    if environment.position != position:
        environment.position = position
        environment.save(update_fields=["position"])


def _refuse_taken(name: str, slug: str, *, but: Environment | None = None) -> None:
    if slug in RESERVED:
        raise Refused(f"“{name.strip()}” is an address of the console: choose another name.")
    others = Environment.objects.exclude(pk=but.pk) if but else Environment.objects.all()
    if not name.strip():
        raise Refused("Give the environment a name.")
    if others.filter(name__iexact=name.strip()).exists() or (slug and others.filter(slug=slug).exists()):
        raise Refused(f"There is an environment “{name.strip()}” already. Choose another name.")
