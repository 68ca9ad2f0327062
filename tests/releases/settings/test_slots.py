"""The connections that a release needs."""

import pytest

from apps.releases.definition import parse
from tests.factories import builds
from tests.factories.releases import the_draft
from tests.releases.settings.pages import HTMX, TEXT, Login, at, fresh, lines_changed, post


def test_a_slot_is_added_for_a_connector_that_exists(login: Login, bea, orders):
    builds.a_version("Mailer", 2)
    draft = the_draft(orders)
    answer = post(login(bea), draft, "slot_edit", {}, choice="mailer/2", name="mail", title="Your mail")
    assert answer.status_code == 303
    assert lines_changed(TEXT, fresh(draft).text) == [
        "+        mail:",
        "+          connector: mailer",
        "+          version: 2",
        "+          title: Your mail",
    ]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"name": "shop"}, "There is a connection “shop” already."),
        ({"name": "My Shop"}, "A name begins with a letter"),
        ({"choice": ""}, "Choose a connector."),
    ],
)
def test_a_bad_slot_is_said_at_its_field(login: Login, bea, orders, typed, said):
    builds.a_version("Mailer", 2)
    answer = post(login(bea), the_draft(orders), "slot_edit", {}, **{"choice": "mailer/2", "name": "mail", **typed})
    assert answer.status_code == 422
    assert said in answer.content.decode()


def test_another_version_tells_first_which_operations_it_lacks(login: Login, bea, orders):
    builds.a_build(builds.a_version())
    newer = builds.a_version(number=2)
    builds.a_build(newer, source=builds.orders_document().replace("listOrders", "findOrders"))
    draft, client = the_draft(orders), login(bea)
    url = at(draft, "slot_edit", slot="shop", choice="orders-api/2")
    check = client.get(url, headers={**HTMX, "HX-Target": "slot-check"}).content.decode()
    assert "<code>listOrders</code>, called by" in check
    refused = post(client, draft, "slot_edit", {"slot": "shop"}, choice="orders-api/2")
    assert (refused.status_code, fresh(draft).text) == (422, TEXT)
    post(client, draft, "slot_edit", {"slot": "shop"}, choice="orders-api/2", accept="on")
    assert lines_changed(TEXT, fresh(draft).text) == [
        "-        shop: {connector: orders-api, version: 1, title: Your shop}",
        "+        shop: {connector: orders-api, version: 2, title: Your shop}",
    ]


def test_a_slot_is_deleted_only_when_no_step_calls_through_it(login: Login, bea, orders):
    draft, client = the_draft(orders), login(bea)
    url = at(draft, "slot_delete", slot="shop")
    assert ">fetch</a>" in client.get(url).content.decode()
    refused = client.post(url, {"revision": draft.revision})
    assert "Steps call through “shop”: “fetch”." in refused.content.decode()
    post(client, draft, "slot_delete", {"slot": "crm"})
    assert set(parse(fresh(draft).text).slots) == {"shop"}


def test_slots_are_moved(login: Login, bea, orders):
    draft = the_draft(orders)
    login(bea).post(at(draft, "slot_move"), {"revision": draft.revision, "move": "0:crm"})
    assert list(parse(fresh(draft).text).slots) == ["crm", "shop"]
    assert "        # Where orders come from.\n        shop:" in fresh(draft).text
