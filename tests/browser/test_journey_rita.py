"""Rita makes a version, makes it live, brings it to a customer, runs it, takes a change back, and cleans up."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from apps.demo import credentials
from tests.browser.conftest import Visit
from tests.browser.journey import RUN_MS, Person, contacts_in_crm
from tests.start.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

TEMPLATE = "Orders to CRM"
CUSTOMER = "Lucerne Publishing"
SOURCE = "Lucerne shop"
WAYS: dict[str, dict[str, Any]] = {
    "at 1440": {"viewport": "desk"},
    "at 390": {"viewport": "phone"},
    "without scripts": {"viewport": "desk", "java_script_enabled": False},
}


@pytest.fixture(params=WAYS)
def rita(request: pytest.FixtureRequest, fresh_slipway: Stack, visit: Visit) -> Person:
    """Rita, signed in to the company's first data."""
    options = WAYS[request.param]
    page = visit(fresh_slipway, "rita", **options)
    return Person(page, phone=options["viewport"] == "phone", scripts=options.get("java_script_enabled", True))


def test_from_a_draft_to_a_customer_and_back(rita: Person, fresh_slipway: Stack) -> None:
    _edits_the_draft(rita)
    _creates_a_version(rita)
    _makes_it_live(rita)
    _deploys_it_for_a_customer_in_staging(rita, fresh_slipway)
    _runs_it(rita, fresh_slipway)
    _reconfigures_and_takes_it_back(rita)
    _deprecates_the_first_version(rita)
    _copies_the_second_to_a_new_template(rita)


def _edits_the_draft(rita: Person) -> None:
    rita.open_template(TEMPLATE)
    rita.open_source()
    saved = rita.page.locator("#saved-line")
    expect(saved).to_contain_text("Saved by Bea Lindgren")
    editor = rita.page.get_by_label("Definition")
    editor.fill(editor.input_value().replace("milliseconds: 100", "milliseconds: 150"))
    rita.page.get_by_role("button", name="Save", exact=True).click()

    expect(saved).to_contain_text("Saved by Rita Moreau just now")
    expect(rita.page.locator("#findings")).to_contain_text("Nothing to mend.")
    expect(rita.page.get_by_label("Definition")).to_have_value(_with("milliseconds: 150"))
    rita.activity_says("Rita Moreau saved Orders to CRM")


def _creates_a_version(rita: Person) -> None:
    rita.open_history(TEMPLATE)
    rita.overlay.get_by_role("link", name="Create version").click()
    expect(rita.page.get_by_role("heading", name="Create version")).to_be_visible()
    rita.fill_in({"Name": "1.1.0", "Description": "Asks at which stage deals begin."})
    rita.press("Create version")

    rita.history_says(TEMPLATE, {"V3": ["Version"], "V2": ["Live"], "V1": ["Superseded"]})
    expect(rita.history_row("V3")).to_contain_text("1.1.0")
    expect(rita.history_row("V3")).to_contain_text("Rita Moreau")
    rita.activity_says("Rita Moreau created version")


def _makes_it_live(rita: Person) -> None:
    rita.open_history(TEMPLATE)
    rita.choose("V3", "Make live")
    rita.fill_in({"Reason": "Sales wants to look at every deal."})
    rita.press("Make live")

    rita.history_says(TEMPLATE, {"V3": ["Live"], "V2": ["Superseded"], "V1": ["Superseded"]})
    rita.activity_says("Rita Moreau", "Rita Moreau")
    rita.open_template(TEMPLATE)
    expect(rita.page.locator(".page-status")).to_contain_text("V3 live")
    rita.go_to("Templates")
    expect(rita.page.get_by_role("row").filter(has_text=TEMPLATE)).to_contain_text("V3 1.1.0")


def _deploys_it_for_a_customer_in_staging(rita: Person, slipway: Stack) -> None:
    rita.open_template(TEMPLATE)
    rita.page.get_by_role("main").get_by_role("link", name="Deploy", exact=True).click()
    rita.page.get_by_role("radio", name="Staging").check()
    rita.page.get_by_label("For whom").select_option(label=CUSTOMER)
    rita.press("Next")
    rita.page.get_by_role("link", name="Back", exact=True).click()
    expect(rita.page.get_by_role("radio", name="V3")).to_be_checked()
    rita.press("Next: Connections")
    _connects(rita, "Your shop", {"API key": credentials.SHOP_API_KEY})
    _connects(
        rita, "Your CRM", {"Client id": credentials.CRM_CLIENT_ID, "Client secret": credentials.CRM_CLIENT_SECRET}
    )
    rita.press("Next: Orders")
    rita.page.get_by_label("Orders since").fill("2020-01-01")
    rita.page.get_by_label("Status of the orders").select_option("delivered")
    rita.page.get_by_label("Orders per run").fill("3")
    rita.press("Next: Contacts and deals")
    rita.page.get_by_label("Name of the shop in the CRM").fill(SOURCE)
    rita.press("Next: Review")
    expect(rita.page.get_by_role("main")).to_contain_text("V3")
    rita.fill_in({"Reason": "Trial before they sign."})
    rita.press("Deploy")

    expect(rita.page.locator(".page-subtitle")).to_have_text(f"{CUSTOMER} in Staging")
    expect(rita.page.get_by_role("table", name="Deployments").get_by_role("row")).to_have_count(2)
    rita.activity_says("Rita Moreau deployed")


def _connects(rita: Person, slot: str, fields: dict[str, str]) -> None:
    card = rita.page.locator("section, .panel").filter(has=rita.page.get_by_role("heading", name=slot, exact=True)).last
    card.get_by_role("button", name="New connection").first.click()
    expect(rita.heading).to_contain_text("Connect")
    for label, value in {"Name": f"Lucerne, {slot.lower()}", **fields}.items():
        rita.page.get_by_label(label).first.fill(value)
    rita.press("Seal and save")
    expect(rita.page.get_by_role("heading", name=slot, exact=True)).to_be_visible()
    pick = rita.page.locator(".pick").filter(has_text=f"Lucerne, {slot.lower()}")
    expect(pick.get_by_role("radio")).to_be_checked()
    pick.get_by_role("button", name="Test").click()
    expect(pick).to_contain_text("Works")


def _runs_it(rita: Person, slipway: Stack) -> None:
    assert contacts_in_crm(slipway.apis_url, SOURCE) == []
    _open_instance(rita)
    rita.page.get_by_role("button", name="Run now").first.click()
    expect(rita.heading).to_have_text(TEMPLATE)
    if not rita.scripts:
        _reload_until_over(rita)
    expect(rita.page.locator("#run-status .badge")).to_have_text("Succeeded", timeout=RUN_MS)

    assert contacts_in_crm(slipway.apis_url, SOURCE) != []
    rita.go_to("Runs")
    expect(rita.page.get_by_role("row").filter(has_text=CUSTOMER).first).to_contain_text("Succeeded")


def _reload_until_over(rita: Person) -> None:
    """Without scripts the page does not follow the run; whoever watches it reloads."""
    while rita.page.locator("#run-status .badge").inner_text() in ("Queued", "Running"):
        rita.page.reload()


def _reconfigures_and_takes_it_back(rita: Person) -> None:
    _open_instance(rita)
    rita.press("Reconfigure")
    rita.press("Next: Orders")
    rita.press("Next: Contacts and deals")
    rita.page.get_by_label("Name of the shop in the CRM").fill("Another name")
    rita.press("Next: Review")
    expect(rita.page.get_by_role("main")).to_contain_text("Another name")
    rita.press("Deploy")
    configuration = rita.page.locator(".panel").filter(has=rita.page.get_by_role("heading", name="Configuration"))
    expect(configuration).to_contain_text("Another name")

    rita.page.get_by_role("main").get_by_role("link", name="Undo", exact=True).click()
    rita.fill_in({"Reason": "The old name was right."})
    rita.press("Go back")

    expect(configuration).to_contain_text(SOURCE)
    expect(rita.page.get_by_role("table", name="Deployments").get_by_role("row")).to_have_count(4)
    rita.activity_says("Rita Moreau went back to V3")


def _deprecates_the_first_version(rita: Person) -> None:
    rita.open_history(TEMPLATE)
    rita.choose("V1", "Deprecate")
    rita.fill_in({"Reason": "Nobody needs it since deals exist."})
    rita.press("Deprecate")

    rita.history_says(TEMPLATE, {"V1": ["Superseded", "Deprecated"], "V3": ["Live"]})
    expect(rita.history_row("V1")).to_contain_text("Nobody needs it since deals exist.")
    rita.activity_says("Rita Moreau deprecated")
    _open_instance(rita)
    rita.press("Change version")
    expect(rita.page.get_by_role("radio", name="V2")).to_be_enabled()
    expect(rita.page.get_by_role("radio", name="V1")).to_be_disabled()
    expect(rita.page.locator(".pick").filter(has_text="1.0.0")).to_contain_text("eprecated")


def _copies_the_second_to_a_new_template(rita: Person) -> None:
    rita.open_history(TEMPLATE)
    rita.choose("V2", "Copy")
    rita.page.get_by_role("radio", name="A new template").check()
    rita.overlay.get_by_label("Name of the new template").fill("Orders to CRM, light")
    rita.press("Copy")

    expect(rita.heading).to_contain_text("Orders to CRM, light")
    rita.go_on_to_the_source()
    expect(rita.page.get_by_label("Definition")).to_have_value(_with("milliseconds: 200"))
    rita.history_says("Orders to CRM, light", {"Draft": ["Draft", "Latest"]})
    rita.activity_says("Rita Moreau")


def _open_instance(rita: Person) -> None:
    rita.go_to("Instances")
    row = rita.page.get_by_role("row").filter(has_text=CUSTOMER).filter(has_text="Staging")
    row.get_by_role("link", name=TEMPLATE).click()
    expect(rita.page.locator(".page-subtitle")).to_have_text(f"{CUSTOMER} in Staging")


def _with(words: str) -> Any:
    return re.compile(re.escape(words))
