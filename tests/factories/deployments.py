"""Dull environments, connectors, connections, releases with slots and questions, and instances."""

from itertools import count
from typing import Any

from apps.accounts.models import Customer, User
from apps.audit.actor import Actor
from apps.audit.operations import operation
from apps.audit.registry import register
from apps.connectors import documents
from apps.connectors.enums import ConnectionState, Scheme
from apps.connectors.models import Build, Connection, Connector, ConnectorVersion, Sync
from apps.connectors.uses import arrived
from apps.core import clock
from apps.deployments import services
from apps.deployments.models import Deployment, Instance
from apps.deployments.plan import Target
from apps.environments.models import Environment, EnvironmentKind
from apps.releases import services as releases
from apps.releases.models import IntegrationTemplate, Release
from tests.factories.releases import SETUP, the_draft

register("test.set_up", "set up {target}")

_numbers = count(1)

WITHOUT_SLOTS = """\
document:
  dsl: '1.0.3'
  title: Greeting
input:
  schema:
    document:
      type: object
      properties:
        config:
          type: object
          properties:
{questions}
do:
  - greet:
      set:
        words: {words}
"""

WITH_A_SLOT = """\
document:
  dsl: '1.0.3'
  title: Orders to CRM
  metadata:
    slipway:
      slots:
        crm: {{connector: acme-crm, version: 1, title: Your CRM, help: Contacts are written here.}}
      wizard:
        pages:
          - title: Orders
            fields: [source, minTotal]
          - title: Contacts
            fields: [tags, batchSize]
        audience: {{batchSize: team}}
input:
  schema:
    document:
      type: object
      properties:
        config:
          type: object
          required: [source]
          properties:
            source: {{type: string, title: Name of the shop, minLength: 2, maxLength: 60}}
            minTotal: {{type: integer, title: Smallest order, minimum: 0, maximum: 1000, default: 10}}
            tags: {{type: array, title: Tags, items: {{type: string}}}}
            batchSize: {{type: integer, title: Orders per run, minimum: 1, maximum: 100, default: 20}}
{questions}
do:
  - list:
      call: openapi
      with:
        document: {{endpoint: connector://crm}}
        operationId: listContacts
  - greet:
      set:
        words: {words}
"""

OPERATIONS = {
    "listContacts": {
        "method": "GET",
        "path": "/contacts",
        "summary": "",
        "tags": [],
        "parameters": [],
        "body": False,
        "safe": True,
        "deprecated": False,
    }
}


def an_environment(
    name: str = "Staging", *, is_protected: bool = False, kind: EnvironmentKind = EnvironmentKind.DEVELOPMENT
) -> Environment:
    """An environment after those that exist."""
    with operation("test.set_up", by=SETUP) as op:
        number = next(_numbers)
        environment = Environment.objects.create(
            name=name,
            slug=name.lower(),
            position=number,
            kind=kind,
            is_protected=is_protected,
            created_at=clock.now(),
        )
        op.about(environment)
    return environment


def lock(environment: Environment, by: User, reason: str) -> None:
    """Lock an environment."""
    with operation("test.set_up", by=SETUP) as op:
        environment.locked_at, environment.locked_by, environment.lock_reason = clock.now(), by, reason
        environment.save()
        op.about(environment)


def a_synced_connector(*environments: Environment, slug: str = "acme-crm", scheme: Scheme = Scheme.NONE) -> Connector:
    """A connector whose version 1 is built and synced to the environments."""
    with operation("test.set_up", by=SETUP) as op:
        now = clock.now()
        connector = Connector.objects.create(name=slug.replace("-", " ").title(), slug=slug, created_at=now)
        version = ConnectorVersion.objects.create(connector=connector, number=1, created_at=now, updated_at=now)
        document = documents.kept({"document": {}, "operations": OPERATIONS, "findings": []})
        build = Build.objects.create(
            version=version,
            document=document,
            configuration={
                "scheme": scheme.value,
                "scheme_options": {},
                "servers": {},
                "execution": {},
                "individual": [],
            },
            digest=f"{slug:_<64}",
            operation_count=1,
            finding_count=0,
            created_by_name="test set-up",
            created_at=now,
        )
        for environment in environments:
            Sync.objects.create(environment=environment, version=version, build=build, synced_at=now)
        arrived(version)
        op.about(connector)
    return connector


def a_connection(
    environment: Environment,
    customer: Customer | None = None,
    *,
    name: str = "",
    state: ConnectionState = ConnectionState.VALID,
    connector: Connector | None = None,
    scheme: Scheme = Scheme.NONE,
) -> Connection:
    """A connection whose last test went as ``state`` says."""
    with operation("test.set_up", by=SETUP) as op:
        connection = Connection.objects.create(
            connector=connector or Connector.objects.get(slug="acme-crm"),
            environment=environment,
            customer=customer,
            name=name or f"connection-{next(_numbers)}",
            scheme=scheme,
            state=state,
            created_at=clock.now(),
        )
        op.about(connection)
    return connection


def a_text(*, slot: bool = False, questions: str = "", words: str = "") -> str:
    """A definition; ``questions`` are further properties of its configuration, a line of YAML each."""
    lines = questions or ("" if slot else "greeting: {type: string}")
    indented = "\n".join(f"            {line.strip()}" for line in lines.splitlines())
    return (WITH_A_SLOT if slot else WITHOUT_SLOTS).format(questions=indented, words=words or next(_numbers))


def a_release(
    integration_template: IntegrationTemplate, *, slot: bool = False, questions: str = "", live: bool = False
) -> Release:
    """The next version of a template, with content of its own."""
    draft = the_draft(integration_template)
    text = a_text(slot=slot, questions=questions)
    saved = releases.save_draft(by=SETUP, draft=draft, text=text, revision=draft.revision)
    version = releases.create_version(by=SETUP, draft=saved, name=f"release-{next(_numbers)}")
    return releases.make_live(by=SETUP, release=version, reason="test set-up") if live else version


def a_deployment(
    release: Release,
    environment: Environment,
    customer: Customer | None = None,
    *,
    label: str = "",
    config: dict[str, Any] | None = None,
    connections: dict[str, int] | None = None,
    by: User | Actor = SETUP,
) -> Deployment:
    """A deployment onto the instance there, whatever runs there now."""
    target = Target(release.integration_template, environment, customer, label)
    instance = Instance.objects.filter(
        integration_template=release.integration_template, environment=environment, customer=customer, label=label
    ).first()
    return services.deploy(
        by=by,
        target=target,
        release=release,
        config=config or {},
        connections=connections or {},
        seen_deployment=instance.current_deployment if instance else None,
    )


def fresh(instance: Instance) -> Instance:
    """The instance as the database has it now."""
    return Instance.objects.select_related(
        "current_deployment__release", "current_deployment__config_revision", "integration_template", "environment"
    ).get(pk=instance.pk)
