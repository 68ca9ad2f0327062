"""What the team sees and does on a template's page."""

import pytest
from django.urls import reverse

from apps.core.htmx import events_of
from apps.marketplace.models import Listing
from tests.factories.deployments import a_release
from tests.factories.releases import a_template

HTMX = {"HX-Request": "true", "HX-Target": "dialog"}


def url(name: str, slug: str = "orders-to-crm") -> str:
    return reverse(f"marketplace:{name}", args=[slug])


def test_rita_lists_pins_follows_and_unlists(rita, login, orders, v1, production, said):
    browser = login(rita)
    assert "Not listed" in said(browser.get(url("listing_panel")))
    assert browser.post(url("listing_list_it"), {"environment": production.pk}).url == orders.get_absolute_url()
    page = said(browser.get(url("listing_panel")))
    assert "Follows live" in page
    assert v1.title in page

    v2 = a_release(orders)
    done = browser.post(url("listing_offer"), {"follows": "pinned", "release": v2.pk}, headers=HTMX)
    assert (done.status_code, "listing-changed" in events_of(done)) == (204, True)
    page = said(browser.get(url("listing_panel")))
    assert "Pinned" in page
    assert v2.title in page

    browser.post(url("listing_offer"), {"follows": "live"})
    assert not Listing.objects.get().is_pinned
    browser.post(url("listing_unlist"), {"reason": "Rework"})
    assert "It was taken out" in said(browser.get(url("listing_panel")))


def test_mistakes_are_said_in_the_dialog(rita, login, orders, v1, listing, said):
    browser = login(rita)
    nothing_chosen = browser.post(url("listing_offer"), {"follows": "pinned"}, headers=HTMX)
    assert nothing_chosen.status_code == 422
    assert "Choose the version" in said(nothing_chosen)
    foreign = a_release(a_template("Weekly report"))
    assert browser.post(url("listing_offer"), {"follows": "pinned", "release": foreign.pk}).status_code == 422
    again = browser.post(url("listing_list_it"), {"environment": listing.environment_id})
    assert "in the marketplace already" in said(again)


@pytest.mark.parametrize("name", ["listing_list_it", "listing_unlist", "listing_offer"])
def test_others_look_only(bea, vera, login, listing, name, said):
    for person in (bea, vera):
        browser = login(person)
        assert browser.get(url("listing_panel")).status_code == 200
        assert browser.post(url(name)).status_code == 403


def test_a_template_without_a_live_version_says_why_it_cannot_be_listed(rita, login, said, db):
    a_template("Weekly report")
    assert "Make a version live first." in said(login(rita).get(url("listing_panel", "weekly-report")))
