"""Both APIs answer what their documents promise."""

from typing import Any

import httpx2
import pytest
from openapi_schema_validator import OAS30ReadValidator, OAS31Validator, oas30_format_checker, oas31_format_checker
from openapi_spec_validator import validate

from apps.demo import crm as crm_module
from apps.demo import documents
from apps.demo import shop as shop_module

DOCUMENTS = ("shop", "shop-v2", "crm")
LINE = {"product_id": "prd_105", "quantity": 2}


def assert_as_documented(name: str, operation_id: str, answer: httpx2.Response) -> None:
    """The document knows this status, and the body is as the schema of that status says."""
    document = documents.parsed(name)
    described = next(
        operation
        for item in document["paths"].values()
        for operation in item.values()
        if operation["operationId"] == operation_id
    )
    response = described["responses"][str(answer.status_code)]
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    schema = response["content"][answer.headers["Content-Type"]]["schema"]
    is_31 = document["openapi"].startswith("3.1")
    validator = OAS31Validator if is_31 else OAS30ReadValidator
    checker = oas31_format_checker if is_31 else oas30_format_checker
    rooted = {"allOf": [schema], "components": document["components"]}
    assert [error.message for error in validator(rooted, format_checker=checker).iter_errors(answer.json())] == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_document_is_valid_openapi(name: str) -> None:
    validate(documents.parsed(name))


def test_every_operation_of_the_documents_has_its_handler() -> None:
    for api in (shop_module.API, shop_module.API_V2, crm_module.API):
        assert {operation.id for operation in documents.operations(api.document)} == set(api.handlers)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_example_of_a_request_body_is_as_its_own_schema_says(name: str) -> None:
    for operation in documents.operations(name):
        described = documents.parsed(name)["paths"][operation.path][operation.method.lower()]
        if operation.body is not None:
            example = described["requestBody"]["content"]["application/json"]["example"]
            assert operation.check_body(example) == []


def test_version_two_of_the_shop_differs_by_one_breaking_change() -> None:
    first, second = ({one.id: one for one in documents.operations(name)} for name in ("shop", "shop-v2"))
    assert first.keys() == second.keys()
    assert [one for one in first if _required(first[one]) != _required(second[one])] == ["listOrders"]
    assert _required(second["listOrders"]) == ["since"]


def _required(operation: documents.Operation) -> list[str]:
    return [one["name"] for one in operation.parameters if one.get("required") and one["in"] == "query"]


SHOP_CALLS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("listOrders", "GET", "/orders", {"params": {"limit": 100}}),
    ("listOrders", "GET", "/orders", {"params": {"since": "yesterday"}}),
    ("listOrders", "GET", "/orders", {"params": {"cursor": "made up"}}),
    ("getOrder", "GET", "/orders/ord_1001", {}),
    ("getOrder", "GET", "/orders/ord_1", {}),
    (
        "createOrder",
        "POST",
        "/orders",
        {"json": {"customer_id": "cus_201", "lines": [LINE]}},
    ),
    ("createOrder", "POST", "/orders", {"json": {"customer_id": "cus_1", "lines": [LINE]}}),
    ("createOrder", "POST", "/orders", {"json": {"customer_id": "cus_201", "lines": []}}),
    ("updateOrder", "PATCH", "/orders/ord_1001", {"json": {"status": "shipped", "external_reference": "deal_704"}}),
    ("updateOrder", "PATCH", "/orders/ord_1001", {"json": {"total_cents": 1}}),
    ("updateOrder", "PATCH", "/orders/ord_1", {"json": {"status": "shipped"}}),
    ("listCustomers", "GET", "/customers", {"params": {"limit": 100}}),
    ("listCustomers", "GET", "/customers", {"params": {"limit": 0}}),
    ("getCustomer", "GET", "/customers/cus_201", {}),
    ("getCustomer", "GET", "/customers/cus_1", {}),
    ("listProducts", "GET", "/products", {}),
    ("listProducts", "GET", "/products", {"params": {"limit": "many"}}),
]
CRM_CALLS: list[tuple[str, str, str, dict[str, Any]]] = [
    ("listContacts", "GET", "/contacts", {}),
    ("listContacts", "GET", "/contacts", {"params": {"limit": 1000}}),
    ("getContact", "GET", "/contacts/con_501", {}),
    ("getContact", "GET", "/contacts/con_1", {}),
    ("createContact", "POST", "/contacts", {"json": {"email": "sam@carter.example", "tags": ["shop"]}}),
    ("createContact", "POST", "/contacts", {"json": {"email": "Amelia.Hart@northwind.example"}}),
    ("createContact", "POST", "/contacts", {"json": {"email": "not an address"}}),
    ("createContact", "POST", "/contacts", {"json": {"email": "sam@rate-limited.example"}}),
    ("createContact", "POST", "/contacts", {"json": {"email": "sam@broken.example"}}),
    ("upsertContact", "PUT", "/contacts/by-email/ulla@carter.example", {"json": {"first_name": "Sam"}}),
    ("upsertContact", "PUT", "/contacts/by-email/chiara@conti-arredi.example", {"json": {"company": None}}),
    ("upsertContact", "PUT", "/contacts/by-email/not-an-address", {"json": {"first_name": "Sam"}}),
    ("upsertContact", "PUT", "/contacts/by-email/ulla@rate-limited.example", {"json": {}}),
    ("upsertContact", "PUT", "/contacts/by-email/sam@broken.example", {"json": {}}),
    ("createDeal", "POST", "/deals", {"json": {"contact_id": "con_501", "title": "Order 1001", "amount_cents": 23800}}),
    ("createDeal", "POST", "/deals", {"json": {"contact_id": "con_1", "title": "Order 1001", "amount_cents": 23800}}),
    ("listDeals", "GET", "/deals", {"params": {"stage": "open"}}),
    ("listDeals", "GET", "/deals", {"params": {"stage": "maybe"}}),
    ("slowReport", "GET", "/report", {"params": {"seconds": 0}}),
    ("slowReport", "GET", "/report", {"params": {"seconds": 11}}),
]


def _expected(operation_id: str) -> set[str]:
    """Every status that the calls above must have seen for an operation: all but the one for missing credentials."""
    described = next(
        operation
        for name in ("shop", "crm")
        for item in documents.parsed(name)["paths"].values()
        for operation in item.values()
        if operation["operationId"] == operation_id
    )
    return set(described["responses"]) - {"401"}


@pytest.mark.parametrize(("product", "calls"), [("shop", SHOP_CALLS), ("crm", CRM_CALLS)])
def test_each_operation_answers_as_its_schema_says(
    product: str, calls: list[tuple[str, str, str, dict[str, Any]]], shop: httpx2.Client, crm: httpx2.Client
) -> None:
    client = {"shop": shop, "crm": crm}[product]
    seen: dict[str, set[str]] = {}
    for operation_id, method, path, request in calls:
        answer = client.request(method, path, **request)
        assert_as_documented(product, operation_id, answer)
        seen.setdefault(operation_id, set()).add(str(answer.status_code))
    assert seen == {operation.id: _expected(operation.id) for operation in documents.operations(product)}


@pytest.mark.parametrize("product", ["shop", "crm"])
def test_without_credentials_each_operation_answers_its_documented_401(product: str, anyone: httpx2.Client) -> None:
    for operation in documents.operations(product):
        path = operation.path.replace("{", "").replace("}", "")
        answer = anyone.request(operation.method, f"/{product}{path}")
        assert answer.status_code == 401
        assert_as_documented(product, operation.id, answer)


def test_version_two_refuses_to_list_orders_without_since(shop: httpx2.Client) -> None:
    refused = shop.get("/v2/orders")
    assert (refused.status_code, refused.json()["errors"]) == (400, [{"field": "since", "message": "is required"}])
    taken = shop.get("/v2/orders", params={"since": "2020-01-01T00:00:00Z"})
    assert taken.status_code == 200
    assert_as_documented("shop-v2", "listOrders", taken)


@pytest.mark.parametrize("path", ["/shop/openapi", "/shop/v2/openapi", "/crm/openapi"])
def test_the_document_is_served_in_both_forms_and_names_the_server_asked(
    path: str, anyone: httpx2.Client, address: str
) -> None:
    as_json = anyone.get(f"{path}.json").json()
    assert as_json == documents.load(anyone.get(f"{path}.yaml").text)
    assert as_json["servers"][0]["url"] == address + path.removesuffix("/openapi")
    validate(as_json)
