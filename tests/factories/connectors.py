"""Connectors made through the services, as people make them; only the reading of the document is real work."""

from contextlib import suppress

from apps.audit.actor import Actor
from apps.connectors import services
from apps.connectors.models import Connection, Connector, ConnectorVersion, PipelineJob
from apps.core.errors import Refused
from apps.environments import services as environment_services
from apps.environments.models import Environment, EnvironmentKind

SETUP = Actor.system("test set-up")

SECRET = "k-secret-4f9c2a71"

ORDERS = """\
openapi: 3.0.3
info: {title: Orders API, version: "1", description: Orders of a shop.}
servers: [{url: "SERVER"}]
paths:
  /orders:
    get:
      operationId: listOrders
      summary: Orders, oldest first
      tags: [orders]
      parameters: [{name: since, in: query, schema: {type: string}}]
      responses: {"200": {description: ok}}
    post:
      operationId: createOrder
      requestBody: {required: true, content: {application/json: {schema: {type: object}}}}
      responses: {"201": {description: made}}
  /orders/{id}:
    get:
      operationId: getOrder
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      responses: {"200": {description: ok}}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: X-Api-Key}}
security: [{key: []}]
"""


def orders_document(server: str = "https://api.shop.example/v1") -> str:
    """An OpenAPI document with three operations and an API key."""
    return ORDERS.replace("SERVER", server)


def environment(name: str = "Development", *, kind: str = "development", is_protected: bool = False) -> Environment:
    """An environment, made once by its name."""
    found = Environment.objects.filter(name=name).first()
    return found or environment_services.create_environment(
        by=SETUP, name=name, kind=EnvironmentKind(kind), is_protected=is_protected
    )


def connector(name: str = "Orders API", *, source: str = "") -> Connector:
    """A connector whose version 1 has a document but no build."""
    return services.create_connector(by=SETUP, name=name, source=source or orders_document())


def built_version(name: str = "Orders API", *, source: str = "") -> ConnectorVersion:
    """Version 1 of a connector, built."""
    version = connector(name, source=source).versions.get()
    services.build_version(by=SETUP, version=version)
    return ConnectorVersion.objects.select_related("connector").get(pk=version.pk)


def synced_version(name: str = "Orders API", *, source: str = "") -> ConnectorVersion:
    """Version 1 of a connector, built and synced to every environment there is (and to Development at least)."""
    environment()
    return synced(connector(name, source=source).versions.get())


def synced(version: ConnectorVersion) -> ConnectorVersion:
    """The version, built and synced to every environment there is."""
    services.build_version(by=SETUP, version=version)
    for kind in EnvironmentKind:
        services.sync_version(by=SETUP, version=version, kind=kind, reason="test set-up")
    return ConnectorVersion.objects.select_related("connector").get(pk=version.pk)


def connection(
    version: ConnectorVersion, place: Environment, *, name: str = "Shop key", secret: str = SECRET
) -> Connection:
    """A connection of the team."""
    return services.create_connection(
        by=SETUP, connector=version.connector, environment=place, name=name, fields={}, secret=secret
    )


def carried_out() -> list[PipelineJob]:
    """Carry out what waits for a worker, and return the jobs as they are then. What fails is written down there."""
    waiting = list(PipelineJob.objects.queued())
    for job in waiting:
        with suppress(Refused):
            services.carry_out_now(job)
    return [PipelineJob.objects.get(pk=job.pk) for job in waiting]
