"""Pages about connectors and connections: who sees what, what a click does, what a bad form says."""

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.connectors import selectors, services
from apps.connectors.enums import Scheme
from apps.connectors.models import Connection, Connector, ConnectorVersion
from apps.core.errors import Refused
from apps.demo import credentials
from apps.environments.models import EnvironmentKind
from tests.factories import connectors as make

type Login = Callable[[User], Client]
VERSION = "/connectors/orders-api/v1/"


def text(response: object) -> str:
    content: bytes = response.content  # type: ignore[attr-defined]
    return " ".join(content.decode().split())


def toasts(client: Client, url: str) -> str:
    return text(client.get(url))


def test_every_page_opens_for_a_viewer(vera: User, login: Login) -> None:
    version = make.synced_version()
    connection = make.connection(version, make.environment())
    client = login(vera)

    for url in (
        "/connectors/",
        "/connectors/orders-api/",
        VERSION,
        f"{VERSION}operations/",
        f"{VERSION}operations/getOrder/",
        "/connections/",
        f"/connections/{connection.pk}/",
    ):
        assert client.get(url).status_code == 200, url
    assert make.SECRET not in text(client.get(f"/connections/{connection.pk}/"))


def test_a_viewer_changes_nothing(vera: User, login: Login) -> None:
    version = make.synced_version()
    connection = make.connection(version, make.environment())
    client = login(vera)

    for url in (
        "/connectors/new/",
        f"{VERSION}source/",
        f"{VERSION}configure/servers/",
        f"{VERSION}build/",
        f"{VERSION}release/",
        "/connections/new/",
        f"/connections/{connection.pk}/secret/",
        f"/connections/{connection.pk}/test/",
        f"/connections/{connection.pk}/delete/",
    ):
        assert client.post(url).status_code == 403, url


def test_a_customer_finds_no_console(cleo: User, login: Login) -> None:
    connection = make.connection(make.synced_version(), make.environment())

    for url in ("/connectors/", VERSION, "/connections/", f"/connections/{connection.pk}/", "/connections/999/"):
        assert login(cleo).get(url).status_code == 404, url


def test_bea_uploads_a_document_and_builds_it(bea: User, login: Login) -> None:
    client = login(bea)
    file = SimpleUploadedFile("orders.yaml", make.orders_document().encode())

    created = client.post("/connectors/new/", {"file": file})
    assert (created.status_code, created["Location"]) == (303, VERSION)
    built = client.post(f"{VERSION}build/")

    assert built["Location"] == VERSION
    make.carried_out()
    assert ConnectorVersion.objects.get().source_name == "orders.yaml"
    assert "3 operations" in toasts(client, VERSION)


def test_a_bad_document_says_where_and_keeps_what_was_typed(bea: User, login: Login) -> None:
    typed = "openapi: 3.0.3\npaths: [\nmine"

    answer = login(bea).post("/connectors/new/", {"text": typed, "name": "Mine"})

    assert answer.status_code == 422
    assert "This document cannot be used yet" in text(answer)
    assert "line 4, column 1" in text(answer)
    assert "mine</textarea>" in text(answer)
    assert 'value="Mine"' in text(answer)
    assert Connector.objects.count() == 0


def test_an_empty_form_says_what_is_missing(bea: User, login: Login) -> None:
    answer = login(bea).post("/connectors/new/", {})

    assert answer.status_code == 422
    assert "Choose a file or paste a document." in text(answer)


def test_bytes_that_are_no_text_are_refused(bea: User, login: Login) -> None:
    file = SimpleUploadedFile("orders.yaml", b"openapi: \xff\xfe")

    answer = login(bea).post("/connectors/new/", {"file": file})

    assert answer.status_code == 422
    assert "The document is not UTF-8 text." in text(answer)


def test_the_list_searches_in_its_fragment(bea: User, login: Login) -> None:
    make.connector("Orders API")
    make.connector("Billing")
    htmx = {"HX-Request": "true", "HX-Target": "connectors-list"}

    answer = login(bea).get("/connectors/?q=bill", headers=htmx)

    assert "Billing" in text(answer)
    assert "Orders API" not in text(answer)
    assert "<html" not in text(answer)


@pytest.mark.parametrize("count", [1, 3])
def test_lists_take_the_same_queries_for_one_row_and_three(
    vera: User, login: Login, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        version = make.synced_version(f"API {number}")
        make.connection(version, make.environment(), name=f"Key {number}")
    client = login(vera)

    for url, queries in (("/connectors/", 9), ("/connections/", 5), ("/connectors/api-0/", 10)):
        with django_assert_num_queries(queries):
            client.get(url)


def test_operations_are_searched_by_every_word(bea: User, login: Login) -> None:
    make.built_version()
    htmx = {"HX-Request": "true", "HX-Target": "operations-list"}

    answer = text(login(bea).get(f"{VERSION}operations/?q=get+orders", headers=htmx))

    assert ("listOrders" in answer, "getOrder" in answer, "createOrder" in answer) == (True, True, False)


def test_an_operation_opens_in_the_drawer(bea: User, login: Login) -> None:
    make.built_version()

    answer = login(bea).get(f"{VERSION}operations/getOrder/", headers={"HX-Request": "true", "HX-Target": "drawer"})

    assert "/orders/{id}" in text(answer)
    assert "<html" not in text(answer)
    assert login(bea).get(f"{VERSION}operations/nothing/").status_code == 404


def test_configuration_changes_in_a_dialog(bea: User, login: Login) -> None:
    version = make.built_version()
    url = f"{VERSION}configure/sign-in/"
    client = login(bea)

    bad = client.post(url, {"scheme": "oauth2_client_credentials"})
    assert bad.status_code == 422
    assert "This sign-in needs it." in text(bad)
    good = client.post(url, {"scheme": "api_key", "header": "X-Other"}, headers={"HX-Request": "true"})

    assert good["HX-Redirect"] == VERSION
    version.refresh_from_db()
    assert (version.scheme_options, version.state) == ({"header": "X-Other"}, "updated")
    assert client.get(f"{VERSION}configure/nothing/").status_code == 404


def test_a_key_travels_in_one_place(bea: User, login: Login) -> None:
    version = make.built_version()
    url = f"{VERSION}configure/sign-in/"
    client = login(bea)

    assert "addresses stand in logs" in text(client.get(url))
    for bad in ({}, {"header": "X-Key", "query": "key"}, {"query": "key", "word": "Bot"}, {"header": "X Key"}):
        assert client.post(url, {"scheme": "api_key", **bad}).status_code == 422, bad
    client.post(url, {"scheme": "api_key", "header": "Authorization", "word": "Bot"})

    version.refresh_from_db()
    assert version.scheme_options == {"header": "Authorization", "prefix": "Bot"}
    assert 'value="Bot"' in text(client.get(url))


def test_a_key_never_travels_in_a_cookie(bea: User) -> None:
    version = make.built_version()

    with pytest.raises(Refused, match="sends no API key in a cookie"):
        services.configure_scheme(by=bea, version=version, scheme=Scheme.API_KEY, options={"cookie": "sid"})


def test_a_server_with_a_variable_is_refused(bea: User, login: Login) -> None:
    make.built_version()
    servers = {"development_server": "https://a.example/{base}"}

    answer = login(bea).post(f"{VERSION}configure/servers/", servers)

    assert answer.status_code == 422
    assert "is a variable that no field fills in" in text(answer)


def test_a_large_document_may_be_pasted(bea: User, login: Login) -> None:
    pasted = make.orders_document() + f"# {'x' * 5_000_000}\n"

    assert login(bea).post("/connectors/new/", {"text": pasted}).status_code == 303


def test_what_was_not_changed_asks_for_no_build(bea: User, login: Login) -> None:
    version = make.built_version()

    login(bea).post(f"{VERSION}configure/execution/", {"timeout_s": "10", "idempotency_header": ""})

    version.refresh_from_db()
    assert version.state == "built"


def test_rita_syncs_untested_to_production_with_a_reason_only(rita: User, bea: User, login: Login) -> None:
    production = make.environment("Production", kind="production")
    version = make.built_version()
    url = f"{VERSION}sync/production/"

    assert login(bea).post(url, {"reason": "please"}).status_code == 403
    assert login(rita).get(url).status_code == 200
    assert login(rita).post(url, {"reason": ""}).status_code == 422
    assert login(rita).post(url, {"reason": "The sandbox is down"}).status_code == 303
    make.carried_out()

    assert selectors.synced_build(version, production) == selectors.newest_build(version)


def test_a_step_out_of_turn_says_why(bea: User, login: Login) -> None:
    make.connector()
    client = login(bea)

    client.post(f"{VERSION}sync/development/")

    assert "Build it first" in toasts(client, VERSION)


def test_a_connection_is_made_from_the_wizard_and_leads_back(otto: User, login: Login) -> None:
    make.synced_version()
    url = "/connections/new/?connector=orders-api&environment=development&next=/wizard/7/connections/%3Fslot%3Dshop"
    client = login(otto)

    page = client.get(url)
    made = client.post(url, {"name": "Shop key", "secret": make.SECRET, "next": "/wizard/7/connections/?slot=shop"})

    connection = Connection.objects.get()
    assert "no-store" in page["Cache-Control"]
    assert "https://api.shop.example" in text(page)
    assert made["Location"] == f"/wizard/7/connections/?slot=shop&connection={connection.pk}"
    assert connection.secret_set_by_name == "Otto"


@pytest.mark.parametrize("url", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:x", "evil"])
def test_a_foreign_address_is_not_led_to(otto: User, login: Login, url: str) -> None:
    make.synced_version()
    place = "/connections/new/?connector=orders-api&environment=development"

    made = login(otto).post(place, {"name": "K", "secret": make.SECRET, "next": url})

    assert made["Location"] == f"/connections/{Connection.objects.get().pk}/"


def test_a_bad_form_never_sends_the_secret_back(otto: User, login: Login) -> None:
    make.synced_version()

    answer = login(otto).post(
        "/connections/new/?connector=orders-api&environment=development", {"name": "", "secret": make.SECRET}
    )

    assert answer.status_code == 422
    assert make.SECRET not in text(answer)
    assert Connection.objects.count() == 0


def test_a_place_that_is_not_synced_is_said(otto: User, login: Login) -> None:
    make.environment()
    make.built_version()

    answer = login(otto).get("/connections/new/?connector=orders-api&environment=development")

    assert answer.status_code == 422
    assert "is not synced there yet" in text(answer)


def test_bea_connects_nothing_in_a_protected_environment(bea: User, login: Login) -> None:
    make.environment("Production", kind="production", is_protected=True)
    make.synced_version()

    answer = login(bea).get("/connections/new/?connector=orders-api&environment=production")

    assert answer.status_code == 403


def test_the_test_button_shows_the_answer(otto: User, shop: ConnectorVersion, login: Login) -> None:
    connection = make.connection(shop, make.environment(), secret="wrong-key-123456")
    client = login(otto)
    page = f"/connections/{connection.pk}/"

    client.post(f"{page}test/")
    assert "The API refused these credentials: 401" in text(client.get(page))
    client.post(f"{page}secret/", {"secret": credentials.SHOP_API_KEY})
    client.post(f"{page}test/")

    shown = text(client.get(page))
    assert "“listOrders” answered 200" in shown
    assert credentials.SHOP_API_KEY not in shown
    assert "wrong-key" not in shown


def test_c3_bea_adds_a_version_and_changes_between_them(bea: User, vera: User, login: Login) -> None:
    make.synced_version()
    client = login(bea)
    url = "/connectors/orders-api/versions/new/"

    asked = client.get(url, headers={"HX-Request": "true", "HX-Target": "dialog"})
    assert "Copied from v1" in text(asked)
    assert "<html" not in text(asked)
    added = client.post(url)

    assert added["Location"] == "/connectors/orders-api/v2/"
    page = text(client.get("/connectors/orders-api/v2/"))
    assert ("v2 · Updated" in page, "v1 · Synced to prod" in page, f'href="{VERSION}"' in page) == (True, True, True)
    assert "Add version" in text(client.get("/connectors/orders-api/"))
    assert "Add version" not in text(login(vera).get("/connectors/orders-api/"))
    assert login(vera).post(url).status_code == 403
    assert client.get("/connectors/nothing/versions/new/").status_code == 404


def test_versions_that_sign_in_differently_have_connections_of_their_own(otto: User, login: Login) -> None:
    place = make.environment()
    first = make.synced_version()
    second = services.add_version(by=make.SETUP, connector=first.connector)
    services.configure_scheme(by=make.SETUP, version=second, scheme=Scheme.BASIC, options={})
    services.build_version(by=make.SETUP, version=second)
    services.sync_version(by=make.SETUP, version=second, kind=EnvironmentKind.DEVELOPMENT)
    url = "/connections/new/?connector=orders-api&environment=development"
    client = login(otto)

    newest = text(client.get(url))
    assert ("User name" in newest, "v1 · API key" in newest, "scheme=api_key" in newest) == (True, True, True)
    client.post(f"{url}&scheme=api_key", {"name": "For v1", "secret": make.SECRET})
    client.post(url, {"name": "For v2", "field_username": "otto", "secret": make.SECRET})

    made = dict(Connection.objects.filter(environment=place).values_list("name", "scheme"))
    assert made == {"For v1": "api_key", "For v2": "basic"}


def test_a_version_waits_for_its_first_build(vera: User, login: Login) -> None:
    make.connector()

    assert "Nothing is built yet." in text(login(vera).get(VERSION))
    assert "Not built yet" in text(login(vera).get(f"{VERSION}operations/"))


def test_what_serves_is_shown_beside_what_is_newer(bea: User, login: Login) -> None:
    version = make.synced_version()
    services.configure_execution(by=bea, version=version, timeout_s=5, idempotency_header="")
    services.build_version(by=bea, version=version)

    assert "A newer build exists" in text(login(bea).get(VERSION))
    services.sync_version(by=bea, version=version, kind=EnvironmentKind.DEVELOPMENT)
    assert "A newer build exists" not in text(login(bea).get(VERSION))
