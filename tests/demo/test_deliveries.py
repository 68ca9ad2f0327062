"""Each delivery is counted, and a repeated one changes nothing."""

from concurrent.futures import ThreadPoolExecutor

import httpx2

DEAL = {"contact_id": "con_501", "title": "Order 1001", "amount_cents": 23800}


def counts(client: httpx2.Client, **chosen: str) -> tuple[int, int]:
    """Raw and effective deliveries of the client's product."""
    told = client.get("/deliveries", params=chosen).json()
    return told["raw"], told["effective"]


def test_the_same_key_gets_the_stored_answer_and_changes_nothing_more(crm: httpx2.Client) -> None:
    key = {"Idempotency-Key": "run-7-step-3"}
    first = crm.post("/deals", json=DEAL, headers=key)
    second = crm.post("/deals", json=DEAL, headers=key)
    assert (first.status_code, first.json()) == (second.status_code, second.json())
    assert "Idempotent-Replay" not in first.headers
    assert second.headers["Idempotent-Replay"] == "true"
    assert len(crm.get("/deals").json()["items"]) == 4
    assert counts(crm) == (2, 1)


def test_the_same_key_with_another_body_is_refused(crm: httpx2.Client) -> None:
    key = {"Idempotency-Key": "run-7-step-3"}
    crm.post("/deals", json=DEAL, headers=key)
    answer = crm.post("/deals", json={**DEAL, "title": "Another"}, headers=key)
    assert (answer.status_code, answer.json()["title"]) == (422, "Idempotency key reused")
    assert counts(crm) == (2, 1)


def test_a_stored_answer_is_not_given_to_someone_without_credentials(crm: httpx2.Client, anyone: httpx2.Client) -> None:
    key = {"Idempotency-Key": "run-7-step-3"}
    crm.post("/deals", json=DEAL, headers=key)
    assert anyone.post("/crm/deals", json=DEAL, headers=key).status_code == 401


def test_a_failure_is_not_stored_so_the_key_may_be_tried_again(crm: httpx2.Client) -> None:
    key = {"Idempotency-Key": "run-8-step-1"}
    assert crm.post("/deals", json={**DEAL, "amount_cents": -1}, headers=key).status_code == 422
    assert crm.post("/deals", json=DEAL, headers=key).status_code == 201


def test_without_a_key_every_delivery_counts(shop: httpx2.Client) -> None:
    for _ in range(2):
        shop.patch("/orders/ord_1001", json={"note": "twice"})
    assert counts(shop) == (2, 2)


def test_the_same_key_sent_at_the_same_time_takes_effect_once(crm: httpx2.Client) -> None:
    def send(_: int) -> int:
        return crm.post("/deals", json=DEAL, headers={"Idempotency-Key": "at-once"}).status_code

    with ThreadPoolExecutor(8) as senders:
        assert set(senders.map(send, range(24))) == {201}
    assert counts(crm) == (24, 1)
    assert len(crm.get("/deals").json()["items"]) == 4


def test_deliveries_tell_method_path_key_replay_and_status_newest_first(shop: httpx2.Client) -> None:
    key = {"Idempotency-Key": "k-1"}
    shop.patch("/orders/ord_1001", json={"note": "a"}, headers=key)
    shop.patch("/orders/ord_1001", json={"note": "a"}, headers=key)
    shop.patch("/orders/none", json={"note": "a"})
    shop.get("/orders")
    last = [
        {name: value for name, value in one.items() if name != "at"} for one in shop.get("/deliveries").json()["last"]
    ]
    change = {"method": "PATCH", "path": "/shop/orders/ord_1001", "key": "k-1", "status": 200}
    assert last == [
        {"method": "PATCH", "path": "/shop/orders/none", "key": None, "replayed": False, "status": 404},
        {**change, "replayed": True},
        {**change, "replayed": False},
    ]


def test_deliveries_are_narrowed_by_key_path_and_method(shop: httpx2.Client) -> None:
    shop.patch("/orders/ord_1001", json={"note": "a"}, headers={"Idempotency-Key": "k-1"})
    shop.patch("/orders/ord_1002", json={"note": "a"}, headers={"Idempotency-Key": "k-2"})
    assert counts(shop, key="k-2") == (1, 1)
    assert counts(shop, path="/shop/orders/ord_1001") == (1, 1)
    assert counts(shop, method="POST") == (0, 0)


def test_a_reset_forgets_deliveries_and_answers_of_one_product_only(
    crm: httpx2.Client, shop: httpx2.Client, anyone: httpx2.Client
) -> None:
    crm.post("/deals", json=DEAL, headers={"Idempotency-Key": "k-1"})
    shop.patch("/orders/ord_1001", json={"note": "kept"})
    assert anyone.post("/crm/reset").status_code == 302
    assert (counts(crm), counts(shop)) == ((0, 0), (1, 1))
    assert len(crm.get("/deals").json()["items"]) == 3
    assert "Idempotent-Replay" not in crm.post("/deals", json=DEAL, headers={"Idempotency-Key": "k-1"}).headers
