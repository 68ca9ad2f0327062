"""The trail on screen."""

from collections.abc import Callable

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.accounts.services import add_customer

type Login = Callable[[User], Client]


def test_activity_tells_everything_and_is_searched_by_words(ada: User, vera: User, login: Login) -> None:
    add_customer(by=ada, name="Fabrikam")
    add_customer(by=ada, name="Tailspin")
    client = login(vera)

    everything = client.get("/activity/").content.decode()
    found = client.get("/activity/", {"q": "ada fabri"}, headers={"HX-Request": "true", "HX-Target": "activity-list"})
    assert "added the customer Fabrikam" in everything
    assert "added the customer Tailspin" in everything
    assert "Fabrikam" in found.content.decode()
    assert "Tailspin" not in found.content.decode()
    assert "<html" not in found.content.decode()


def test_the_latest_leaves_out_who_signed_in(vera: User, login: Login) -> None:
    client = login(vera)

    assert "added Vera as Viewer" in client.get("/activity/latest/").content.decode()


def test_the_trail_of_an_object_is_its_own(ada: User, vera: User, login: Login) -> None:
    fabrikam = add_customer(by=ada, name="Fabrikam")
    add_customer(by=ada, name="Tailspin")

    page = login(vera).get(f"/trail/accounts.customer/{fabrikam.pk}/").content.decode()
    assert "added the customer Fabrikam" in page
    assert "Tailspin" not in page


@pytest.mark.parametrize(
    "where", ["accounts.customer/999", "accounts.customer/abc", "sessions.session/1", "no.such/1", "nonsense/1"]
)
def test_what_has_no_trail_is_not_found(vera: User, login: Login, where: str) -> None:
    assert login(vera).get(f"/trail/{where}/").status_code == 404


@pytest.mark.parametrize("customers", [1, 3])
def test_a_longer_list_asks_no_more_questions(
    ada: User, vera: User, login: Login, customers: int, django_assert_max_num_queries: Callable[..., object]
) -> None:
    for number in range(customers):
        add_customer(by=ada, name=f"Customer {number}")
    client = login(vera)

    with django_assert_max_num_queries(7):  # type: ignore[attr-defined]
        client.get("/activity/")
