"""Customers connect their own accounts: sealed, tried at once, never shown."""

import pytest
from django.urls import reverse

from apps.connectors.enums import ConnectionState
from apps.connectors.models import Connection
from apps.deployments import services as deployments
from apps.deployments.models import WizardDraft
from apps.deployments.plan import Target
from apps.marketplace import services
from apps.releases import services as releases
from tests.factories import connectors as make
from tests.factories.deployments import a_text
from tests.factories.releases import SETUP, the_draft

SECRET = "sk-northwind-31f7c2"


@pytest.fixture
def half_done(cleo, orders, northwind) -> WizardDraft:
    """Cleo installs something whose slot needs an API key. Nobody answers at the shop's address."""
    version = make.synced_version("Acme CRM", source=make.orders_document("http://127.0.0.1:9/"))
    environment = make.environment()
    text = a_text(slot=True).replace("listContacts", "listOrders")
    draft = releases.save_draft(by=SETUP, draft=the_draft(orders), text=text, revision=1)
    live = releases.make_live(by=SETUP, release=draft, name="1")
    services.list_template(by=SETUP, integration_template=orders, environment=environment)
    assert version.connector.slug == "acme-crm"
    wizard = deployments.start_wizard(by=cleo, target=Target(orders, environment, northwind))
    deployments.choose_release(wizard=wizard, release=live)
    return wizard


def step(wizard: WizardDraft, name: str, *more: object) -> str:
    return reverse(f"marketplace:{name}", args=[wizard.pk, *more])


def test_connecting_in_the_middle_of_installing(cleos, half_done, northwind, said):
    page = cleos.get(step(half_done, "wizard_connections"))
    address = step(half_done, "connection_create", "crm")
    assert address in page.content.decode()
    assert 'value="Acme CRM"' in cleos.get(address).content.decode()

    done = cleos.post(address, {"name": "Acme CRM", "secret": SECRET})
    assert done.url == step(half_done, "wizard_connections")
    made = Connection.objects.get()
    assert (made.customer, made.environment) == (northwind, half_done.environment)
    page = cleos.get(done.url)
    # It was tried at once; nobody answers at that address.
    assert made.state == ConnectionState.INVALID
    assert "does not let us in" in said(page)
    assert "Does not work" in said(page)
    assert f'value="{made.pk}" checked' in page.content.decode()
    assert SECRET not in page.content.decode()
    review = cleos.get(step(half_done, "wizard_review"))
    assert "One of your connections is missing or was not let in" in said(review)


def test_nothing_entered_is_said_at_the_fields_and_nothing_is_shown_again(cleos, half_done, said):
    address = step(half_done, "connection_create", "crm")
    refused = cleos.post(address, {"name": "", "secret": SECRET})
    assert refused.status_code == 422
    assert SECRET not in refused.content.decode()
    assert "no-store" in refused["Cache-Control"]
    assert cleos.get(step(half_done, "connection_create", "no-such-slot")).status_code == 404


def test_entering_again_testing_and_deleting(cleos, half_done, said):
    cleos.post(step(half_done, "connection_create", "crm"), {"name": "Acme CRM", "secret": SECRET})
    made = Connection.objects.get()
    page = said(cleos.get(reverse("marketplace:connection_list")))
    assert "Nothing uses it now" in page
    again = reverse("marketplace:connection_secret", args=[made.pk])
    assert cleos.post(again, {"secret": "another"}).url == reverse("marketplace:connection_list")
    back = cleos.post(f"{again}?setup={half_done.pk}", {"secret": "third"})
    assert back.url == step(half_done, "wizard_connections")
    assert Connection.objects.get().secret_version == 3
    assert cleos.post(reverse("marketplace:connection_test", args=[made.pk])).status_code == 303
    assert cleos.post(reverse("marketplace:connection_delete", args=[made.pk])).status_code == 303
    assert not Connection.objects.exists()


def test_one_that_is_used_stays(cleos, installed, crm_of_northwind, said):
    address = reverse("marketplace:connection_delete", args=[crm_of_northwind.pk])
    assert "An integration still needs it." in said(cleos.get(address))
    assert cleos.post(address).status_code == 422
    assert "Used by Orders to CRM" in said(cleos.get(reverse("marketplace:connection_list")))


def test_members_see_connections_and_change_none(mia, login, installed, crm_of_northwind):
    page = login(mia).get(reverse("marketplace:connection_list")).content.decode()
    assert "Northwind CRM" in page
    assert "/secret/" not in page
    for name in ("connection_secret", "connection_test", "connection_delete"):
        assert login(mia).post(reverse(f"marketplace:{name}", args=[crm_of_northwind.pk])).status_code == 403
