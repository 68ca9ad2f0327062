"""What a run is pinned to when it is queued: the builds and connections of its slots as they are now."""

from collections.abc import Iterable, Mapping
from typing import Any

from apps.accounts.models import Customer
from apps.connectors import selectors as connectors
from apps.connectors.models import Build, Connection
from apps.core.errors import Refused
from apps.deployments.models import Deployment
from apps.deployments.selectors import bound_connections
from apps.environments.models import Environment
from apps.releases.definition import Definition, Slot
from apps.releases.selectors import definition_of
from apps.runs.assignments import Pin


def pinned_deployment(deployment: Deployment) -> dict[str, Any]:
    """Return the pins of a run of what is deployed. Raises ``Refused`` where a connector is no longer synced."""
    definition = definition_of(deployment.release)
    pins = _pins(definition, bound_connections(deployment), deployment.instance.environment)
    return {"config_revision": deployment.config_revision_id, "slots": pins}


def pinned_test(
    definition: Definition, connections: Mapping[str, Connection], environment: Environment, customer: Customer | None
) -> dict[str, Any]:
    """Return the pins of a test run. Raises ``Refused`` naming every slot whose connection does not fit."""
    problems = list(_unfit(definition, connections, environment, customer))
    if problems:
        raise Refused("The test run cannot start yet.", problems=problems)
    return {"config_revision": None, "slots": _pins(definition, connections, environment)}


def _pins(
    definition: Definition, connections: Mapping[str, Connection], environment: Environment
) -> dict[str, dict[str, Any]]:
    builds = {name: _build(slot, environment) for name, slot in definition.slots.items()}
    lacking = [definition.slots[name] for name, build in builds.items() if build is None]
    if lacking:
        problems = [f"“{slot.connector}” v{slot.version} is not synced to {environment}." for slot in lacking]
        raise Refused("A connector that this release needs is not synced.", problems=problems)
    return {
        name: Pin(connections[name].pk if name in connections else None, build.pk, build.digest).as_dict()
        for name, build in builds.items()
        if build is not None
    }


def _build(slot: Slot, environment: Environment) -> Build | None:
    version = connectors.version_named(slot.connector, slot.version)
    return connectors.synced_build(version, environment) if version else None


def _unfit(
    definition: Definition, connections: Mapping[str, Connection], environment: Environment, customer: Customer | None
) -> Iterable[str]:
    owner = customer.pk if customer else None
    for name, slot in definition.slots.items():
        connection = connections.get(name)
        if connection is None:
            yield f"“{slot.title}” has no connection. Choose one."
        elif (connection.environment_id, connection.customer_id) != (environment.pk, owner):
            yield f"The connection “{connection}” for “{slot.title}” belongs elsewhere. Choose another."
        elif connection.connector.slug != slot.connector:
            yield f"The connection “{connection}” is not one for {slot.connector}. Choose another."
