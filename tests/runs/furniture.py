"""A whole small house through the real services: environment, connector, connection, release, instance."""

from typing import Any

import yaml

from apps.accounts.models import Customer
from apps.audit.actor import Actor
from apps.connectors import services as connectors
from apps.connectors.enums import Scheme
from apps.connectors.models import Connection, Connector
from apps.deployments.models import Instance
from apps.deployments.plan import Target
from apps.deployments.services import deploy
from apps.environments.models import Environment, EnvironmentKind
from apps.environments.services import allow_egress, create_environment
from apps.releases import services as releases
from apps.releases.models import Release
from tests.runs.ledger import SECRET, openapi_of

BUILDER = Actor.system("furniture")

ADD = {
    "call": "openapi",
    "with": {
        "document": {"endpoint": "connector://ledger"},
        "operationId": "addEntry",
        "parameters": {"body": {"amount": "${ $workflow.input.config.amount }"}},
    },
}
LIST = {"call": "openapi", "with": {"document": {"endpoint": "connector://ledger"}, "operationId": "listEntries"}}


def text_of(*tasks: dict[str, Any], slipway: dict[str, Any] | None = None, **rest: Any) -> str:
    """Return a release's text with a ledger slot and an ``amount`` to configure."""
    slot = {"connector": "ledger", "version": 1, "title": "Your ledger"}
    config = {"type": "object", "properties": {"amount": {"type": "integer", "title": "Amount"}}}
    document = {
        "document": {
            "dsl": "1.0.3",
            "title": "Add to the ledger",
            "metadata": {"slipway": {"slots": {"ledger": slot}, **(slipway or {})}},
        },
        "input": {"schema": {"document": {"type": "object", "properties": {"config": config}}}},
        "do": list(tasks),
        **rest,
    }
    return yaml.safe_dump(document, sort_keys=False)


def development(url: str) -> Environment:
    """Return an environment that may call the ledger."""
    environment = create_environment(by=BUILDER, name="Development", kind=EnvironmentKind.DEVELOPMENT)
    allow_egress(
        by=BUILDER, environment=environment, host="127.0.0.1", port=int(url.rpartition(":")[2]), reason="The ledger"
    )
    return environment


def ledger_connector(url: str, *, honours_key: bool = True) -> Connector:
    """Return the ledger's connector, synced to development."""
    connector = connectors.create_connector(by=BUILDER, source=openapi_of(url), name="Ledger")
    version = connector.versions.get()
    version = connectors.configure_servers(by=BUILDER, version=version, development_server=url, production_server=url)
    version = connectors.configure_scheme(
        by=BUILDER, version=version, scheme=Scheme.API_KEY, options={"header": "X-Api-Key"}
    )
    header = "Idempotency-Key" if honours_key else ""
    version = connectors.configure_execution(by=BUILDER, version=version, timeout_s=5, idempotency_header=header)
    version = connectors.configure_test(by=BUILDER, version=version, test_calls=[{"operation": "listEntries"}])
    connectors.build_version(by=BUILDER, version=version)
    version.refresh_from_db()
    connectors.sync_version(by=BUILDER, version=version, kind=EnvironmentKind.DEVELOPMENT)
    return connector


def ledger_connection(connector: Connector, environment: Environment, customer: Customer | None = None) -> Connection:
    """Return a tested connection to the ledger."""
    connection = connectors.create_connection(
        by=BUILDER,
        connector=connector,
        environment=environment,
        customer=customer,
        name="Ledger",
        fields={},
        secret=SECRET,
    )
    return connectors.test_connection(by=BUILDER, connection=connection)


def version_of(text: str, *, name: str = "Add to the ledger") -> Release:
    """Return a frozen version of a new template."""
    template = releases.create_template(by=BUILDER, name=name, text=text)
    draft = template.releases.get(is_latest=True)
    return releases.create_version(by=BUILDER, draft=draft, name="1.0.0")


def installed(
    text: str, url: str, *, honours_key: bool = True, customer: Customer | None = None, amount: int = 7
) -> Instance:
    """Return an instance of a new template with this text, ready to run."""
    environment = development(url)
    connection = ledger_connection(ledger_connector(url, honours_key=honours_key), environment, customer)
    release = version_of(text)
    deployment = deploy(
        by=BUILDER,
        target=Target(release.integration_template, environment, customer),
        release=release,
        config={"amount": amount},
        connections={"ledger": connection.pk},
        seen_deployment=None,
    )
    return deployment.instance
