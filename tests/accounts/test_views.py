"""Signing in and out."""

from collections.abc import Callable

import pytest
from django.conf import LazySettings
from django.test import Client

from apps.accounts.models import User
from apps.audit.models import AuditEvent

type Login = Callable[[User], Client]


def test_a_person_signs_in_and_lands_where_they_wanted(client: Client, rita: User) -> None:
    response = client.post("/login/", {"username": "RITA", "password": "Rita-secret-1", "next": "/people/"})

    assert (response.status_code, response["Location"]) == (302, "/people/")
    assert str(AuditEvent.objects.get(verb="person.signed_in")) == "Rita signed in"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_to_another_site(client: Client, rita: User, elsewhere: str) -> None:
    response = client.post("/login/", {"username": "rita", "password": "Rita-secret-1", "next": elsewhere})

    assert response["Location"] == "/"


@pytest.mark.parametrize("name", ["rita", "nobody"])
def test_a_wrong_password_and_an_unknown_name_look_the_same(client: Client, rita: User, name: str) -> None:
    response = client.post("/login/", {"username": name, "password": "wrong"})

    assert response.status_code == 422
    assert "This name and password do not fit together" in response.content.decode()


def test_guessing_is_stopped_for_one_name_from_one_address(client: Client, rita: User, bea: User) -> None:
    for _ in range(8):
        client.post("/login/", {"username": "rita", "password": "wrong"})
    locked = client.post("/login/", {"username": "rita", "password": "Rita-secret-1"})
    elsewhere = Client(REMOTE_ADDR="198.51.100.7")

    assert locked.status_code == 429
    assert client.post("/login/", {"username": "bea", "password": "Bea-secret-1"}).status_code == 302
    assert elsewhere.post("/login/", {"username": "rita", "password": "Rita-secret-1"}).status_code == 302


def test_signing_out_needs_a_post_and_is_recorded(rita: User, login: Login) -> None:
    client = login(rita)

    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/")["Location"] == "/login/"
    assert AuditEvent.objects.filter(verb="person.signed_out", actor_name="Rita").exists()


def test_demo_sign_in_exists_in_demo_mode_only(client: Client, rita: User, settings: LazySettings) -> None:
    settings.SLIPWAY_DEMO = False
    assert client.post("/login/demo/rita/").status_code == 404
    assert "login-person" not in client.get("/login/").content.decode()

    settings.SLIPWAY_DEMO = True
    assert "login-person" in client.get("/login/").content.decode()
    assert client.post("/login/demo/rita/").status_code == 302


def test_people_are_listed_with_what_their_role_can_do(rita: User, vera: User, login: Login) -> None:
    page = login(vera).get("/people/").content.decode()

    assert "Makes releases live, deprecates them" in page
