"""Demo Shop behaves like a shop."""

from datetime import UTC, datetime, timedelta

import httpx2


def test_orders_come_page_by_page_oldest_first_and_each_once(shop: httpx2.Client) -> None:
    numbers: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        page = shop.get("/orders", params={"limit": 15, "cursor": cursor}).json()
        numbers += [order["number"] for order in page["items"]]
        cursor = page["next_cursor"]
    assert numbers == list(range(1001, 1041))


def test_the_first_orders_are_spread_over_the_last_sixty_days(shop: httpx2.Client) -> None:
    orders = shop.get("/orders", params={"limit": 100}).json()["items"]
    placed = [datetime.fromisoformat(order["created_at"]) for order in orders]
    now = datetime.now(UTC)
    assert placed == sorted(placed)
    assert now - timedelta(days=61) < placed[0] < now - timedelta(days=40)
    assert now - timedelta(days=5) < placed[-1] < now


def test_orders_are_narrowed_by_since_and_status(shop: httpx2.Client) -> None:
    all_orders = shop.get("/orders", params={"limit": 100}).json()["items"]
    tenth = all_orders[9]["created_at"]
    assert shop.get("/orders", params={"limit": 100, "since": tenth}).json()["items"] == all_orders[9:]
    elsewhere = datetime.fromisoformat(tenth).astimezone(UTC).isoformat().replace("+00:00", "-00:00")
    assert shop.get("/orders", params={"limit": 100, "since": elsewhere}).json()["items"] == all_orders[9:]
    paid = shop.get("/orders", params={"limit": 100, "status": "paid"}).json()["items"]
    assert paid == [order for order in all_orders if order["status"] == "paid"]


def test_a_new_order_gets_the_next_number_and_the_products_prices(shop: httpx2.Client) -> None:
    lines = [{"product_id": "prd_105", "quantity": 2}, {"product_id": "prd_110", "quantity": 1}]
    made = shop.post("/orders", json={"customer_id": "cus_201", "lines": lines}).json()
    assert (made["id"], made["status"], made["total_cents"]) == ("ord_1041", "pending", 2 * 11900 + 2400)
    assert shop.get("/orders/ord_1041").json() == made


def test_an_order_keeps_everything_but_what_was_changed(shop: httpx2.Client) -> None:
    before = shop.get("/orders/ord_1007").json()
    after = shop.patch("/orders/ord_1007", json={"external_reference": "deal_704"}).json()
    assert after == {**before, "external_reference": "deal_704", "updated_at": after["updated_at"]}


def test_a_refusal_names_field_and_reason(shop: httpx2.Client) -> None:
    answer = shop.post("/orders", json={"customer_id": "cus_201", "lines": [{"product_id": "prd_1", "quantity": 1}]})
    assert answer.json() == {
        "type": "about:blank",
        "title": "Invalid content",
        "status": 422,
        "detail": "lines.0.product_id names nothing that exists.",
        "errors": [{"field": "lines.0.product_id", "message": "'prd_1' does not exist"}],
    }


def test_what_is_not_json_is_refused(shop: httpx2.Client) -> None:
    assert shop.patch("/orders/ord_1007", content=b"{status:").status_code == 400


def test_a_wrong_key_is_told_apart_from_a_missing_one_and_never_repeated(anyone: httpx2.Client) -> None:
    wrong = anyone.get("/shop/orders", headers={"X-Api-Key": "wrong-key-123"})
    assert (wrong.status_code, wrong.json()["detail"]) == (401, "The API key is not known.")
    assert "wrong-key-123" not in wrong.text
    assert anyone.get("/shop/orders").json()["detail"] == "Send your API key in X-Api-Key."


def test_a_method_that_is_not_offered_is_refused_with_those_that_are(shop: httpx2.Client) -> None:
    answer = shop.delete("/orders/ord_1001")
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, PATCH")
