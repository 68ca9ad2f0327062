"""Questions about instances, deployments and wizards. Loading goes through what a person may see."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from apps.accounts.models import User
from apps.connectors.enums import Scheme
from apps.connectors.models import Connection, Sync
from apps.connectors.services.connections import ConnectionUser
from apps.core import clock
from apps.deployments.models import Deployment, Instance, WizardDraft
from apps.deployments.plan import Target
from apps.deployments.rights import By
from apps.environments.models import Environment
from apps.releases.definition import Definition, Slot
from apps.releases.models import IntegrationTemplate, Release
from apps.releases.selection import Audience, Purpose, Verdict, selectable
from apps.releases.selectors import facts_of
from apps.releases.states import Mark, State


def instances_visible_to(person: By) -> QuerySet[Instance]:
    """Return the instances that the person may see: all of them for the team, their own for people of a customer."""
    instances = Instance.objects.select_related("integration_template", "environment", "customer")
    if isinstance(person, User) and person.customer_id:
        return instances.filter(customer=person.customer_id)
    return instances


def with_versions(instances: QuerySet[Instance]) -> QuerySet[Instance]:
    """Add what runs on each and ``live_number``, the number of the template's live version."""
    live = Release.objects.filter(integration_template=OuterRef("integration_template"), state=State.LIVE).values(
        "number"
    )
    return instances.select_related("current_deployment__release").annotate(live_number=Subquery(live))


def filtered(instances: QuerySet[Instance], chosen: Mapping[str, Any]) -> QuerySet[Instance]:
    """Narrow instances down by the cleaned data of ``InstanceFilterForm``."""
    if chosen.get("environment"):
        instances = instances.filter(environment=chosen["environment"])
    if chosen.get("owner"):
        owner = Q(customer=None) if chosen["owner"] == "team" else Q(customer__slug=chosen["owner"])
        instances = instances.filter(owner)
    if chosen.get("integration_template"):
        instances = instances.filter(integration_template=chosen["integration_template"])
    if chosen.get("version"):
        instances = instances.filter(current_deployment__release__number=chosen["version"])
    for word in chosen.get("q", "").split():
        instances = instances.filter(
            Q(integration_template__name__icontains=word) | Q(customer__name__icontains=word) | Q(label__icontains=word)
        )
    return instances


def find_instance(target: Target) -> Instance | None:
    """Return the instance at a target, if there is one."""
    return (
        Instance.objects.select_related("current_deployment__config_revision", "current_deployment__release")
        .filter(
            integration_template=target.integration_template,
            environment=target.environment,
            customer=target.customer,
            label=target.label,
        )
        .first()
    )


def deployments_of(instance: Instance) -> QuerySet[Deployment]:
    """Return the history of an instance, newest first."""
    return instance.deployments.select_related(
        "release__integration_template", "release__snapshot", "config_revision", "restores", "previous", "actor"
    )


def bound_connections(deployment: Deployment) -> dict[str, Connection]:
    """Return the connections of a deployment by slot."""
    bindings = deployment.bindings.select_related("connection__connector")
    return {binding.slot: binding.connection for binding in bindings}


def undo_target(current: Deployment) -> Deployment | None:
    """Return what an undo brings back: what ran before. After an undo that is what ran before the restored one."""
    effective = current
    while effective.restores is not None:
        effective = effective.restores
    return effective.previous


def undo_verdict(current: Deployment, earlier: Deployment) -> Verdict:
    """Tell whether the earlier deployment's release may come back onto its instance."""
    target = undo_target(current)
    own_previous = {current.previous_id, target.pk if target else None}
    return selectable(facts_of(earlier.release, is_own_previous=earlier.pk in own_previous), Purpose.UNDO)


def why_nothing_starts(instance: Instance) -> str:
    """Return why no run can start on the instance now, or ""."""
    if instance.removed_at:
        return "It was removed. Deploy to it to bring it back."
    if instance.paused_at:
        return "It is paused. Resume it first."
    release = instance.current_deployment.release if instance.current_deployment else None
    if release and release.mark == Mark.QUARANTINED:
        return f"{release.label} is quarantined. Change to another version."
    if release and release.paused_at:
        return f"{release.label} is paused for everybody. Resume the release first."
    return ""


def audience_of(person: By) -> Audience:
    """Return for whom the person picks releases."""
    return Audience.CUSTOMER if isinstance(person, User) and person.customer_id else Audience.TEAM


def connections_for(target: Target) -> QuerySet[Connection]:
    """Return the connections that a deployment to the target may use: of its environment and its owner."""
    return (
        Connection.objects.select_related("connector")
        .defer("sealed")
        .filter(environment=target.environment, customer=target.customer)
    )


def connections_by_slot(target: Target, definition: Definition) -> dict[str, list[Connection]]:
    """Return what may be chosen for each slot of a definition: connections that sign in as its version does there."""
    wanted = {slot.connector for slot in definition.slots.values()}
    rows = list(connections_for(target).filter(connector__slug__in=wanted))
    schemes = schemes_by_slot(target.environment, definition.slots)
    return {
        name: [row for row in rows if row.connector.slug == slot.connector and signs_in(row, schemes.get(name))]
        for name, slot in definition.slots.items()
    }


def schemes_by_slot(environment: Environment, slots: Mapping[str, Slot]) -> dict[str, Scheme]:
    """Return how the connector version of each slot signs in there; a slot whose version is not synced is absent."""
    rows = Sync.objects.filter(
        environment=environment, version__connector__slug__in={slot.connector for slot in slots.values()}
    ).values_list("version__connector__slug", "version__number", "build__configuration__scheme")
    known = {(slug, number): Scheme(scheme) for slug, number, scheme in rows}
    wanted = {name: (slot.connector, slot.version) for name, slot in slots.items()}
    return {name: known[version] for name, version in wanted.items() if version in known}


def signs_in(connection: Connection, scheme: Scheme | None) -> bool:
    """Tell whether a connection signs in this way. Without a scheme, and where nobody is asked, every one does."""
    return scheme in (None, Scheme.NONE, connection.scheme)


def chosen_connections(target: Target, chosen: Mapping[str, Any]) -> dict[str, Connection]:
    """Return the connections with these ids by slot, those only that the target may use."""
    found = connections_for(target).in_bulk([pk for pk in chosen.values() if isinstance(pk, int)])
    return {slot: found[pk] for slot, pk in chosen.items() if pk in found}


def wizards_of(person: User) -> QuerySet[WizardDraft]:
    """Return the person's wizards that have not expired, newest first."""
    return WizardDraft.objects.filter(person=person, expires_at__gt=clock.now()).select_related(
        "person",
        "integration_template",
        "environment__locked_by",
        "customer",
        "release__integration_template",
        "release__snapshot",
        "instance__current_deployment",
        "seen_deployment__release__integration_template",
        "seen_deployment__release__snapshot",
        "seen_deployment__config_revision",
        "deployment__instance",
    )


def target_of(wizard: WizardDraft) -> Target:
    """Return where a wizard deploys to."""
    return Target(wizard.integration_template, wizard.environment, wizard.customer, wizard.label)


@dataclass(frozen=True)
class Running:
    """A version that runs in an environment, on how many instances; ``is_active``: the team's own is one of them."""

    number: int
    name: str
    instances: int
    customers: int
    paused: int
    is_active: bool


@dataclass(frozen=True)
class Place:
    """An environment with the versions of one template that run there, newest first."""

    environment: Environment
    versions: list[Running]

    @property
    def active(self) -> list[Running]:
        """What the team's own instances run."""
        return [running for running in self.versions if running.is_active]


def places_of(integration_template: IntegrationTemplate) -> list[Place]:
    """Return every environment with what runs there of a template."""
    rows = (
        Instance.objects.installed()
        .filter(integration_template=integration_template)
        .values("environment", "current_deployment__release__number", "current_deployment__release__name")
        .annotate(
            instances=Count("pk"),
            customers=Count("customer"),
            paused=Count("paused_at"),
        )
        .order_by("-current_deployment__release__number")
    )
    running: dict[int, list[Running]] = defaultdict(list)
    for row in rows:
        running[row["environment"]].append(
            Running(
                number=row["current_deployment__release__number"] or 0,
                name=row["current_deployment__release__name"],
                instances=row["instances"],
                customers=row["customers"],
                paused=row["paused"],
                is_active=row["instances"] > row["customers"],
            )
        )
    return [Place(environment, running[environment.pk]) for environment in Environment.objects.all()]


def idle_versions(integration_template: IntegrationTemplate) -> list[Release]:
    """Return the versions out of the bin that run nowhere, newest first."""
    versions = Release.objects.versions().out_of_the_bin().filter(integration_template=integration_template)
    running = Instance.objects.installed().filter(current_deployment__release=OuterRef("pk"))
    return list(versions.exclude(Exists(running)).select_related("integration_template").order_by("-number"))


def running_versions(integration_template: IntegrationTemplate) -> list[int]:
    """Return the numbers of the versions that run anywhere, newest first."""
    installed = Instance.objects.installed().filter(integration_template=integration_template)
    numbers = installed.values_list("current_deployment__release__number", flat=True)
    return sorted({number for number in numbers if number}, reverse=True)


def users_of_environment(environment: Environment) -> list[str]:
    """Return a sentence for what is installed in an environment, or was."""
    count = Instance.objects.filter(environment=environment).count()
    if not count:
        return []
    return ["One instance is or was installed here" if count == 1 else f"{count} instances are or were installed here"]


def users_of_release(release: Release) -> list[str]:
    """Return a sentence for each reason why instances still need the release."""
    running = Instance.objects.installed().filter(current_deployment__release=release)
    sentences = [f"{instance} runs it" for instance in running.select_related(*_NAMES)[:NAMED]]
    if (more := running.count() - NAMED) > 0:
        sentences.append(f"{more} more instances run it")
    way_back = (
        Instance.objects.installed()
        .filter(
            Q(current_deployment__previous__release=release)
            | Q(current_deployment__restores__previous__release=release)
        )
        .exclude(current_deployment__release=release)
    )
    sentences += [f"{instance} can go back to it" for instance in way_back.select_related(*_NAMES)[:NAMED]]
    return sentences


def users_of_connection(connection: Connection) -> list[ConnectionUser]:
    """Return the instances that need the connection, now or to go back to an earlier deployment."""
    instances = Instance.objects.filter(deployments__bindings__connection=connection).select_related(*_NAMES).distinct()
    now = set(instances.filter(current_deployment__bindings__connection=connection).values_list("pk", flat=True))
    users = [
        ConnectionUser(
            str(instance),
            "uses it" if instance.pk in now else "used it and could go back to that",
            instance.get_absolute_url(),
        )
        for instance in instances[:NAMED_ON_PAGE]
    ]
    more = instances.count() - NAMED_ON_PAGE
    return [*users, ConnectionUser(f"{more} more", "need it too")] if more > 0 else users


NAMED = 5
NAMED_ON_PAGE = 20
IN_ORDER = ("integration_template__name", "environment__position", F("customer__name").asc(nulls_first=True), "label")
_NAMES = ("integration_template", "environment", "customer")
