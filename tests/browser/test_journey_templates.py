"""What leaves a template: a draft that is deployed, with its trail, and a copy that calls another connector."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.axe import faults_of, settle
from tests.browser.conftest import Visit
from tests.browser.journey import Person
from tests.start.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

TEMPLATE = "Orders to CRM"
COPY = "Contacts to contacts"
REASON = "A day of trial for the stages of deals."


@pytest.fixture
def rita(slipway: Stack, visit: Visit) -> Person:
    """Rita, signed in."""
    return Person(visit(slipway, "rita"))


def test_v6_v12_deploying_the_draft_makes_a_version_and_the_trail_tells_who_and_why(rita: Person) -> None:
    _begins_to_deploy_the_draft(rita)
    _names_the_version(rita)
    _deploys_it(rita)
    rita.history_says(TEMPLATE, {"V3": ["Version"], "V2": ["Live"]})
    expect(rita.history_row("V3")).to_contain_text("Asks at which stage deals begin.")
    rita.close_overlay()
    _reads_the_trail(rita)


def _begins_to_deploy_the_draft(rita: Person) -> None:
    rita.open_history(TEMPLATE)
    row = rita.history_row("Draft")
    row.get_by_role("button", name="More for Draft").click()
    row.get_by_role("link", name="Deploy", exact=True).click()
    expect(rita.heading).to_contain_text("Deploy")
    rita.page.get_by_role("radio", name="Staging").check()
    rita.press("Next")


def _names_the_version(rita: Person) -> None:
    expect(rita.page.get_by_role("radio", name="Latest draft")).to_be_checked()
    expect(rita.page.locator(".pick-more")).to_contain_text("The newest version is V2 “1.0.1”.")
    rita.fill_in({"Name of the version": ""})
    rita.press("Next: Connections")
    expect(rita.page.locator(".field-error")).to_contain_text("Give the version a name.")
    rita.fill_in({"Name of the version": "1.1.0", "Description": "Asks at which stage deals begin."})
    for step in ("Connections", "Orders", "Contacts and deals", "Review"):
        rita.press(f"Next: {step}")


def _deploys_it(rita: Person) -> None:
    expect(rita.page.get_by_role("main")).to_contain_text("a new version “1.1.0” made of the draft")
    rita.fill_in({"Reason": REASON})
    rita.press("Deploy")
    expect(rita.page.locator(".page-subtitle")).to_contain_text("in Staging")
    expect(rita.page.get_by_role("main")).to_contain_text("V3")


def _reads_the_trail(rita: Person) -> None:
    rita.go_to("Activity")
    rita.page.get_by_role("main").get_by_role("searchbox").fill(REASON)
    expect(rita.page.locator(".trail-item")).to_have_count(1)
    entry = rita.page.locator(".trail-item")
    expect(entry).to_contain_text("Rita Moreau deployed")
    expect(entry.locator(".trail-reason")).to_have_text(REASON)

    rita.open_template(TEMPLATE)
    rita.page.get_by_role("main").get_by_role("link", name=re.compile("^V3")).first.click()
    expect(rita.heading).to_contain_text("1.1.0")
    made = rita.page.locator(".trail-item").filter(has_text="created version")
    expect(made).to_contain_text("Rita Moreau")
    settle(rita.page)
    assert faults_of(rita.page) == []


def test_t5_t11_a_copy_in_a_new_template_calls_another_connector_and_undo_takes_it_back(rita: Person) -> None:
    rita.open_history(TEMPLATE)
    rita.choose("V2", "Copy")
    rita.page.get_by_role("radio", name="A new template").check()
    rita.overlay.get_by_label("Name of the new template").fill(COPY)
    rita.press("Copy")
    expect(rita.heading).to_contain_text(COPY)
    _calls_through(rita, "Demo Shop v1")

    _looks_at_what_is_proposed(rita)
    rita.press("Swap the connector")
    expect(rita.page.locator("#toasts")).to_contain_text("Swapped Demo Shop for Demo CRM")
    _calls_through(rita, "Demo CRM v1")
    _open_tab(rita, "Steps")
    _step_calls(rita, "listDeals")

    rita.page.locator("#builder-undo").get_by_role("button").click()
    _step_calls(rita, "listOrders")
    _calls_through(rita, "Demo Shop v1")


def _open_tab(rita: Person, name: str) -> None:
    tab = rita.page.get_by_role("navigation", name="Parts of the release").get_by_role("link", name=name, exact=True)
    tab.click()
    expect(tab).to_have_attribute("aria-current", "page")


def _calls_through(rita: Person, connector: str) -> None:
    _open_tab(rita, "Connections")
    row = rita.page.locator("[data-row]").filter(has_text="connector://shop")
    expect(row).to_contain_text(connector)


def _looks_at_what_is_proposed(rita: Person) -> None:
    """Choose another operation than the proposed one, and see its own fields."""
    rita.page.get_by_role("button", name="More for shop").click()
    rita.page.get_by_role("link", name="Swap for another connector…").click()
    rita.page.get_by_label("Swap for").select_option("demo-crm/1")
    rita.press("Propose")
    first = rita.page.get_by_role("region", name="fetchOrders")
    expect(first).to_contain_text("Calls listOrders now.")
    first.get_by_label("Instead of listOrders").select_option("listDeals")
    expect(first.locator(".swap-summary")).to_have_text("List deals, oldest first")
    second = rita.page.get_by_role("region", name="copyOrders.fetchCustomer")
    second.get_by_label("Instead of getCustomer").select_option("getContact")
    expect(second.locator(".swap-summary")).to_have_text("Get one contact")
    settle(rita.page)
    assert faults_of(rita.page) == []


def _step_calls(rita: Person, operation: str) -> None:
    step = rita.page.locator(".outline-item[data-at='/do/0/fetchOrders'] .outline-link")
    expect(step).to_contain_text(operation)
