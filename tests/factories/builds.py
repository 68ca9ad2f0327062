"""Dull builds of connector versions: really compiled, but made without the pipeline."""

from datetime import timedelta
from functools import lru_cache
from typing import Any

from apps.audit.operations import operation
from apps.connectors import documents
from apps.connectors.models import Build, Connector, ConnectorVersion, Sync
from apps.core import clock
from apps.environments.models import Environment
from tests.factories.connectors import SETUP, orders_document
from tests.factories.deployments import _numbers

CONFIGURATION: dict[str, Any] = {
    "servers": {"development": "https://dev.shop.example", "production": "https://api.shop.example"},
    "scheme": "none",
    "scheme_options": {},
    "execution": {"timeout_s": 10},
    "test": {"calls": [{"operation": "listOrders", "parameters": {}}]},
}
WITHOUT_ONE = orders_document().replace(
    "  /orders/{id}:\n    get:\n      operationId: getOrder", "  /orders/{id}:\n    put:\n      operationId: putOrder"
)
WITH_REQUIRED = orders_document().replace("{name: since, in: query,", "{name: since, in: query, required: true,")


def a_version(name: str = "Orders API", number: int = 1) -> ConnectorVersion:
    """A version of a connector, without a build."""
    now = clock.now()
    slug = name.lower().replace(" ", "-")
    with operation("test.set_up", by=SETUP) as op:
        connector = Connector.objects.filter(slug=slug).first()
        connector = connector or Connector.objects.create(name=name, slug=slug, created_at=now)
        version = ConnectorVersion.objects.create(connector=connector, number=number, created_at=now, updated_at=now)
        op.about(version)
    return version


def a_build(version: ConnectorVersion, source: str = "", *, age: timedelta = timedelta(), **configured: Any) -> Build:
    """A build of a document (by default three operations on orders); ``configured`` differs from the usual."""
    with operation("test.set_up", by=SETUP) as op:
        document = documents.kept(compiled(source or orders_document()))
        configuration = {**CONFIGURATION, **configured}
        build = Build.objects.create(
            version=version,
            document=document,
            configuration=configuration,
            digest=documents.digest_of({"document": document.digest, "configuration": configuration}),
            origin={"kind": "document"},
            operation_count=document.operations.count(),
            finding_count=0,
            created_by_name="Bea",
            created_at=clock.now() - age,
        )
        op.about(version)
    return build


def some_builds(version: ConnectorVersion, count: int) -> list[Build]:
    """That many builds, a minute apart, the oldest first; they differ in their time limits."""
    ages = (timedelta(minutes=count - index) for index in range(count))
    return [a_build(version, age=age, execution={"timeout_s": next(_numbers)}) for age in ages]


def serves(build: Build, environment: Environment) -> Sync:
    """Let a build serve an environment."""
    with operation("test.set_up", by=SETUP) as op:
        sync, _ = Sync.objects.update_or_create(
            environment=environment, version=build.version, defaults={"build": build, "synced_at": clock.now()}
        )
        op.about(build.version)
    return sync


@lru_cache(maxsize=16)
def compiled(source: str) -> dict[str, Any]:
    """What the compiler makes of a document; once for each text."""
    return documents.compiled(source)
