import pytest

from apps.releases.models import IntegrationTemplate, Release
from tests.factories.releases import a_template, the_draft


@pytest.fixture
def orders(db: None) -> IntegrationTemplate:
    """Orders to CRM, with nothing but its draft."""
    return a_template()


@pytest.fixture
def draft(orders: IntegrationTemplate) -> Release:
    """The draft of Orders to CRM."""
    return the_draft(orders)
