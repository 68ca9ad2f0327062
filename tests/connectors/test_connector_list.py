"""The list and the page of connectors: which versions exist, how far each is, where each serves, who uses it (P10)."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.connectors import services
from apps.connectors.models import Connector, ConnectorVersion, Source
from apps.connectors.services.versions import COPIED
from apps.environments.models import EnvironmentKind
from tests.factories import connectors as make

type Login = Callable[[User], Client]
HTMX = {"HX-Request": "true", "HX-Target": "connectors-list"}


def text(response: object) -> str:
    content: bytes = response.content  # type: ignore[attr-defined]
    return " ".join(content.decode().split())


def named(page: str, *names: str) -> list[str]:
    return [name for name in names if f">{name}</a>" in page]


@pytest.fixture
def three(db: None) -> list[ConnectorVersion]:
    """Alpha, released and serving everywhere; Beta, built and serving nowhere; Gamma with nothing but its document."""
    make.environment()
    make.environment("Production", kind="production")
    alpha = make.synced_version("Alpha")
    services.release_version(by=make.SETUP, version=alpha)
    return [alpha, make.built_version("Beta"), make.connector("Gamma").versions.get()]


def test_the_list_says_where_each_version_serves(vera: User, login: Login, three: list[ConnectorVersion]) -> None:
    services.add_version(by=make.SETUP, connector=three[0].connector)

    page = text(login(vera).get("/connectors/"))

    assert named(page, "Alpha", "Beta", "Gamma") == ["Alpha", "Beta", "Gamma"]
    assert '<span class="visually-hidden">Alpha </span>v2</a>' in page
    assert "Development, Production" in page
    assert page.count("serves nowhere") == 3


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=alp", ["Alpha"]),
        ("state=built", ["Beta"]),
        ("state=updated", ["Gamma"]),
        ("environment=production", ["Alpha"]),
        ("state=built&environment=production", []),
        ("state=nonsense&environment=nowhere", ["Alpha", "Beta", "Gamma"]),
        ("sort=-name&q=orders", ["Alpha", "Beta", "Gamma"]),
    ],
)
def test_the_list_is_narrowed_down(
    vera: User, login: Login, three: list[ConnectorVersion], query: str, found: list[str]
) -> None:
    page = text(login(vera).get(f"/connectors/?{query}", headers=HTMX))

    assert named(page, "Alpha", "Beta", "Gamma") == found
    assert ("Nothing found" in page) == (not found)
    assert "<html" not in page


def test_the_list_is_sorted_both_ways(vera: User, login: Login, three: list[ConnectorVersion]) -> None:
    make.connection(three[0], make.environment())

    for sort, first, last in (("-name", "Gamma", "Alpha"), ("connections", "Beta", "Alpha"), ("-changed", "Gamma", "")):
        page = text(login(vera).get(f"/connectors/?sort={sort}"))
        assert page.index(f">{first}</a>") < page.index(f">{last or 'Beta'}</a>"), sort


def test_an_empty_list_says_how_to_begin(bea: User, vera: User, login: Login) -> None:
    assert "New connector" in text(login(bea).get("/connectors/"))
    assert "No connectors yet" in text(login(vera).get("/connectors/"))
    assert "New connector" not in text(login(vera).get("/connectors/"))


@pytest.mark.parametrize("count", [1, 3])
def test_list_and_page_take_the_same_queries_for_one_row_and_three(
    vera: User, login: Login, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    make.environment()
    for number in range(count):
        connector = make.synced_version(f"API {number}").connector
        make.connection(connector.versions.get(), make.environment(), name=f"Key {number}")
    for _ in range(count):
        services.add_version(by=make.SETUP, connector=Connector.objects.get(slug="api-0"))
    client = login(vera)

    with django_assert_num_queries(9):
        client.get("/connectors/")
    with django_assert_num_queries(10):
        client.get("/connectors/api-0/")


def test_p10_the_page_shows_which_build_serves_where_and_which_is_behind(
    rita: User, vera: User, login: Login, three: list[ConnectorVersion]
) -> None:
    first = three[0]
    services.configure_servers(
        by=rita, version=first, development_server="https://dev.example", production_server="https://live.example"
    )
    newer = services.build_version(by=rita, version=first)
    services.sync_version(by=rita, version=first, kind=EnvironmentKind.DEVELOPMENT)

    page = text(login(vera).get("/connectors/alpha/"))

    development, production = page.split('data-label="v1">')[1:3]
    assert (newer.short_digest in development, "Newest build" in development) == (True, True)
    assert (newer.short_digest in production, "Older build" in production) == (False, True)
    assert "Alpha v1</a>" in page
    assert 'hx-get="/connectors/alpha/templates/"' in page


def test_c3_the_next_version_copies_all_but_production(bea: User) -> None:
    version = make.built_version()
    copied = {
        "description": "Orders",
        "readme": "# Orders",
        "source_kind": "archive",
        "source_options": {"entry": "main.yaml"},
        "source_name": "orders.zip",
        "source_digest": "d" * 64,
        "development_server": "https://dev.example",
        "scheme": "bearer",
        "scheme_options": {"header": "X"},
        "individual": [{"name": "shop", "label": "Shop", "used_as": "server"}],
        "execution": {"timeout_s": 3},
        "paging": {"kind": "link"},
        "test_calls": [{"operation": "listOrders", "parameters": {}}],
    }
    fresh = {"production_server": "https://live.example", "state": "released"}
    ConnectorVersion.objects.filter(pk=version.pk).update(**copied, **fresh)
    Source.objects.filter(version=version).update(archive=b"PK", text="")

    added = services.add_version(by=bea, connector=version.connector)

    row = ConnectorVersion.objects.filter(pk=added.pk)
    assert row.values(*copied).get() == copied
    assert row.values("number", "state", "production_server", "binned_at").get() == {
        "number": 2,
        "state": "updated",
        "production_server": "",
        "binned_at": None,
    }
    assert (bytes(added.source.archive or b""), added.source.given_by_name) == (b"PK", "Bea")
    assert str(added) == "Orders API v2"


def test_every_field_of_a_version_is_copied_or_starts_fresh_on_purpose() -> None:

    fresh = {"id", "connector", "number", "state", "production_server", "created_at", "updated_at"}
    bin_of_its_own = {"binned_at", "binned_by_name", "binned_syncs"}

    assert {field.name for field in ConnectorVersion._meta.fields} == {*COPIED, *fresh, *bin_of_its_own}


def test_a_connector_called_bin_has_an_address_of_its_own(bea: User, login: Login) -> None:
    made = make.connector("Bin")

    assert made.slug == "bin-api"
    assert login(bea).get("/connectors/bin-api/").status_code == 200
