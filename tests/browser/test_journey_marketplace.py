"""The team makes newer versions live while customers decide for themselves, or while a pin decides for them."""

import os
import re
import subprocess
import sys

import pytest
from django.conf import settings
from playwright.sync_api import Locator, expect

from apps.demo import credentials
from tests.browser.conftest import Visit
from tests.browser.journey import RUN_MS, Person, contacts_in_crm
from tests.start.stack import OURS, Stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

ORDERS, KEY_ACCOUNTS = "Orders to CRM", "Key accounts to CRM"
NEW_QUESTION = "Deals begin as"
SOURCE = "Lucerne shop"
ADD_LENA = """
from apps.accounts.models import Customer
from apps.accounts.permissions import Role
from apps.accounts.services import add_person
from apps.audit.actor import Actor
add_person(by=Actor.system("test set-up"), username="lena", display_name="Lena Vogt", role=Role.CUSTOMER_ADMIN,
           customer=Customer.objects.get(name="Lucerne Publishing"), email="lena@lucerne-publishing.example")
"""


def test_a_new_live_version_reaches_a_new_customer_at_once_and_others_when_they_update(
    slipway: Stack, visit: Visit
) -> None:
    _somebody_of_lucerne_may_sign_in(slipway)
    rita, cleo, lena = (Person(visit(slipway, name)) for name in ("rita", "cleo", "lena"))
    _open_integration(cleo, ORDERS)
    _runs_version(cleo, 2)
    expect(cleo.top).not_to_contain_text("Update available")

    _creates_a_version(rita, ORDERS, "1.1.0")
    _makes_it_live(rita, ORDERS)

    _is_told_of_the_update_and_still_runs_the_old_version(cleo)
    _installs_and_gets_the_new_version_at_once(lena, slipway)
    _updates_with_one_new_answer_and_sees_it_run(cleo)
    _goes_back_to_the_old_version(cleo)
    _the_team_sees_which_version_ran(rita)
    _open_integration(lena, ORDERS)
    _runs_version(lena, 3)


def test_a_pinned_listing_keeps_its_offer_while_the_team_runs_a_newer_version_in_production(
    slipway: Stack, visit: Visit
) -> None:
    rita, carl, cleo = (Person(visit(slipway, name)) for name in ("rita", "carl", "cleo"))
    _improves_the_draft(rita, KEY_ACCOUNTS, "count: 3", "count: 5")
    _creates_a_version(rita, KEY_ACCOUNTS, "1.2.0")
    _makes_it_live(rita, KEY_ACCOUNTS)
    _deploys_it_for_the_team_in_production(rita)

    _the_listing_says(rita, "Pinned", Offered="V2 “1.1.0”", Live="V3 “1.2.0”")
    _open_integration(carl, KEY_ACCOUNTS)
    _runs_version(carl, 2)
    expect(carl.top).not_to_contain_text("Update available")
    _installs_what_is_pinned(cleo)

    _lets_the_listing_follow_live(rita)
    for customer in (carl, cleo):
        _open_integration(customer, KEY_ACCOUNTS)
        _runs_version(customer, 2)
        expect(customer.top).to_contain_text("You use version 2, version 3 is offered.")


def _somebody_of_lucerne_may_sign_in(slipway: Stack) -> None:
    """Every customer with people has everything installed; Lucerne has nothing, and nobody yet."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
    subprocess.run(
        [sys.executable, "manage.py", "shell", "-v", "0", "-c", ADD_LENA],
        cwd=settings.BASE_DIR,
        env={**inherited, "SLIPWAY_DATA_DIR": str(slipway.data_dir)},
        check=True,
        timeout=150,
    )


def _improves_the_draft(rita: Person, template: str, before: str, after: str) -> None:
    rita.open_template(template)
    rita.open_source()
    editor = rita.page.get_by_label("Definition")
    expect(editor).to_have_value(re.compile(re.escape(before)))
    editor.fill(editor.input_value().replace(before, after))
    rita.press("Save")
    expect(rita.page.locator("#saved-line")).to_contain_text("Saved by Rita Moreau just now")


def _creates_a_version(rita: Person, template: str, name: str) -> None:
    rita.open_history(template)
    rita.overlay.get_by_role("link", name="Create version").click()
    expect(rita.page.get_by_role("heading", name="Create version")).to_be_visible()
    rita.fill_in({"Name": name, "Description": "What customers asked for."})
    rita.press("Create version")
    rita.history_says(template, {"V3": ["Version"], "V2": ["Live"]})


def _makes_it_live(rita: Person, template: str) -> None:
    rita.choose("V3", "Make live")
    rita.fill_in({"Reason": "It is ready."})
    rita.press("Make live")
    rita.history_says(template, {"V3": ["Live"], "V2": ["Superseded"]})
    rita.close_overlay()


def _is_told_of_the_update_and_still_runs_the_old_version(cleo: Person) -> None:
    cleo.go_to("My integrations")
    expect(_integration(cleo, ORDERS)).to_contain_text("Update available")
    _open_integration(cleo, ORDERS)
    _runs_version(cleo, 2)
    expect(cleo.top).to_contain_text("You use version 2, version 3 is offered.")
    expect(_settings(cleo)).not_to_contain_text(NEW_QUESTION)
    _runs_it(cleo)


def _installs_and_gets_the_new_version_at_once(lena: Person, slipway: Stack) -> None:
    expect(lena.top).to_contain_text("Nothing is installed yet")
    _begins_to_install(lena, ORDERS)
    _connects(lena, "Your shop", {"API key": credentials.SHOP_API_KEY})
    _connects(
        lena, "Your CRM", {"Client id": credentials.CRM_CLIENT_ID, "Client secret": credentials.CRM_CLIENT_SECRET}
    )
    lena.press("Next")
    lena.page.get_by_label("Orders since").fill("2020-01-01")
    lena.page.get_by_label("Status of the orders").select_option("delivered")
    lena.press("Next")
    lena.page.get_by_label("Name of the shop in the CRM").fill(SOURCE)
    lena.page.get_by_label(NEW_QUESTION).select_option("open")
    lena.press("Next")
    lena.press("Install")

    expect(lena.heading).to_have_text(ORDERS)
    _runs_version(lena, 3)
    expect(lena.top).not_to_contain_text("Update available")
    assert contacts_in_crm(slipway.apis_url, SOURCE) == []
    _runs_it(lena)
    assert contacts_in_crm(slipway.apis_url, SOURCE) != []


def _updates_with_one_new_answer_and_sees_it_run(cleo: Person) -> None:
    cleo.press("Update")
    expect(cleo.page.get_by_label(NEW_QUESTION)).to_be_visible()
    asked = cleo.page.locator("#wizard form").locator("input:visible, select:visible, textarea:visible")
    expect(asked).to_have_count(1)
    cleo.page.get_by_label(NEW_QUESTION).select_option("open")
    cleo.press("Next")
    cleo.press("Update now")

    expect(cleo.heading).to_have_text(ORDERS)
    _runs_version(cleo, 3)
    expect(_settings(cleo)).to_contain_text(NEW_QUESTION)
    expect(_settings(cleo)).to_contain_text("Northwind shop")
    expect(cleo.top).not_to_contain_text("An update is ready")
    _runs_it(cleo)


def _goes_back_to_the_old_version(cleo: Person) -> None:
    cleo.press("More")
    cleo.page.get_by_role("link", name="Undo the last change").click()
    expect(cleo.overlay.get_by_role("heading", level=2)).to_be_visible()
    cleo.press("Undo it")

    expect(cleo.top).to_contain_text("You use version 2, version 3 is offered.")
    _runs_version(cleo, 2)
    expect(_settings(cleo)).not_to_contain_text(NEW_QUESTION)
    _runs_it(cleo)


def _the_team_sees_which_version_ran(rita: Person) -> None:
    rita.go_to("Runs")
    rows = rita.page.get_by_role("row").filter(has_text="Northwind Traders").filter(has_text=ORDERS)
    for place, version in enumerate(("V2", "V3", "V2")):
        expect(rows.nth(place)).to_contain_text(version)
        expect(rows.nth(place)).to_contain_text("Cleo Hart")


def _deploys_it_for_the_team_in_production(rita: Person) -> None:
    rita.open_template(KEY_ACCOUNTS)
    rita.page.get_by_role("main").get_by_role("link", name="Deploy", exact=True).click()
    rita.page.get_by_role("radio", name="Production").check()
    rita.press("Next")
    expect(rita.page.get_by_role("radio", name="CRM of the team")).to_be_checked()
    rita.press("Next: Configuration")
    rita.top.get_by_role("textbox").first.fill("greta.lorenz@altbau.example")
    rita.press("Next: Review")
    expect(rita.top).to_contain_text("V3 “1.2.0”")
    rita.fill_in({"Reason": "We go first."})
    rita.press("Deploy")

    expect(rita.page.locator(".page-subtitle")).to_have_text("Team in Production")
    rita.press("Run now")
    expect(rita.page.locator("#run-status .badge")).to_have_text("Succeeded", timeout=RUN_MS)


def _the_listing_says(rita: Person, follows: str, **facts: str) -> None:
    rita.open_template(KEY_ACCOUNTS)
    listing = rita.page.locator("#template-listing")
    expect(listing).to_contain_text(follows)
    for title, said in facts.items():
        expect(listing).to_contain_text(re.compile(rf"{title}\s*{re.escape(said)}"))


def _installs_what_is_pinned(cleo: Person) -> None:
    _begins_to_install(cleo, KEY_ACCOUNTS)
    expect(cleo.page.get_by_role("radio", name="Northwind CRM")).to_be_checked()
    cleo.press("Next")
    cleo.top.get_by_role("textbox").first.fill("ann@example.com")
    cleo.press("Next")
    cleo.press("Install")
    expect(cleo.heading).to_have_text(KEY_ACCOUNTS)
    _runs_version(cleo, 2)
    expect(cleo.top).not_to_contain_text("Update available")


def _lets_the_listing_follow_live(rita: Person) -> None:
    rita.page.locator("#template-listing").get_by_role("link", name="Change the offer").click()
    rita.overlay.get_by_role("radio", name="Follows live").check()
    rita.fill_in({"Reason": "Christmas is over."})
    rita.press("Switch")
    expect(rita.page.locator("dialog[open]")).to_have_count(0)
    _the_listing_says(rita, "Follows live", Offered="V3 “1.2.0”")


def _begins_to_install(customer: Person, name: str) -> None:
    customer.go_to("Marketplace")
    customer.top.get_by_role("link", name=name).click()
    expect(customer.top).to_contain_text("What we will ask you")
    customer.press("Install")
    expect(customer.heading).to_have_text(f"Install {name}")


def _connects(customer: Person, slot: str, fields: dict[str, str]) -> None:
    card = customer.page.locator("section.panel").filter(has=customer.page.get_by_role("heading", name=slot))
    card.get_by_role("link", name="Connect", exact=True).click()
    expect(customer.heading).to_have_text(f"Connect {slot}")
    for label, value in {"Name": f"Lucerne, {slot.lower()}", **fields}.items():
        customer.page.get_by_label(label).first.fill(value)
    customer.press("Connect and test")
    expect(card.get_by_role("radio", name=f"Lucerne, {slot.lower()}")).to_be_checked()


def _integration(customer: Person, name: str) -> Locator:
    return customer.page.locator("#my-integrations li").filter(has_text=name)


def _open_integration(customer: Person, name: str) -> None:
    customer.go_to("My integrations")
    _integration(customer, name).get_by_role("link", name=name).click()
    expect(customer.heading).to_have_text(name)


def _runs_version(customer: Person, number: int) -> None:
    expect(_card(customer, "Version")).to_contain_text(f"Version {number}, since")


def _settings(customer: Person) -> Locator:
    return _card(customer, "Settings")


def _card(customer: Person, title: str) -> Locator:
    heading = customer.page.get_by_role("heading", name=title, exact=True)
    return customer.page.get_by_role("main").locator("section.panel").filter(has=heading)


def _runs_it(customer: Person) -> None:
    """Start it, and see that the run which this began is done."""
    customer.press("Run now")
    expect(customer.page.get_by_text(f"{ORDERS} has been started.")).to_be_visible()
    expect(customer.page.locator("#integration-runs li").first).to_contain_text("Done", timeout=RUN_MS)
