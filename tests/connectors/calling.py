"""A connector of a scripted API, built and served in development, and calls to it as runs make them."""

from typing import Any

from apps.connectors import selectors, services
from apps.connectors.calls import CallResult, perform_now, prepare_call
from apps.connectors.calls.plan import CallPlan
from apps.connectors.enums import Scheme
from apps.connectors.models import Connection, ConnectorVersion
from apps.environments import services as environment_services
from apps.environments.models import Environment
from tests.connectors.scripted import Scripted
from tests.factories import connectors as make


def place_for(api: Scripted) -> Environment:
    """Development, from which the API may be called."""
    place = make.environment()
    environment_services.allow_egress(
        by=make.SETUP, environment=place, host="127.0.0.1", port=api.port, reason="The scripted API"
    )
    return place


def served(api: Scripted, *, timeout_s: float = 5, header: str = "", **execution: Any) -> ConnectorVersion:
    """The Orders API without sign-in, with this execution, synced to development."""
    place_for(api)
    version = make.connector(source=make.orders_document(api.url)).versions.get()
    services.configure_scheme(by=make.SETUP, version=version, scheme=Scheme.NONE, options={})
    services.configure_execution(
        by=make.SETUP, version=version, timeout_s=timeout_s, idempotency_header=header, **execution
    )
    return make.synced(version)


def plan_of(
    version: ConnectorVersion, operation_id: str = "listOrders", connection: Connection | None = None, **values: Any
) -> CallPlan:
    """A call of an operation from development."""
    build = selectors.newest_build(version)
    if build is None:
        raise LookupError("not built")
    target = selectors.call_target(
        build, operation_id, make.environment(), connection_id=connection.pk if connection else None
    )
    return prepare_call(target, values)


def called(plan: CallPlan, *, key: str = "", connection: Connection | None = None, **more: Any) -> CallResult:
    """Make the call now, from development."""
    return perform_now(
        plan,
        environment_id=make.environment().pk,
        customer_id=None,
        connection_id=connection.pk if connection else None,
        idempotency_key=key,
        **more,
    )
