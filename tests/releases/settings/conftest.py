import pytest

from apps.releases.models import IntegrationTemplate
from tests.factories.releases import a_template
from tests.releases.settings.pages import TEXT


@pytest.fixture
def orders(db: None) -> IntegrationTemplate:
    """A template whose draft is written by hand."""
    return a_template("Orders", content=TEXT)
