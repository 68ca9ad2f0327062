"""Places and releases that the stories share."""

import pytest

from apps.connectors.models import Connector
from apps.environments.models import Environment
from apps.releases.models import IntegrationTemplate, Release
from tests.factories.deployments import a_release, a_synced_connector, an_environment
from tests.factories.releases import a_template


@pytest.fixture
def staging(db: None) -> Environment:
    return an_environment("Staging")


@pytest.fixture
def orders(db: None) -> IntegrationTemplate:
    return a_template("Orders to CRM")


@pytest.fixture
def v1(orders: IntegrationTemplate) -> Release:
    """A version that asks one optional question and needs no connection."""
    return a_release(orders)


@pytest.fixture
def crm(staging: Environment) -> Connector:
    """The connector that releases with a slot need, synced to staging."""
    return a_synced_connector(staging)


@pytest.fixture
def with_crm(orders: IntegrationTemplate, crm: Connector) -> Release:
    """A live version with a slot and two pages of questions."""
    return a_release(orders, slot=True, live=True)
