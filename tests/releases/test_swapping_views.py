"""Another connector for a slot: proposed, looked at, confirmed, and taken back as one edit."""

from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.demo.documents import FOLDER
from apps.releases import services
from apps.releases.definition import parse
from apps.releases.models import IntegrationTemplate, Release
from apps.releases.services.checkpoints import undo_edit
from apps.releases.starters import starter
from tests.factories import builds
from tests.factories.releases import SETUP, a_template, the_draft
from tests.releases.settings_pages import sent

type Login = Callable[[User], Client]


@pytest.fixture
def orders(db: None) -> IntegrationTemplate:
    """Orders to CRM, with the demo shop in two versions, the demo CRM, and another shop."""
    builds.a_build(builds.a_version("Demo Shop"), document("shop"))
    builds.a_build(builds.a_version("Demo Shop", 2), document("shop-v2"))
    builds.a_build(builds.a_version("Demo CRM"), document("crm"))
    builds.a_build(builds.a_version("Corner Shop"))
    return a_template(content=starter("orders_to_crm").text)


def document(name: str) -> str:
    return (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")


def address(draft: Release, **query: str) -> str:
    url = reverse("releases:builder_swap", args=[draft.integration_template.slug, draft.pk])
    return f"{url}?{urlencode(query)}" if query else url


def page(client: Client, draft: Release, to: str = "demo-shop/2") -> str:
    return client.get(address(draft, slot="shop", to=to)).content.decode()


def post(client: Client, draft: Release, html: str, to: str = "demo-shop/2", **typed: str) -> HttpResponse:
    where = address(draft, slot="shop", to=to)
    fields = sent(html, where.partition("?")[0], **typed)
    return client.post(where, fields)  # type: ignore[return-value]


def test_the_page_offers_what_is_built(orders: IntegrationTemplate, bea: User, login: Login) -> None:
    builds.a_version("Nothing built")
    html = login(bea).get(address(the_draft(orders), slot="shop")).content.decode()
    assert "Demo Shop v2" in html
    assert "Corner Shop v1" in html
    assert "Demo Shop v1<" not in html
    assert "Nothing built" not in html


def test_a_swap_is_one_edit_that_undo_takes_back(orders: IntegrationTemplate, bea: User, login: Login) -> None:
    draft, client = the_draft(orders), login(bea)
    answer = post(client, draft, page(client, draft))
    assert answer.status_code == 303
    after = the_draft(orders)
    definition = parse(after.text)
    assert (definition.slots["shop"].connector, definition.slots["shop"].version) == ("demo-shop", 2)
    assert definition.slots["shop"].title == "Your shop"
    assert after.revision == draft.revision + 1
    assert after.checkpoints.latest("revision").did == "Swapped Demo Shop v1 for Demo Shop v2"
    assert undo_edit(by=bea, draft=after, revision=after.revision).text == draft.text


def test_nothing_changes_by_looking(orders: IntegrationTemplate, bea: User, login: Login) -> None:
    draft, client = the_draft(orders), login(bea)
    html = page(client, draft)
    looked = post(client, draft, html, look="1", **{"operation-0": "getOrder"})
    assert looked.status_code == 200
    assert 'value="getOrder" selected' in looked.content.decode()
    assert the_draft(orders).text == draft.text
