"""Demo Shop: orders, customers and products behind an API key."""

import hmac
from typing import Any

from django.http import HttpRequest

from apps.demo import credentials
from apps.demo.api import Answer, Api, Call, Handler, Problem, behind, found, paged, since
from apps.demo.store import Document, Store, stamp

ORDER, CUSTOMER, PRODUCT = "shop.order", "shop.customer", "shop.product"
FIRST_ORDER_NUMBER = 1001


def authorise(request: HttpRequest, _opened: Store) -> None:
    """Let in who brings the API key. Raises Problem 401."""
    given = request.headers.get(credentials.SHOP_API_KEY_HEADER, "")
    if not hmac.compare_digest(given.encode(), credentials.SHOP_API_KEY.encode()):
        reason = "The API key is not known." if given else f"Send your API key in {credentials.SHOP_API_KEY_HEADER}."
        raise Problem(401, "Unauthorized", reason, headers={"WWW-Authenticate": "ApiKey"})


def list_orders(call: Call) -> Answer:
    """Orders, oldest first, page by page."""
    return _page(call, ORDER, since=since(call.query["since"]), status=call.query["status"])


def get_order(call: Call) -> Answer:
    """One order."""
    return Answer(_order(call))


def create_order(call: Call) -> Answer:
    """Take an order; prices are the products' own."""
    customer = call.store.get(CUSTOMER, call.body["customer_id"])
    if customer is None:
        raise _unknown("customer_id", call.body["customer_id"])
    lines = [_line(call.store, index, wanted) for index, wanted in enumerate(call.body["lines"])]
    number = FIRST_ORDER_NUMBER + call.store.count(ORDER)
    note = call.body.get("note", "")
    return Answer(call.store.put(ORDER, order(number, stamp(), "pending", customer, lines, note)), 201)


def update_order(call: Call) -> Answer:
    """Change status, note or external reference; the rest of an order never changes."""
    changed = {**_order(call), **call.body, "updated_at": stamp()}
    return Answer(call.store.put(ORDER, changed))


def list_customers(call: Call) -> Answer:
    """Customers, oldest first, page by page."""
    return _page(call, CUSTOMER, email=call.query["email"])


def get_customer(call: Call) -> Answer:
    """One customer."""
    customer_id = call.where["customer_id"]
    return Answer(found(call.store.get(CUSTOMER, customer_id), f"customer {customer_id}"))


def list_products(call: Call) -> Answer:
    """Products, page by page."""
    return _page(call, PRODUCT)


def order(number: int, at: str, status: str, customer: Document, lines: list[Document], note: str = "") -> Document:
    """Write an order as the API shows it."""
    return {
        "id": f"ord_{number}",
        "number": number,
        "status": status,
        "customer": {key: customer[key] for key in ("id", "name", "email")},
        "lines": lines,
        "total_cents": sum(line["quantity"] * line["unit_price_cents"] for line in lines),
        "currency": "EUR",
        "note": note,
        "external_reference": "",
        "created_at": at,
        "updated_at": at,
    }


def line(product: Document, quantity: int) -> Document:
    """Write an order's line as the API shows it."""
    return {
        "product_id": product["id"],
        "name": product["name"],
        "quantity": quantity,
        "unit_price_cents": product["price_cents"],
    }


def _page(call: Call, kind: str, **filters: Any) -> Answer:
    limit = call.query["limit"]
    return paged(call.store.find(kind, limit=limit + 1, after=behind(call.query["cursor"]), **filters), limit)


def _order(call: Call) -> Document:
    order_id = call.where["order_id"]
    return found(call.store.get(ORDER, order_id), f"order {order_id}")


def _line(store: Store, index: int, wanted: Document) -> Document:
    product = store.get(PRODUCT, wanted["product_id"])
    if product is None:
        raise _unknown(f"lines.{index}.product_id", wanted["product_id"])
    return line(product, wanted["quantity"])


def _unknown(field: str, value: str) -> Problem:
    errors = [{"field": field, "message": f"{value!r} does not exist"}]
    return Problem(422, "Invalid content", f"{field} names nothing that exists.", errors=errors)


HANDLERS: dict[str, Handler] = {
    "listOrders": list_orders,
    "getOrder": get_order,
    "createOrder": create_order,
    "updateOrder": update_order,
    "listCustomers": list_customers,
    "getCustomer": get_customer,
    "listProducts": list_products,
}
API = Api(product="shop", document="shop", authorise=authorise, handlers=HANDLERS)
API_V2 = Api(product="shop", document="shop-v2", authorise=authorise, handlers=HANDLERS)
