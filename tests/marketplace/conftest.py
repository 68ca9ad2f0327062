"""A production environment, a template that needs a CRM, and its listing."""

import re
from collections.abc import Callable

import pytest
from django.http import HttpResponse
from django.test import Client

from apps.accounts.models import Customer, User
from apps.accounts.permissions import Role
from apps.accounts.services import add_person
from apps.connectors.models import Connection
from apps.deployments.models import Instance
from apps.environments.models import Environment
from apps.marketplace import services
from apps.marketplace.models import Listing
from apps.releases.models import IntegrationTemplate, Release
from tests.factories.deployments import a_connection, a_deployment, a_release, a_synced_connector, an_environment
from tests.factories.releases import SETUP, a_template

ANSWERS = {"source": "Northwind shop", "minTotal": 10, "batchSize": 20}


@pytest.fixture
def production(db: None) -> Environment:
    environment = an_environment("Production", is_protected=True)
    a_synced_connector(environment)
    return environment


@pytest.fixture
def orders(db: None) -> IntegrationTemplate:
    return a_template("Orders to CRM")


@pytest.fixture
def v1(orders: IntegrationTemplate, production: Environment) -> Release:
    """Live: a slot, three questions of the customer and one of the team."""
    return a_release(orders, slot=True, live=True)


@pytest.fixture
def listing(orders: IntegrationTemplate, v1: Release, production: Environment) -> Listing:
    """Orders to CRM in the marketplace, following live."""
    return services.list_template(by=SETUP, integration_template=orders, environment=production)


@pytest.fixture
def crm_of_northwind(production: Environment, northwind) -> Connection:
    return a_connection(production, northwind, name="Northwind CRM")


@pytest.fixture
def installed(v1, production, listing, northwind, crm_of_northwind) -> Instance:
    """What Northwind has of Orders to CRM."""
    connections = {"crm": crm_of_northwind.pk}
    return a_deployment(v1, production, northwind, config=ANSWERS, connections=connections).instance


@pytest.fixture
def mia(northwind: Customer) -> User:
    """A colleague of Cleo who manages nothing."""
    return add_person(
        by=SETUP, username="mia", display_name="Mia", role=Role.CUSTOMER_MEMBER, customer=northwind, password="m"
    )


@pytest.fixture
def cleos(cleo: User, login: Callable[[User], Client]) -> Client:
    """Cleo's browser."""
    return login(cleo)


@pytest.fixture
def said() -> Callable[[HttpResponse], str]:
    """The text of a page."""

    def _said(response: HttpResponse) -> str:
        main = re.sub(r"(?s)<template.*?</template>", " ", response.content.decode())
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main))

    return _said
