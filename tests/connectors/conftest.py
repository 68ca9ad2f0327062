"""The demo APIs beside the tests, and connectors built from the documents that they serve."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import Settings

from apps.connectors.calls.credentials import _tokens
from apps.connectors.models import ConnectorVersion
from apps.demo import documents
from apps.environments import services as environment_services
from apps.environments.models import Environment
from apps.infra import sealed
from tests.demo.conftest import started
from tests.factories import connectors as make


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the demo APIs answer: a process of their own."""
    with started(tmp_path_factory.mktemp("demo")) as (_, address):
        yield address


@pytest.fixture(autouse=True)
def key_file(settings: Settings, tmp_path: Path) -> Path:
    """A key file of the test's own."""
    settings.SLIPWAY_KEY_FILE = tmp_path / "slipway.key"
    return sealed.create_key_file()


@pytest.fixture(autouse=True)
def no_tokens() -> None:
    """Forget the access tokens of earlier tests, whose connections had the same numbers."""
    _tokens.kept.clear()


@pytest.fixture
def development(db: None, address: str) -> Environment:
    """An environment from which the demo APIs may be called."""
    environment = make.environment("Development")
    host, port = address.removeprefix("http://").split(":")
    environment_services.allow_egress(
        by=make.SETUP, environment=environment, host=host, port=int(port), reason="Demo APIs"
    )
    return environment


@pytest.fixture
def shop(development: Environment, address: str) -> ConnectorVersion:
    """Demo Shop (API key), synced."""
    return make.synced_version("Demo Shop", source=documents.served("shop", address))


@pytest.fixture
def crm(development: Environment, address: str) -> ConnectorVersion:
    """Demo CRM (OAuth 2 client credentials), synced."""
    return make.synced_version("Demo CRM", source=documents.served("crm", address))
