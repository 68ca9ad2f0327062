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
from tests.releases.sending import sent

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


def test_a_person_decides_on_operations_and_fields(orders: IntegrationTemplate, bea: User, login: Login) -> None:
    draft, client = the_draft(orders), login(bea)
    looked = post(client, draft, page(client, draft), look="1", **{"operation-1": ""})
    html = looked.content.decode()
    assert post(client, draft, html, **{"field-0-1": "", "field-0-2": "parameter:cursor"}).status_code == 303
    steps = {step.name: step for step in parse(the_draft(orders).text).steps}
    assert list(steps["fetchOrders"].body["with"]["parameters"]) == ["since", "cursor"]
    assert steps["fetchCustomer"].body == parse(draft.text).steps[3].body


def test_a_step_that_waits_is_told_by_the_checks(orders: IntegrationTemplate, bea: User, login: Login) -> None:
    draft, client = the_draft(orders), login(bea)
    html = page(client, draft, "corner-shop/1")
    assert post(client, draft, html, "corner-shop/1", **{"operation-1": ""}).status_code == 303
    assert parse(the_draft(orders).text).steps[0].operation == "listOrders"
    from_source = client.get(reverse("releases:builder_source", args=[orders.slug, draft.pk])).content.decode()
    assert "has no operation “getCustomer”" in from_source


def test_another_operation_shows_its_own_fields_first(orders: IntegrationTemplate, bea: User, login: Login) -> None:
    draft, client = the_draft(orders), login(bea)
    answer = post(client, draft, page(client, draft), **{"operation-0": "getOrder"})
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "These are now the fields of getOrder: look at them, and swap." in html
    assert post(client, draft, html).status_code == 303
    assert parse(the_draft(orders).text).steps[0].operation == "getOrder"


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"field-0-1": "parameter:since"}, "Another value goes there already."),
        ({"field-0-1": "parameter:nothing"}, "nothing"),
        ({"operation-0": "nothing"}, "nothing"),
    ],
)
def test_answers_that_make_no_sense(
    orders: IntegrationTemplate, bea: User, login: Login, typed: dict[str, str], sentence: str
) -> None:
    draft, client = the_draft(orders), login(bea)
    answer = post(client, draft, page(client, draft), **typed)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert the_draft(orders).text == draft.text


def test_a_stale_page_changes_nothing(orders: IntegrationTemplate, bea: User, login: Login) -> None:
    draft, client = the_draft(orders), login(bea)
    html = page(client, draft)
    saved = services.save_draft(by=SETUP, draft=draft, text=f"# New.\n{draft.text}", revision=draft.revision)
    assert post(client, draft, html).status_code == 409
    assert the_draft(orders).text == saved.text


def test_htmx_gets_the_fragment_alone(orders: IntegrationTemplate, bea: User, login: Login) -> None:
    where = address(the_draft(orders), slot="shop", to="demo-shop/2")
    html = login(bea).get(where, headers={"HX-Request": "true", "HX-Target": "swap"}).content.decode()
    assert "<html" not in html
    assert "fetchOrders" in html


def test_who_may_swap(orders: IntegrationTemplate, bea: User, vera: User, mallory: User, login: Login) -> None:
    draft = the_draft(orders)
    assert login(vera).get(address(draft, slot="shop")).status_code == 403
    assert login(mallory).get(address(draft, slot="shop")).status_code == 404
    assert login(bea).get(address(draft, slot="nothing")).status_code == 404
    version = services.create_version(by=SETUP, draft=draft, name="one")
    assert login(bea).get(address(version, slot="shop")).status_code == 422


def test_a_release_without_connections_has_nothing_to_swap(bea: User, login: Login) -> None:
    draft = the_draft(a_template("Plain"))
    assert "nothing to swap" in login(bea).get(address(draft)).content.decode()


def test_a_connector_with_many_operations_is_searched_by_typing(
    orders: IntegrationTemplate, bea: User, login: Login
) -> None:
    get = "{operationId: listThings%s, responses: {'200': {description: ok}}}"
    many = "".join(f"  /things{number}:\n    get: {get % number}\n" for number in range(70))
    builds.a_build(builds.a_version("Large"), f"openapi: 3.0.3\ninfo: {{title: Large, version: '1'}}\npaths:\n{many}")
    draft, client = the_draft(orders), login(bea)
    html = page(client, draft, "large/1")
    assert html.count('<option value="listThings7">') == 1
    refused = post(client, draft, html, "large/1", **{"operation-0": "nothing"})
    assert "Large v1 has no operation “nothing”." in refused.content.decode()
