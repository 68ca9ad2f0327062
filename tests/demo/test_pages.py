"""A person sees what integrations did."""

import httpx2
import pytest

from apps.demo import credentials


def test_the_shop_page_shows_credentials_orders_and_deliveries(shop: httpx2.Client, anyone: httpx2.Client) -> None:
    headers = {"Idempotency-Key": "seen-by-people"}
    shop.patch("/orders/ord_1040", json={"external_reference": "deal_<704>"}, headers=headers)
    page = anyone.get("/shop/").text
    for shown in (
        credentials.SHOP_API_KEY,
        "ord_1040",
        "deal_&lt;704&gt;",
        "Chiara Conti",
        "LAMP-BRS",
        "seen-by-people",
    ):
        assert shown in page


def test_the_crm_page_shows_credentials_contacts_and_deals(crm: httpx2.Client, anyone: httpx2.Client) -> None:
    crm.put("/contacts/by-email/sam@carter.example", json={"first_name": "Sam", "last_name": "Carter"})
    page = anyone.get("/crm/").text
    for shown in (
        credentials.CRM_CLIENT_ID,
        credentials.CRM_CLIENT_SECRET,
        "Sam Carter",
        "Office for twelve",
        "€ 6,840.00",
    ):
        assert shown in page


@pytest.mark.parametrize("path", ["/", "/shop/", "/crm/"])
def test_a_page_needs_nothing_from_elsewhere_and_no_inline_code(path: str, anyone: httpx2.Client) -> None:
    answer = anyone.get(path)
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    for unwanted in ("<script", "style=", "onclick", 'src="http', 'href="http'):
        assert unwanted not in answer.text
    assert anyone.get("/demo.css").headers["Content-Type"] == "text/css"


def test_another_sites_page_cannot_reset_the_demo(crm: httpx2.Client, anyone: httpx2.Client) -> None:
    crm.put("/contacts/by-email/sam@carter.example", json={})
    assert anyone.post("/crm/reset", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert anyone.get("/crm/reset").status_code == 405
    assert crm.get("/contacts", params={"email": "sam@carter.example"}).json()["items"] != []


def test_a_name_that_is_not_loopback_is_refused(anyone: httpx2.Client) -> None:
    assert anyone.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_an_unknown_address_is_answered_as_a_problem(anyone: httpx2.Client) -> None:
    assert anyone.get("/crm/nothing").json()["detail"] == "There is nothing at /crm/nothing."
