"""The page of one operation: what it takes, its body opened bit by bit, and an example that holds no secret."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.connectors.enums import Scheme
from apps.connectors.models import ConnectorVersion
from apps.connectors.services import configure_scheme
from tests.factories import connectors as make

type Login = Callable[[User], Client]

SOURCE = """
openapi: 3.1.0
info: {title: Orders, version: "1"}
servers: [{url: "https://api.a.example/v1"}]
paths:
  /orders/{id}:
    servers: [{url: "https://api.a.example/v2"}]
    post:
      operationId: changeOrder
      summary: Change an order
      parameters:
        - {name: id, in: path, required: true, schema: {type: string}, description: Number of the order}
        - {name: tags, in: query, style: pipeDelimited, deprecated: true, schema: {type: array, items: {type: string}}}
        - {name: size, in: query, schema: {type: string, enum: [s, m], default: m}, example: s}
        - {name: status, in: query, schema: {type: array, items: {type: string}}}
        - {name: filter, in: query, content: {application/json: {schema: {type: object}}}}
      requestBody:
        required: true
        content:
          multipart/form-data: {schema: {$ref: "#/components/schemas/Order"}}
          application/json: {schema: {$ref: "#/components/schemas/Order"}}
      responses:
        "200": {description: ok, content: {text/csv: {}}}
  /files:
    post:
      operationId: upload
      servers: [{url: "https://files.a.example"}]
      requestBody: {content: {application/octet-stream: {}}, required: true}
      responses: {"200": {description: ok}}
components:
  schemas:
    Order:
      type: object
      required: [customer, lines]
      properties:
        customer: {$ref: "#/components/schemas/Customer"}
        lines: {type: array, items: {type: object, required: [sku], properties: {sku: {type: string, example: A-1}}}}
        paid: {type: boolean, default: false, description: "<b>Paid</b> & done"}
    Customer:
      allOf:
        - {type: object, required: [email], properties: {email: {type: string, format: email}}}
        - {type: object, properties: {parent: {$ref: "#/components/schemas/Customer"}}}
"""
PAGE = "/connectors/orders/v1/operations/changeOrder/"
CUSTOMER = "/components/schemas/Order/properties/customer"


@pytest.fixture
def orders(db: None) -> ConnectorVersion:
    return make.synced_version("Orders", source=SOURCE)


def text(client: Client, url: str, target: str = "drawer") -> str:
    answer = client.get(url, headers={"HX-Request": "true", "HX-Target": target})
    assert answer.status_code == 200
    return answer.content.decode()


def words(html: str) -> str:
    """What is read, without the meanings of badges."""
    html = re.sub(r'<span class="explain".*?</span>', "", html)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_a_parameter_is_shown_with_its_place_style_type_and_example(
    vera: User, login: Login, orders: ConnectorVersion
) -> None:
    shown = words(text(login(vera), PAGE))

    assert "id required Number of the order path simple text" in shown
    assert "tags Deprecated query pipeDelimited list of text" in shown
    assert "size query form text one of s, m · default m for example s" in shown
    assert "status query form, each member for itself list of text" in shown
    assert "filter query as application/json object" in shown
    assert "Asks for text/csv, application/json;q=0.9" in shown


def test_the_body_says_how_it_travels_and_why(vera: User, login: Login, orders: ConnectorVersion) -> None:
    shown = words(text(login(vera), PAGE))

    why = "The document offers multipart/form-data, too; Slipway takes JSON first, then forms, parts and text."
    assert f"Schema: Order. {why} A body with a file travels as multipart/form-data." in shown
    assert "customer Customer required Members of customer" in shown
    assert "lines list of object required Members of lines" in shown
    assert "paid true or false default false Paid & done" in shown


def test_a_schema_is_opened_on_demand_and_may_recurse(vera: User, login: Login, orders: ConnectorVersion) -> None:
    client = login(vera)
    page = text(client, PAGE)

    for panel in ("schema-1", "schema-1-2", "schema-1-2-2"):
        found = re.search(rf'id="{panel}" class="lazy" hx-get="([^"]+)"', page)
        assert found
        page = text(client, unescape(found[1]), panel)
        assert words(page) == "email text (email) required parent Customer Members of parent Open it"


def test_without_scripts_the_link_opens_the_part_in_the_page(
    vera: User, login: Login, orders: ConnectorVersion
) -> None:
    shown = words(login(vera).get(f"{PAGE}?at={CUSTOMER}").content.decode())

    assert f"A part of the body: {CUSTOMER} . Show the whole body" in shown
    assert "email text (email) required" in shown


@pytest.mark.parametrize(
    "at", ["/nothing", "/info", "/components/schemas/No", "paths", "/components/schemas/Order/type"]
)
@pytest.mark.parametrize("target", ["drawer", "schema-1"])
def test_a_place_that_is_no_schema_is_not_found(
    vera: User, login: Login, orders: ConnectorVersion, at: str, target: str
) -> None:
    answer = login(vera).get(PAGE, {"at": at}, headers={"HX-Request": "true", "HX-Target": target})

    assert answer.status_code == 404


def test_the_example_is_a_call_that_slipway_would_make(vera: User, login: Login, orders: ConnectorVersion) -> None:
    configure_scheme(by=make.SETUP, version=orders, scheme=Scheme.API_KEY, options={"header": "X-Key"})
    make.synced(orders)

    shown = words(text(login(vera), PAGE))

    assert "curl -X POST https://api.a.example/v2/orders/ID \\ -H 'X-Key: SECRET'" in shown
    assert '"customer": { "email": "bea@example.com" }, "lines": [ { "sku": "A-1" } ]' in shown


def test_a_server_of_its_own_is_named_and_so_is_why_it_is_not_used(
    vera: User, login: Login, orders: ConnectorVersion
) -> None:
    own = words(text(login(vera), PAGE))
    foreign = words(text(login(vera), "/connectors/orders/v1/operations/upload/"))

    assert "Own server https://api.a.example/v2 Tags" in own
    assert "https://files.a.example not used: secrets stay with the connector's own server" in foreign
    assert "curl -X POST https://api.a.example/v1/files" in foreign
