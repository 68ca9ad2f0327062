"""The starters, carried out against a small shop and a small CRM."""

from collections.abc import Mapping
from typing import Any

import pytest

from apps.releases.starters import starter
from apps.runs.interpreter import Fault
from apps.runs.interpreter.effects import Call, ConnectorCall
from tests.runs.world import World, carried_out

AMELIA = {"id": "cus_1", "name": "Amelia Jane Hart", "email": "amelia@example.com"}
BEN = {"id": "cus_2", "name": "Ben", "email": "ben@example.com"}
ORDERS = [
    {"id": "ord_1", "number": 1, "customer": {"id": "cus_1"}, "total_cents": 100},
    {"id": "ord_2", "number": 2, "customer": {"id": "cus_2"}, "total_cents": 250},
]


class Demo:
    """A shop and a CRM that already knows a deal for the second order, and is busy now and then."""

    def __init__(self, *, orders: list[dict[str, Any]] | None = None, busy: int = 0) -> None:
        self.orders = ORDERS if orders is None else orders
        self.busy = busy

    def __call__(self, call: Call) -> tuple[int, Any]:
        assert isinstance(call, ConnectorCall)
        answer = getattr(self, f"{call.slot}_{call.operation_id}")(call.parameters)
        return answer if isinstance(answer, tuple) else (200, answer)

    def shop_listOrders(self, _: Mapping[str, Any]) -> Any:  # noqa: N802 - the operation's own name
        return {"items": self.orders, "next_cursor": None}

    def shop_listCustomers(self, _: Mapping[str, Any]) -> Any:  # noqa: N802
        return {"items": [AMELIA, BEN], "next_cursor": None}

    def shop_getCustomer(self, parameters: Mapping[str, Any]) -> Any:  # noqa: N802
        return {"cus_1": AMELIA, "cus_2": BEN}[parameters["customer_id"]]

    def crm_upsertContact(self, parameters: Mapping[str, Any]) -> Any:  # noqa: N802
        if self.busy:
            self.busy -= 1
            return 429, {"detail": "Slow down."}
        return {"id": f"con of {parameters['email']}"}

    def crm_listDeals(self, parameters: Mapping[str, Any]) -> Any:  # noqa: N802
        return {"items": [{"id": "deal_1"}] if parameters["external_reference"] == "ord_2" else []}

    def crm_createDeal(self, _: Mapping[str, Any]) -> Any:  # noqa: N802
        return 201, {"id": "deal_2"}


def run(key: str, world: World, **config: Any) -> Any:
    definition = starter(key).definition
    data = {"config": {**definition.sample_input["config"], **config}, "event": None}
    return carried_out(definition.document, data, world)


def made(world: World, operation: str) -> list[Mapping[str, Any]]:
    calls = [call for _, call in world.calls if isinstance(call, ConnectorCall)]
    return [call.parameters for call in calls if call.operation_id == operation]


def test_orders_become_contacts_and_deals_each_once() -> None:
    world = World(Demo())
    assert run("orders_to_crm", world, since="2026-02-01", tags=["vip"]) == {"orders": 2}
    assert made(world, "listOrders") == [{"since": "2026-02-01T00:00:00Z", "status": "paid", "limit": 20}]
    assert [(each["email"], each["body"]) for each in made(world, "upsertContact")] == [
        ("amelia@example.com", contact("Amelia", "Jane Hart")),
        ("ben@example.com", contact("Ben", "")),
    ]
    assert made(world, "createDeal") == [
        {
            "body": {
                "contact_id": "con of amelia@example.com",
                "title": "Order 1",
                "amount_cents": 100,
                "stage": "won",
                "external_reference": "ord_1",
            }
        }
    ]


def contact(first: str, last: str) -> dict[str, Any]:
    return {
        "first_name": first,
        "last_name": last,
        "lifecycle": "customer",
        "source": "Sample shop",
        "tags": ["vip"],
    }


def test_deals_are_left_out_on_request() -> None:
    world = World(Demo())
    assert run("orders_to_crm", world, createDeals=False) == {"orders": 2}
    assert made(world, "listDeals") == made(world, "createDeal") == []


def test_a_busy_crm_gets_more_chances() -> None:
    world = World(Demo(busy=3))
    assert run("orders_to_crm", world) == {"orders": 2}
    assert world.waits == [1, 2, 4, 0.2, 0.2]


def test_a_crm_that_stays_busy_fails_the_run() -> None:
    with pytest.raises(Fault):
        run("orders_to_crm", World(Demo(busy=100)))


def test_no_orders_is_no_error() -> None:
    assert run("orders_to_crm", World(Demo(orders=[]))) == {"orders": 0}


def test_customers_become_contacts_except_those_left_out() -> None:
    world = World(Demo())
    assert run("customers_to_contacts", world, skipEmails=["ben@example.com"]) == {"customers": 1}
    assert [each["email"] for each in made(world, "upsertContact")] == ["amelia@example.com"]


@pytest.mark.parametrize(
    ("status", "config", "output"),
    [
        (200, {}, {"healthy": True, "status": 200, "answer": None}),
        (
            200,
            {"mustContain": ["open"], "showAnswer": True},
            {"healthy": True, "status": 200, "answer": "We are open."},
        ),
        (404, {"expectedStatus": 404}, {"healthy": True, "status": 404, "answer": None}),
    ],
)
def test_a_healthy_address(status: int, config: dict[str, Any], output: Any) -> None:
    world = World(lambda _: (status, "We are open."))
    assert run("http_check", world, **config) == output


@pytest.mark.parametrize(
    ("status", "config", "detail"),
    [
        (503, {}, "Expected 200, got 503: We are open."),
        (200, {"mustContain": ["open", "closed", "Sunday"]}, "Not found in the answer: closed, Sunday"),
    ],
)
def test_an_unhealthy_address_fails_with_its_reason(status: int, config: dict[str, Any], detail: str) -> None:
    with pytest.raises(Fault) as fault:
        run("http_check", World(lambda _: (status, "We are open.")), severity="critical", **config)
    assert (fault.value.problem["title"], fault.value.problem["detail"]) == ("Check failed (critical)", detail)


def test_blank_greets() -> None:
    assert run("blank", World()) == {"greeting": "Hello, world!"}
    assert run("blank", World(), name="Cleo") == {"greeting": "Hello, Cleo!"}
