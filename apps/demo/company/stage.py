"""What every scene has at hand: the people and things of the company by their names, and the few things done often."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from apps.accounts.models import Customer, User
from apps.connectors.enums import ConnectionState
from apps.connectors.models import Connection, Connector, ConnectorVersion
from apps.connectors.services import create_connection, test_connection
from apps.core.errors import Refused
from apps.demo import credentials
from apps.deployments import selectors as deployments
from apps.deployments.config_form import carry, questions
from apps.deployments.models import Deployment, Instance
from apps.deployments.plan import Target
from apps.deployments.services import deploy
from apps.environments.models import Environment
from apps.releases import selectors as releases
from apps.releases.models import IntegrationTemplate, Release
from apps.releases.services import save_draft

TEXTS = Path(__file__).parent / "texts"
DEVELOPMENT, STAGING, PRODUCTION = "development", "staging", "production"
SHOP, CRM = "demo-shop", "demo-crm"
TEAM = ""
ENTRIES = {
    SHOP: ({}, credentials.SHOP_API_KEY),
    CRM: ({"client_id": credentials.CRM_CLIENT_ID}, credentials.CRM_CLIENT_SECRET),
}


@dataclass(frozen=True)
class Stage:
    """The company as it is at the moment of a scene. ``apis`` is the address of the demo APIs."""

    apis: str

    @cached_property
    def _people(self) -> dict[str, User]:
        return {}

    def person(self, username: str) -> User:
        """Return a person of the cast."""
        if username not in self._people:
            self._people[username] = User.objects.get(username=username)
        return self._people[username]

    def customer(self, name: str) -> Customer | None:
        """Return a customer by name; ``TEAM`` is none."""
        return Customer.objects.get(name=name) if name else None

    def environment(self, slug: str) -> Environment:
        """Return an environment."""
        return Environment.objects.get(slug=slug)

    def connector(self, slug: str) -> Connector:
        """Return a connector."""
        return Connector.objects.get(slug=slug)

    def connector_version(self, slug: str, number: int) -> ConnectorVersion:
        """Return a version of a connector."""
        return ConnectorVersion.objects.select_related("connector").get(connector__slug=slug, number=number)

    def template(self, name: str) -> IntegrationTemplate:
        """Return a template by its name."""
        return IntegrationTemplate.objects.get(name=name)

    def version(self, template: str, number: int) -> Release:
        """Return a numbered version of a template."""
        return self._releases.get(integration_template__name=template, number=number)

    def draft(self, template: str) -> Release:
        """Return the latest draft of a template."""
        return self._releases.get(integration_template__name=template, is_latest=True)

    @property
    def _releases(self) -> QuerySet[Release]:
        return Release.objects.select_related("integration_template", "snapshot", "base")

    def instance(self, template: str, environment: str, owner: str = TEAM) -> Instance:
        """Return what is installed there for a customer or the team."""
        found = deployments.find_instance(self.target(template, environment, owner))
        if found is None:
            raise LookupError(f"{template} is not installed in {environment} for {owner or 'the team'}.")
        return found

    def target(self, template: str, environment: str, owner: str = TEAM) -> Target:
        """Return a place to deploy to."""
        return Target(self.template(template), self.environment(environment), self.customer(owner))

    def connection(self, connector: str, environment: str, owner: str = TEAM) -> Connection:
        """Return the connection of a customer or the team."""
        return Connection.objects.select_related("connector", "environment", "customer").get(
            connector__slug=connector, environment__slug=environment, customer=self.customer(owner)
        )

    def write(self, by: str, template: str, text: str) -> Release:
        """Save a text in the latest draft."""
        draft = self.draft(template)
        return save_draft(by=self.person(by), draft=draft, text=text, revision=draft.revision)

    def connect(self, by: str, connector: str, environment: str, owner: str = TEAM, *, name: str) -> Connection:
        """Enter the demo's credentials for an owner, and test them for real. Raises ``Refused`` if they do not work."""
        fields, secret = ENTRIES[connector]
        connection = create_connection(
            by=self.person(by),
            connector=self.connector(connector),
            environment=self.environment(environment),
            customer=self.customer(owner),
            name=name,
            fields=fields,
            secret=secret,
        )
        tested = test_connection(by=self.person(by), connection=connection)
        if tested.state != ConnectionState.VALID:
            raise Refused(f"The demo APIs do not accept the demo's own credentials. {tested.test_answer['sentence']}")
        return tested

    def deploy(
        self,
        by: str,
        template: str,
        number: int,
        environment: str,
        owner: str = TEAM,
        *,
        reason: str = "",
        **answers: Any,
    ) -> Deployment:
        """Put a version onto an instance with today's answers, the defaults, and the given ``answers``."""
        target = self.target(template, environment, owner)
        release = self.version(template, number)
        instance = deployments.find_instance(target)
        return deploy(
            by=self.person(by),
            target=target,
            release=release,
            config={**_answers(release, instance), **answers},
            connections=self._bindings(release, environment, owner),
            seen_deployment=instance.current_deployment if instance else None,
            reason=reason,
        )

    def _bindings(self, release: Release, environment: str, owner: str) -> dict[str, int]:
        slots = releases.definition_of(release).slots.values()
        return {slot.name: self.connection(slot.connector, environment, owner).pk for slot in slots}


def text_of(name: str) -> str:
    """Return a definition as somebody of the company typed it."""
    return (TEXTS / f"{name}.yaml").read_text(encoding="utf-8")


def edited(text: str, *changes: tuple[str, str]) -> str:
    """Replace each passage, which must stand in the text exactly once."""
    for old, new in changes:
        if text.count(old) != 1:
            raise LookupError(f"Not exactly once in the text: {old!r}")
        text = text.replace(old, new)
    return text


def _answers(release: Release, instance: Instance | None) -> Mapping[str, Any]:
    definition = releases.definition_of(release)
    asked = questions(definition.config_schema)
    defaults = {name: question.default for name, question in asked.items() if question.has_default}
    current = instance.current_deployment if instance else None
    if current is None:
        return defaults
    before = releases.definition_of(current.release).config_schema
    kept = carry(current.config_revision.data, before, definition.config_schema, definition.migrations)
    return {**defaults, **kept.answers}
