"""The fixed cast and what every test shares.

Bea builds, Otto operates, Rita releases, Sam supports, Ada administers, Vera only looks; Cleo and Carl belong to two
customers; Mallory, of a third, must see nothing.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from hypothesis import settings as hypothesis_settings

from apps.accounts import services
from apps.accounts.models import Customer, User
from apps.accounts.permissions import Role
from apps.audit import fsck, triggers
from apps.audit.actor import Actor
from apps.infra.jobs import workers
from apps.infra.sealed import create_key_file
from tests.start.stack import Company

# Deadlines of single examples would fail on a busy machine; the test's own time limit stays.
hypothesis_settings.register_profile("slipway", deadline=None)
hypothesis_settings.load_profile("slipway")

SETUP = Actor.system("test set-up")


@pytest.fixture(scope="session", autouse=True)
def key_file() -> None:
    """Let secrets be sealed with the tests' own key."""
    create_key_file()


@pytest.fixture(autouse=True)
def nothing_is_wrong_afterwards(request: pytest.FixtureRequest) -> Iterator[None]:
    """Ask the oracle after every test that used the database, unless the test damaged it on purpose."""
    uses_database = _uses_database(request.node)
    if uses_database:
        # Asked for here, so that the database is still there when this fixture ends.
        request.getfixturevalue("_django_db_helper")
    yield
    if uses_database and "damaged" not in request.fixturenames:
        assert fsck.findings() == {}


@pytest.fixture(autouse=True)
def no_worker_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a test enlist this process as a worker for itself alone: the row is gone afterwards, so must be the name."""
    monkeypatch.setattr(workers, "_me", None)


@pytest.fixture
def damaged(db: None) -> Iterator[None]:
    """Let a test write to frozen rows; the oracle is not asked afterwards."""
    triggers.lift(connection)
    yield
    triggers.install(connection)


@pytest.fixture(scope="session")
def company(tmp_path_factory: pytest.TempPathFactory) -> Company:
    """The demo company, loaded once by ``manage.py start --demo``; ``company.fresh()`` runs it from its first data."""
    return Company(tmp_path_factory.mktemp("company"))


@pytest.fixture(scope="session")
def empty_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with an empty database on SQLite, to be copied by tests that start processes."""
    folder = tmp_path_factory.mktemp("empty") / "data"
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--verbosity=0", "--skip-checks"],
        cwd=settings.BASE_DIR,
        env={**environment, "SLIPWAY_DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "config.test_settings"},
        check=True,
    )
    return folder


def _uses_database(item: pytest.Item) -> bool:
    return "db" in getattr(item, "fixturenames", ()) or item.get_closest_marker("django_db") is not None


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Mark what needs no second run on another database, before ``-m`` chooses; after every other plugin has sorted,
    let files with browser tests come last.

    Playwright leaves an event loop in the thread, and ``asyncio.run`` refuses then.
    """
    for item in items:
        if not _uses_database(item) and "django_db_setup" not in getattr(item, "fixturenames", ()):
            item.add_marker("no_database")
    yield
    with_browser = {item.path for item in items if item.get_closest_marker("browser")}
    items.sort(key=lambda item: item.path in with_browser)


@pytest.fixture
def shared() -> Path:
    """The folder of real documents and other projects' test cases; the test is skipped where it is absent."""
    folder = settings.BASE_DIR.parent / "shared"
    if not folder.is_dir():
        pytest.skip(f"The folder of real input is not here: {folder.name} beside the project.")
    return folder


def _person(name: str, role: Role, customer: Customer | None = None) -> User:
    return services.add_person(
        by=SETUP, username=name.lower(), display_name=name, role=role, customer=customer, password=f"{name}-secret-1"
    )


@pytest.fixture
def bea(db: None) -> User:
    """Builds."""
    return _person("Bea", Role.BUILDER)


@pytest.fixture
def otto(db: None) -> User:
    """Operates."""
    return _person("Otto", Role.OPERATOR)


@pytest.fixture
def rita(db: None) -> User:
    """Releases."""
    return _person("Rita", Role.RELEASE_MANAGER)


@pytest.fixture
def sam(db: None) -> User:
    """Supports."""
    return _person("Sam", Role.SUPPORT)


@pytest.fixture
def ada(db: None) -> User:
    """Administers."""
    return _person("Ada", Role.ADMIN)


@pytest.fixture
def vera(db: None) -> User:
    """Only looks."""
    return _person("Vera", Role.VIEWER)


@pytest.fixture
def northwind(db: None) -> Customer:
    """Cleo's company."""
    return services.add_customer(by=SETUP, name="Northwind")


@pytest.fixture
def contoso(db: None) -> Customer:
    """Carl's company."""
    return services.add_customer(by=SETUP, name="Contoso")


@pytest.fixture
def cleo(northwind: Customer) -> User:
    """Administers what Northwind has installed."""
    return _person("Cleo", Role.CUSTOMER_ADMIN, northwind)


@pytest.fixture
def carl(contoso: Customer) -> User:
    """Administers what Contoso has installed."""
    return _person("Carl", Role.CUSTOMER_ADMIN, contoso)


@pytest.fixture
def mallory(db: None) -> User:
    """Belongs to a customer of whom nothing here is."""
    return _person("Mallory", Role.CUSTOMER_MEMBER, services.add_customer(by=SETUP, name="Malcorp"))


@pytest.fixture
def login() -> Callable[[User], Client]:
    """Return a browser in which the person is signed in."""

    def _login(person: User) -> Client:
        client = Client()
        client.force_login(person)
        return client

    return _login
