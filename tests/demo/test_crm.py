"""Demo CRM behaves like a CRM, with its failures on demand."""

import time
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

from apps.demo import credentials

CLIENT = {"client_id": credentials.CRM_CLIENT_ID, "client_secret": credentials.CRM_CLIENT_SECRET}


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({**CLIENT, "grant_type": "password"}, 400, "unsupported_grant_type"),
        ({**CLIENT, "client_secret": "wrong", "grant_type": "client_credentials"}, 401, "invalid_client"),
        ({"grant_type": "client_credentials"}, 401, "invalid_client"),
    ],
)
def test_a_token_is_refused_with_the_error_of_the_standard(
    form: dict[str, str], status: int, error: str, anyone: httpx2.Client
) -> None:
    answer = anyone.post("/crm/oauth/token", data=form)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_a_token_is_given_for_credentials_in_the_form_and_opens_the_api(anyone: httpx2.Client) -> None:
    granted = anyone.post("/crm/oauth/token", data={**CLIENT, "grant_type": "client_credentials"}).json()
    assert (granted["token_type"], granted["expires_in"]) == ("Bearer", 300)
    headers = {"Authorization": f"Bearer {granted['access_token']}"}
    assert len(anyone.get("/crm/contacts", headers=headers).json()["items"]) == 6


def test_an_unknown_token_is_refused_as_the_standard_says(anyone: httpx2.Client) -> None:
    answer = anyone.get("/crm/contacts", headers={"Authorization": "Bearer made-up"})
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Bearer error="invalid_token"')


def test_upserting_adds_a_contact_and_then_changes_only_what_is_given(crm: httpx2.Client) -> None:
    address = "/contacts/by-email/Sam@Carter.example"
    added = crm.put(address, json={"first_name": "Sam", "company": "Carter & Co", "lifecycle": "customer"})
    changed = crm.put(address, json={"last_name": "Carter", "company": None})
    assert (added.status_code, changed.status_code) == (201, 200)
    expected = {**added.json(), "last_name": "Carter", "company": None, "updated_at": changed.json()["updated_at"]}
    assert changed.json() == expected
    assert crm.get("/contacts", params={"email": "sam@carter.example"}).json()["items"] == [expected]


def test_an_address_with_unusual_letters_is_the_same_contact_again(crm: httpx2.Client) -> None:
    made = crm.post("/contacts", json={"email": "o'neil+news@müller.example"}).json()
    again = crm.put("/contacts/by-email/o%27neil%2Bnews%40m%C3%BCller.example", json={"tags": ["x"]})
    assert (again.status_code, again.json()["id"]) == (200, made["id"])


def test_deals_are_found_by_the_id_of_another_system(crm: httpx2.Client) -> None:
    deal = {"contact_id": "con_503", "title": "Order 1009", "amount_cents": 100, "external_reference": "ord_1009"}
    made = crm.post("/deals", json=deal).json()
    assert crm.get("/deals", params={"external_reference": "ord_1009"}).json()["items"] == [made]
    assert (made["stage"], made["currency"]) == ("open", "EUR")


def test_a_rate_limited_address_is_taken_when_the_sender_waits_and_repeats(crm: httpx2.Client) -> None:
    key = {"Idempotency-Key": "rae-1"}
    refused = crm.put("/contacts/by-email/rae@rate-limited.example", json={}, headers=key)
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    assert crm.put("/contacts/by-email/rae@rate-limited.example", json={}, headers=key).status_code == 201


def test_a_broken_address_always_fails_and_leaves_no_contact(crm: httpx2.Client) -> None:
    answers = [crm.post("/contacts", json={"email": "bo@broken.example"}).status_code for _ in range(2)]
    assert answers == [500, 500]
    assert crm.get("/contacts", params={"email": "bo@broken.example"}).json() == {"items": []}


def test_a_slow_address_is_saved_before_its_answer_arrives(crm: httpx2.Client) -> None:
    with pytest.raises(httpx2.ReadTimeout):
        crm.post("/contacts", json={"email": "sid@slow.example"}, headers={"Idempotency-Key": "sid"}, timeout=0.5)
    assert len(crm.get("/contacts", params={"email": "sid@slow.example"}).json()["items"]) == 1
    again = crm.post("/contacts", json={"email": "sid@slow.example"}, headers={"Idempotency-Key": "sid"})
    assert (again.status_code, again.headers["Idempotent-Replay"]) == (201, "true")


def test_the_report_takes_as_long_as_asked_and_keeps_nobody_else_waiting(crm: httpx2.Client) -> None:
    with ThreadPoolExecutor() as another:
        began = time.monotonic()
        waiting = another.submit(crm.get, "/report", params={"seconds": 1})
        crm.post("/deals", json={"contact_id": "con_501", "title": "Meanwhile", "amount_cents": 1}).raise_for_status()
        assert not waiting.done()
        report = waiting.result().json()
        assert time.monotonic() - began >= 1
    assert report == {**report, "contacts": 6, "deals": 4, "open_cents": 684001, "won_cents": 214500, "took_seconds": 1}
