"""The sections as forms: pages and fragments, without scripts, with every mistake said where it was made."""

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.connectors import services
from apps.connectors.models import Connection, ConnectorVersion
from tests.connectors.calling import place_for
from tests.connectors.scripted import Reply, scripted
from tests.factories import connectors as make

type Login = Callable[[User], Client]

VERSION = "/connectors/orders-api/v1/"
SECTIONS = ("servers", "sign-in", "individual", "execution", "paging", "test", "readme")
FRAGMENT = {"HX-Request": "true", "HX-Target": "dialog"}
EXECUTION = {"timeout_s": "10", "attempts": "0"}
ROW = {"row-0-name": "subdomain", "row-0-label": "Subdomain", "row-0-used_as": "server", "row-0-required": "on"}


def text(response: Any) -> str:
    return unescape(" ".join(response.content.decode().split()))


def section(name: str) -> str:
    return f"{VERSION}configure/{name}/"


def version() -> ConnectorVersion:
    return ConnectorVersion.objects.select_related("connector").get()


@pytest.mark.parametrize("name", SECTIONS)
def test_each_section_is_a_page_and_a_dialog(bea: User, vera: User, login: Login, name: str) -> None:
    make.built_version()

    page, dialog = login(bea).get(section(name)), login(bea).get(section(name), headers=FRAGMENT)

    assert (page.status_code, dialog.status_code) == (200, 200)
    assert ("<html" in text(page), "<html" in text(dialog)) == (True, False)
    assert f'action="{section(name)}"' in text(dialog)
    assert login(vera).get(section(name)).status_code == 403
    assert login(vera).post(section(name)).status_code == 403


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("servers", {"development_server": "https://user:pw@a.example"}, "is not an address of an API"),
        ("servers", {"production_server": "https://{shop}.example"}, "is a variable that no field fills in"),
        ("sign-in", {"scheme": "oauth2_client_credentials"}, "This sign-in needs it."),
        ("individual", {**ROW, "row-0-name": "Sub Domain"}, "A name is made of small letters"),
        ("individual", {**ROW, "row-0-label": ""}, "Say what people read"),
        ("individual", {**ROW, "row-0-used_as": "header"}, "Name the header"),
        (
            "individual",
            {**ROW, "row-1-name": "subdomain", "row-1-label": "B", "row-1-used_as": "note"},
            "Another field has this name",
        ),
        ("execution", {**EXECUTION, "timeout_s": "90"}, "less than or equal to 60"),
        ("execution", {**EXECUTION, "attempts": "2"}, "Choose after what"),
        ("execution", {**EXECUTION, "rate_calls": "0"}, "greater than or equal to 1"),
        ("paging", {"kind": "cursor", "parameter": "after"}, "This way of paging needs it."),
        ("paging", {"kind": "link", "size": "10"}, "belong together"),
        ("test", {"row-0-operation": "getOrder", "row-0-value:path.id": ""}, "The call needs a value for “id”."),
        ("test", {"row-0-operation": "createOrder", "row-0-body": "{"}, "This is not JSON"),
        ("test", {"row-0-operation": "nothing"}, "The newest build has no such operation"),
        ("readme", {"readme": "x" * 40_001}, "at most 40000 characters"),
    ],
)
def test_a_mistake_is_said_where_it_was_made_and_nothing_is_saved(
    bea: User, login: Login, name: str, data: dict[str, str], message: str
) -> None:
    make.built_version()
    before = version().updated_at

    answer = login(bea).post(section(name), data, headers=FRAGMENT)

    assert answer.status_code == 422
    assert message in text(answer)
    assert 'role="alert"' in text(answer)
    assert version().updated_at == before


def test_individual_fields_are_saved_in_order(bea: User, login: Login) -> None:
    make.built_version()
    second = {"row-4-name": "account", "row-4-label": "Account", "row-4-used_as": "header", "row-4-target": "X-Account"}
    blank = {"row-2-used_as": "server", "row-2-required": "on"}

    saved = login(bea).post(section("individual"), {**ROW, **second, **blank})

    assert saved["Location"] == VERSION
    assert [(field["name"], field["required"], field["target"]) for field in version().individual] == [
        ("subdomain", True, ""),
        ("account", False, "X-Account"),
    ]


@pytest.mark.parametrize("headers", [{}, FRAGMENT], ids=["link", "htmx"])
def test_rows_come_move_and_go_before_anything_is_saved(bea: User, login: Login, headers: dict[str, str]) -> None:
    make.built_version()
    client, url = login(bea), f"{section('individual')}rows/"
    two = {**ROW, "row-1-name": "account", "row-1-label": "Account", "row-1-used_as": "note"}

    added = text(client.post(f"{url}?add", two, headers=headers))
    moved = text(client.post(f"{url}?up=1", two, headers=headers))
    removed = text(client.post(f"{url}?remove=0", two, headers=headers))
    nonsense = text(client.post(f"{url}?remove=77&up=x", two, headers=headers))

    assert ('name="row-2-name"' in added, 'value="subdomain"' in added, 'value="account"' in added) == (
        True,
        True,
        True,
    )
    assert moved.index('value="account"') < moved.index('value="subdomain"')
    assert ('value="subdomain"' in removed, 'name="row-0-name" value="account"' in removed) == (False, True)
    assert 'name="row-1-name" value="account"' in nonsense
    assert version().individual == []
    assert client.get(f"{url}?add").status_code == 405
    assert client.post(f"{section('servers')}rows/?add").status_code == 404


def test_a_viewer_moves_no_rows(vera: User, login: Login) -> None:
    make.built_version()

    assert login(vera).post(f"{section('test')}rows/?add").status_code == 403


def test_execution_is_saved_and_shown_again(bea: User, login: Login) -> None:
    make.built_version()
    client = login(bea)
    data = {
        **EXECUTION,
        "attempts": "3",
        "retry_on": ["429", "5xx"],
        "rate_calls": "10",
        "rate_per": "minute",
        "at_once": "4",
    }

    client.post(section("execution"), data)

    assert version().execution == {
        "timeout_s": 10,
        "idempotency_header": "",
        "retries": {"attempts": 3, "on": ["429", "5xx"]},
        "rate": {"calls": 10, "per": "minute"},
        "at_once": 4,
    }
    page = text(client.get(VERSION))
    for told in ("up to 3, after 429, 5xx", "at most 10 calls per minute", "at most 4"):
        assert told in page
    assert 'name="at_once" value="4"' in text(client.get(section("execution")))


def test_paging_keeps_what_its_kind_uses(bea: User, login: Login) -> None:
    make.built_version()
    data = {"kind": "page", "parameter": "page", "first": "0", "cursor_at": "next", "items_at": "data"}

    login(bea).post(section("paging"), data)

    assert version().paging == {"kind": "page", "parameter": "page", "first": 0, "items_at": "data"}


def test_an_operation_is_added_with_the_documents_examples(bea: User, login: Login) -> None:
    example = "{type: object, required: [item], properties: {item: {type: string, example: chair}}}"
    make.built_version(source=make.orders_document().replace("{type: object}", example))
    client, url = login(bea), f"{section('test')}rows/?add"

    added = text(client.post(url, {"row-0-operation": "listOrders", "add_operation": "createOrder"}, headers=FRAGMENT))
    unknown = client.post(url, {"add_operation": "dropTables"}, headers=FRAGMENT)

    assert '"item": "chair"' in added
    assert ("This call changes something" in added, added.count("<legend")) == (True, 2)
    assert '<option value="getOrder">GET /orders/{id}</option>' in added
    assert (unknown.status_code, "is no operation of the newest build" in text(unknown)) == (422, True)


def test_the_calls_of_the_test_are_saved_by_their_parameters(bea: User, login: Login) -> None:
    make.synced_version()
    connection = make.connection(version(), make.environment())
    data = {
        "connection": str(connection.pk),
        "row-0-operation": "getOrder",
        "row-0-value:path.id": "7",
        "row-1-operation": "createOrder",
        "row-1-body": '{"item": "chair"}',
    }

    saved = login(bea).post(section("test"), data)

    assert saved.status_code == 303
    assert version().test_calls == [
        {"operation": "getOrder", "parameters": {"id": "7"}, "pages": 1},
        {"operation": "createOrder", "parameters": {"body": {"item": "chair"}}, "pages": 1},
    ]
    assert version().test_connection == connection
    shown = text(login(bea).get(section("test")))
    assert ('name="row-0-value:path.id" value="7"' in shown, '"item": "chair"' in shown) == (True, True)


def test_before_the_first_build_no_operation_can_be_added(bea: User, login: Login) -> None:
    make.connector()

    assert "its operations are not known yet" in text(login(bea).get(section("test")))
    assert login(bea).post(f"{section('test')}rows/?add", {"add_operation": "listOrders"}).status_code == 422


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true", "HX-Target": "readme-preview"}], ids=["page", "htmx"])
def test_a_readme_is_previewed_without_being_saved(bea: User, login: Login, headers: dict[str, str]) -> None:
    make.built_version()
    readme = "# Orders\n\n<script>alert(1)</script>\n\n[in](javascript:alert(1))"

    shown = login(bea).post(f"{VERSION}configure/readme/preview/", {"readme": readme}, headers=headers)

    html = shown.content.decode()
    assert (shown.status_code, "<h1>Orders</h1>" in html, "<html" in html) == (200, True, not headers)
    assert ("<script>alert" in html, 'href="javascript' in html) == (False, False)
    assert version().readme == ""


def test_a_readme_stands_on_the_page(bea: User, vera: User, login: Login) -> None:
    make.synced_version()

    login(bea).post(section("readme"), {"readme": "# Orders\n\nOldest *first*."})

    page = text(login(vera).get(VERSION))
    assert "Oldest <em>first</em>." in page
    assert "Synced to prod" in page


def test_empty_sections_say_what_they_are_for(vera: User, login: Login) -> None:
    make.built_version()

    page = text(login(vera).get(VERSION))

    for told in ("Ask for what differs between customers", "The API's answers have no pages", "Tell builders what"):
        assert told in page
    assert f'href="{section("paging")}"' not in page


@pytest.mark.parametrize("headers", [{}, FRAGMENT], ids=["page", "htmx"])
def test_the_sign_in_is_tested_for_real(bea: User, vera: User, login: Login, headers: dict[str, str]) -> None:
    url = f"{VERSION}configure/sign-in/test/"
    with scripted(Reply(401, {"message": "who are you"}), Reply(200, [1])) as api:
        place_for(api)
        make.synced_version(source=make.orders_document(api.url))
        make.connection(version(), make.environment())
        refused, fine = (login(bea).post(url, headers=headers) for _ in range(2))

    assert "The API refused these credentials: 401, “who are you”." in text(refused)
    assert "“listOrders” answered 200" in text(fine)
    assert ("<html" in text(fine), make.SECRET in text(fine)) == (not headers, False)
    assert [hit.headers["x-api-key"] for hit in api.hits] == [make.SECRET, make.SECRET]
    assert Connection.objects.get().state == "valid"
    assert login(vera).post(url).status_code == 403
    assert login(bea).get(url).status_code == 405


def test_a_sign_in_without_a_connection_cannot_be_tested(bea: User, login: Login) -> None:
    make.synced_version()

    answer = login(bea).post(f"{VERSION}configure/sign-in/test/")

    assert (answer.status_code, "Create one, then test it here." in text(answer)) == (422, True)


def test_a_connection_is_asked_for_the_fields(otto: User, login: Login) -> None:
    make.environment()
    first = make.connector().versions.get()
    field = {"name": "subdomain", "label": "Subdomain", "help": "Before .shop.example"}
    services.configure_individual(by=make.SETUP, version=first, fields=[field])
    server = "https://{subdomain}.shop.example"
    services.configure_servers(by=make.SETUP, version=version(), development_server=server, production_server=server)
    make.synced(version())
    client, url = login(otto), "/connections/new/?connector=orders-api&environment=development"

    asked = text(client.get(url))
    wrong = client.post(url, {"name": "Shop", "secret": make.SECRET, "field_subdomain": "evil.example/"})
    client.post(url, {"name": "Shop", "secret": make.SECRET, "field_subdomain": "acme"})

    assert ("Before .shop.example" in asked, "https://{subdomain}.shop.example" in asked) == (True, True)
    assert (wrong.status_code, "becomes a part of the server's address" in text(wrong)) == (422, True)
    connection = Connection.objects.get()
    assert (connection.fields, connection.allowed_origins) == ({"subdomain": "acme"}, ["https://acme.shop.example"])
    shown = text(client.get(f"/connections/{connection.pk}/"))
    assert ("Subdomain" in shown, "acme" in shown) == (True, True)
    replaced = client.post(f"/connections/{connection.pk}/secret/", {"secret": "k-other-123", "field_subdomain": "b"})
    assert replaced.status_code == 303
    assert Connection.objects.get().allowed_origins == ["https://b.shop.example"]
