"""The house that is measured: sound by the oracle's questions, and asked no more often than a small one."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.releases.models import Release
from tests.bench import many

type Login = Callable[[User], Client]


@pytest.fixture
def house(db: None) -> many.House:
    """More templates than a page of the list shows, with more releases than a part of a history."""
    return many.load(templates=27, releases=25, customers=2)


def test_long_lists_ask_no_more_than_short_ones(
    login: Login, rita: User, house: many.House, django_assert_num_queries
) -> None:
    client = login(rita)
    slug = house.templates[0].slug
    asked = {
        "template_list": (9, []),
        "release_list": (9, [slug]),
        "template_history": (7, [slug]),
    }

    for name, (count, args) in asked.items():
        with django_assert_num_queries(count):
            assert client.get(reverse(f"releases:{name}", args=args)).status_code == 200


def test_the_house_is_as_large_as_asked(login: Login, rita: User, house: many.House) -> None:
    page = login(rita).get(reverse("releases:template_list")).content.decode()

    assert Release.objects.count() == 27 * 25
    assert re.search(r"25 of 27\s+templates", page)
    assert "V23 is newer" in page
    assert "Production <strong>" in re.sub(r"</?span[^>]*>", "", page)
