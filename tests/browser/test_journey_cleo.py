"""Cleo, a customer, installs an integration, sees it work, updates another one, goes back and removes it."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import faults_of
from tests.browser.conftest import Visit
from tests.browser.journey import RUN_MS
from tests.browser.watching import look_again_until
from tests.start.stack import Stack

pytestmark = [pytest.mark.browser]


def choose(page: Page, button: str) -> None:
    """Press a button of the page itself."""
    page.get_by_role("main").get_by_role("button", name=button, exact=True).click()


@pytest.mark.parametrize(("viewport", "scripts"), [("desk", True), ("phone", False)])
def test_a_customer_helps_herself(fresh_slipway: Stack, visit: Visit, viewport: str, scripts: bool) -> None:
    page = visit(fresh_slipway, "cleo", viewport, java_script_enabled=scripts)
    heading, main = page.locator("main h1"), page.get_by_role("main")
    expect(heading).to_have_text("My integrations")
    expect(main).not_to_contain_text("Key accounts to CRM Running")

    # Find and install.
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Marketplace").click()
    expect(main).not_to_contain_text("Low stock alert")
    main.get_by_role("link", name="Key accounts to CRM").click()
    expect(main).to_contain_text("What we will ask you")
    choose(page, "Install")
    expect(heading).to_have_text("Install Key accounts to CRM")
    expect(page.get_by_role("radio", name="Northwind CRM")).to_be_checked()
    choose(page, "Next")
    choose(page, "Next")
    expect(main).to_contain_text("This needs an answer.")
    main.get_by_role("textbox").first.fill("ann@example.com")
    choose(page, "Next")
    expect(main).to_contain_text("ann@example.com")
    choose(page, "Install")
    expect(heading).to_have_text("Key accounts to CRM")

    # See it work.
    choose(page, "Run now")
    if not scripts:
        look_again_until(page, lambda: main.get_by_text("Done").count() > 0, within_ms=RUN_MS)
    expect(main.get_by_text("Done").first).to_be_visible(timeout=RUN_MS)
    if scripts:
        assert faults_of(page) == []

    # Update another one: one new question, then a look.
    page.get_by_role("link", name="My integrations").last.click()
    main.get_by_role("link", name="Weekly sales report").click()
    choose(page, "Update")
    expect(main.get_by_role("spinbutton")).to_have_count(1)
    expect(main).not_to_contain_text("Title of the report")
    choose(page, "Next")
    choose(page, "Update now")
    expect(main).not_to_contain_text("An update is ready")

    # Go back, and remove it.
    for item, button in (("Undo the last change", "Undo it"), ("Remove", "Remove")):
        choose(page, "More")
        page.get_by_role("link", name=item).click()
        page.locator("dialog[open]").get_by_role("button", name=button).click()
        if item != "Remove":
            expect(main).to_contain_text("An update is ready")
    expect(heading).to_have_text("My integrations")
    expect(page.locator("#my-integrations")).not_to_contain_text("Weekly sales report")
