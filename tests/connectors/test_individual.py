"""Fields that each connection fills in: asked, checked, sent along, and never a way to lead a secret astray."""

from typing import Any

import pytest

from apps.accounts.models import User
from apps.connectors import selectors, services
from apps.connectors.calls import CallRefused
from apps.connectors.calls.individual import Field, address_problem, filled, value_problem
from apps.connectors.models import Connection, ConnectorVersion
from apps.core.errors import Refused
from apps.infra.egress import RequestRefused
from tests.connectors.calling import called, place_for, plan_of
from tests.connectors.scripted import Reply, Scripted, scripted
from tests.factories import connectors as make

SUBDOMAIN = Field(name="subdomain", label="Subdomain", help="In the address of your shop.")
SERVER = "https://{subdomain}.shop.example/v1"
REGION = {"name": "region", "label": "Region", "used_as": "server", "required": False}
ACCOUNT = {"name": "account", "label": "Account", "used_as": "header", "target": "X-Account"}
BRANCH = {"name": "branch", "label": "Branch", "used_as": "query", "target": "branch", "required": False}
NOTE = {"name": "contact", "label": "Who knows it", "used_as": "note", "required": False}


def served_with(*fields: dict[str, Any], server: str = SERVER, name: str = "Orders API") -> ConnectorVersion:
    """A version that asks for these fields, synced to development."""
    make.environment()
    version = make.connector(name).versions.get()
    services.configure_individual(by=make.SETUP, version=version, fields=fields)
    version.refresh_from_db()
    services.configure_servers(by=make.SETUP, version=version, development_server=server, production_server=server)
    return make.synced(version)


def connected(version: ConnectorVersion, **fields: str) -> Connection:
    return services.create_connection(
        by=make.SETUP,
        connector=version.connector,
        environment=make.environment(),
        name="Shop key",
        fields=fields,
        secret=make.SECRET,
    )


@pytest.mark.parametrize("value", ["acme", "acme-1", "eu1.acme", "A9", "a" * 63])
def test_a_part_of_a_server_may_be_this(value: str) -> None:
    assert value_problem(SUBDOMAIN, value) == ""
    assert filled(SERVER, [SUBDOMAIN], {"subdomain": value}) == f"https://{value}.shop.example/v1"


@pytest.mark.parametrize(
    "value",
    [
        *("", ".", "..", "a..b", "-a", "a-", "a.", ".a", "a.-b", "a_b", "a b", "a%2eb", "a\\b", "a\n", "ä", "a" * 64),
        *(
            "evil.example/",
            "evil.example/x",
            "evil.example#",
            "evil.example?",
            "user@evil",
            "a:80",
            "[::1]",
            "{subdomain}",
        ),
    ],
)
def test_nothing_else_gets_into_a_servers_address(value: str) -> None:
    assert value_problem(SUBDOMAIN, value) != ""
    with pytest.raises(Refused):
        filled(SERVER, [SUBDOMAIN], {"subdomain": value})


@pytest.mark.parametrize(
    ("url", "fits"),
    [
        (SERVER, True),
        ("https://shop.example/{subdomain}/v1", True),
        ("https://{subdomain}", True),
        ("https://{subdomain}-api.{subdomain}.example:8443", True),
        ("{subdomain}://shop.example", False),
        ("https://shop.example:{subdomain}/", False),
        ("https://{subdomain}@shop.example", False),
        ("https://user:{subdomain}@shop.example", False),
        ("https://{other}.shop.example", False),
        ("https://{}.shop.example", False),
        ("ftp://{subdomain}.shop.example", False),
    ],
)
def test_where_a_variable_may_stand(url: str, fits: bool) -> None:
    assert (address_problem(url, ["subdomain"]) == "") is fits


def test_a_connection_is_made_with_its_fields_and_may_go_to_its_own_server_only(db: None) -> None:
    version = served_with(SUBDOMAIN.data, NOTE)

    connection = connected(version, subdomain=" acme ", contact="Ask Ann")

    assert connection.fields == {"subdomain": "acme", "contact": "Ask Ann"}
    assert connection.allowed_origins == ["https://acme.shop.example"]
    assert plan_of(version, connection=connection).url == "https://acme.shop.example/v1/orders"


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({}, "Subdomain is missing."),
        ({"subdomain": "evil.example/"}, "Subdomain becomes a part of the server's address"),
    ],
)
def test_a_field_that_is_missing_or_unfit_makes_no_connection(db: None, fields: dict[str, str], problem: str) -> None:
    version = served_with(SUBDOMAIN.data)

    with pytest.raises(Refused) as refused:
        connected(version, **fields)

    assert refused.value.problems[0].startswith(problem)
    assert Connection.objects.count() == 0


def test_origins_stay_as_they_were_entered(db: None) -> None:
    version = served_with(SUBDOMAIN.data)
    connection = connected(version, subdomain="acme")
    services.configure_servers(
        by=make.SETUP, version=version, development_server="https://{subdomain}.evil.example", production_server=""
    )
    services.build_version(by=make.SETUP, version=version)
    services.sync_version(by=make.SETUP, version=version, kind="development")

    with pytest.raises(RequestRefused, match=r"may not be sent to https://acme\.evil\.example"):
        called(plan_of(version, connection=connection), connection=connection)


def test_replacing_the_credentials_asks_again_and_fixes_the_origins_anew(db: None) -> None:
    connection = connected(served_with(SUBDOMAIN.data), subdomain="acme")

    with pytest.raises(Refused):
        services.replace_secret(by=make.SETUP, connection=connection, fields={}, secret="k-other-12345")
    replaced = services.replace_secret(
        by=make.SETUP, connection=connection, fields={"subdomain": "other"}, secret="k-other-12345"
    )

    assert replaced.allowed_origins == ["https://other.shop.example"]


def test_header_and_query_go_with_every_call(db: None) -> None:
    with scripted(Reply(200, [])) as api:
        version, connection = _with_account(api, account="a-77", branch="Bern & Co")
        called(plan_of(version, connection=connection, since="2026"), connection=connection)

    (hit,) = api.hits
    assert (hit.path, hit.headers["x-account"]) == ("/orders?since=2026&branch=Bern%20%26%20Co", "a-77")


def test_what_a_caller_gives_by_name_comes_first(db: None) -> None:
    version = served_with({**BRANCH, "target": "since"}, server="https://shop.example")
    connection = connected(version, branch="2020")

    assert plan_of(version, connection=connection).url == "https://shop.example/orders?since=2020"
    assert plan_of(version, connection=connection, since="2026").url == "https://shop.example/orders?since=2026"


def test_a_connection_that_lacks_a_new_field_is_told_so(db: None) -> None:
    version = served_with(server="https://shop.example")
    connection = connected(version)
    services.configure_individual(by=make.SETUP, version=version, fields=[ACCOUNT, SUBDOMAIN.data])
    version.refresh_from_db()
    make.synced(version)

    with pytest.raises(CallRefused, match="Account is missing"):
        plan_of(version, connection=connection)
    with pytest.raises(CallRefused, match="Account is missing"):
        plan_of(version)


def test_a_connection_made_elsewhere_fills_nothing(db: None) -> None:
    version = served_with(SUBDOMAIN.data)
    other = connected(served_with(SUBDOMAIN.data, name="Other API"), subdomain="evil")

    with pytest.raises(CallRefused, match="has no “Subdomain”"):
        plan_of(version, connection=other)


@pytest.mark.parametrize(
    ("field", "problem"),
    [
        ({"name": "Sub Domain"}, "small letters"),
        ({"name": "username"}, "a name of Slipway's own"),
        ({"label": " "}, "what people read"),
        ({"used_as": "header", "target": "Bad Header"}, "Name the header"),
        ({"used_as": "header", "target": "Authorization"}, "set by Slipway itself"),
        ({"used_as": "query", "target": ""}, "Name the query parameter"),
    ],
)
def test_a_field_that_cannot_be_is_refused(bea: User, field: dict[str, str], problem: str) -> None:
    with pytest.raises(Refused, match=problem):
        services.configure_individual(
            by=bea, version=make.built_version(), fields=[{"name": "sub", "label": "Sub", **field}]
        )


def test_variables_and_fields_come_and_go_in_order(bea: User) -> None:
    version = make.built_version()
    with pytest.raises(Refused, match="Add it under “Individual”"):
        services.configure_servers(by=bea, version=version, development_server=SERVER, production_server="")
    version = services.configure_individual(by=bea, version=version, fields=[SUBDOMAIN.data])
    version = services.configure_servers(by=bea, version=version, development_server=SERVER, production_server="")

    with pytest.raises(Refused, match="stands in a server's address"):
        services.configure_individual(by=bea, version=version, fields=[])
    assert selectors.version_named("orders-api", 1) == version


def test_values_reach_no_other_place_of_the_call(db: None) -> None:
    """The secret stays where it belongs, whatever a field says."""
    with scripted(Reply(200, [])) as api:
        version, connection = _with_account(api, account="X-Api-Key: nothing")
        called(plan_of(version, connection=connection), connection=connection)

    assert api.hits[0].headers["x-account"] == "X-Api-Key: nothing"
    assert api.hits[0].headers["x-api-key"] == make.SECRET


def _with_account(api: Scripted, **fields: str) -> tuple[ConnectorVersion, Connection]:
    place_for(api)
    version = served_with(ACCOUNT, BRANCH, server=api.url)
    return version, connected(version, **fields)
