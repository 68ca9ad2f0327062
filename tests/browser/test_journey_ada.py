"""Ada, an administrator, adds a customer and a person; the person chooses a password, and is shut out in the end."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import faults_everywhere, settle
from tests.browser.conftest import Visit
from tests.browser.journey import Person
from tests.start.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

WORDS = "seven wet llamas dance"


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_somebody_comes_chooses_a_password_and_goes(slipway: Stack, visit: Visit, *, scripts: bool) -> None:
    name = "nora" if scripts else "nick"
    ada = Person(visit(slipway, "ada", java_script_enabled=scripts), scripts=scripts)
    customer = _adds_a_customer(ada, f"Alpine {name.capitalize()}")
    _adds_a_person(ada, name, customer)
    link = _makes_a_link(ada)
    window = visit(slipway, java_script_enabled=scripts)
    _chooses_a_password(window, link, name, scripts=scripts)
    expect(window.get_by_role("main")).to_contain_text("My integrations")

    ada.page.get_by_role("button", name="More actions").click()
    ada.page.get_by_role("link", name="Disable").click()
    ada.fill_in({"Reason": "Left the company"})
    ada.press("Disable")
    expect(ada.page.get_by_role("main")).to_contain_text("This account is disabled")
    window.reload()
    expect(window).to_have_url(re.compile("/login/"))


def _adds_a_customer(ada: Person, name: str) -> str:
    ada.go_to("Customers")
    ada.page.get_by_role("link", name="Add customer").first.click()
    ada.press("Add customer")
    expect(ada.page.get_by_role("main")).to_contain_text("Enter a name.")
    ada.fill_in({"Name": name})
    ada.press("Add customer")
    expect(ada.heading).to_have_text(name)
    return name


def _adds_a_person(ada: Person, name: str, customer: str) -> None:
    ada.page.get_by_role("link", name="Add person").first.click()
    expect(ada.heading).to_have_text(f"Add a person to {customer}")
    ada.fill_in({"Name": name.capitalize(), "Signs in as": name})
    ada.page.get_by_role("radio", name=re.compile("^Customer admin")).check()
    ada.press("Add person")
    expect(ada.page.get_by_role("main")).to_contain_text("No password yet")


def _makes_a_link(ada: Person) -> str:
    ada.page.get_by_role("link", name="Make sign-in link").click()
    ada.press("Make link")
    shown = ada.overlay.locator("code")
    expect(shown).to_contain_text("/password/")
    link = shown.inner_text()
    ada.close_overlay()
    ada.page.reload()
    expect(ada.page.locator("body")).not_to_contain_text(link)
    return link


def _chooses_a_password(window: Page, link: str, name: str, *, scripts: bool) -> None:
    window.goto(link)
    if scripts:
        settle(window)
        assert faults_everywhere(window) == {}
    window.locator("input[name=password]").fill(WORDS)
    window.get_by_label("The same again").fill(WORDS)
    window.get_by_role("button", name="Set password").click()
    expect(window.get_by_role("heading", name="Sign in")).to_be_visible()
    window.get_by_label("Username").fill(name)
    window.locator("input[name=password]").fill(WORDS)
    window.get_by_role("button", name="Sign in").click()
