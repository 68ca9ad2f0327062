"""Releases in Django admin: found by number, narrowed down, with the way to their trail."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.releases import services
from apps.releases.models import IntegrationTemplate
from tests.factories.releases import SETUP, a_live_version, a_template, a_version

type Login = Callable[[User], Client]


@pytest.fixture
def house(db: None) -> IntegrationTemplate:
    """Orders with V1 (live), V2 (deprecated) and a draft; Invoices with V1 and a draft."""
    orders, invoices = a_template("Orders"), a_template("Invoices")
    a_live_version(orders, "spring")
    services.deprecate(by=SETUP, release=a_version(orders, "release 12"), reason="The API ends in May")
    a_version(invoices, "first")
    return orders


def found(client: Client, **query: str) -> list[str]:
    page = client.get(reverse("admin:releases_release_changelist"), query).content.decode()
    return sorted(re.findall(r'field-__str__"><a [^>]*>([^<]*)</a>', page))


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ({"q": "v1"}, ["Invoices V1", "Orders V1"]),
        ({"q": "2"}, ["Orders V2"]),
        ({"q": "orders v1"}, ["Orders V1"]),
        ({"q": "release 12"}, ["Orders V2"]),
        ({"q": "API ends"}, ["Orders V2"]),
        ({"q": "v99"}, []),
        ({"state__exact": "draft"}, ["Invoices Draft", "Orders Draft"]),
        ({"mark__exact": "deprecated"}, ["Orders V2"]),
        ({"binned_at__isempty": "0"}, []),
    ],
)
def test_releases_are_found(login: Login, sam: User, house, query, rows) -> None:
    assert found(login(sam), **query) == rows


def test_rows_lead_to_their_history_and_trail(login: Login, sam: User, house) -> None:
    version = house.releases.get(number=2)
    client = login(sam)
    page = client.get(reverse("admin:releases_release_changelist")).content.decode()
    links = {
        "history": reverse("admin:releases_release_history", args=[version.pk]),
        "trail": reverse("audit:trail", args=["releases.release", version.pk]),
    }

    assert all(f'<a href="{url}">{name}</a>' in page for name, url in links.items())
    assert b"The API ends in May" in client.get(links["history"]).content
    assert b"The API ends in May" in client.get(links["trail"]).content


def test_a_template_leads_to_its_releases(login: Login, sam: User, house) -> None:
    client = login(sam)
    page = client.get(reverse("admin:releases_integrationtemplate_changelist")).content.decode()

    assert f"?integration_template__id__exact={house.pk}" in page
    assert found(client, integration_template__id__exact=str(house.pk)) == ["Orders Draft", "Orders V1", "Orders V2"]
