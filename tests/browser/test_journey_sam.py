"""Sam, of support, looks up in Django admin what changed on an instance: what, when, by whom, before and after."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.start.stack import Stack

pytestmark = [pytest.mark.browser]


def test_the_history_of_an_instance_says_what_changed(slipway: Stack, visit: Visit) -> None:
    page = visit(slipway, "sam")
    page.goto("/admin/")
    page.get_by_role("link", name="Instances", exact=True).first.click()
    page.get_by_role("textbox").fill("Tailspin")
    page.get_by_role("button", name="Search").click()
    page.locator("#result_list").get_by_role("link", name="Orders to CRM").first.click()
    page.get_by_role("link", name="History", exact=True).click()

    entries = page.get_by_role("table").get_by_role("row")
    taken_back = entries.filter(has_text="their sales team enters deals by hand")
    expect(taken_back).to_contain_text("Otto Brandt")
    expect(taken_back).to_contain_text("→")


def test_nothing_can_be_changed_there_and_no_secret_is_shown(slipway: Stack, visit: Visit) -> None:
    page = visit(slipway, "sam")
    page.goto("/admin/connectors/connection/")
    page.get_by_role("table").get_by_role("link").first.click()

    expect(page.get_by_role("button", name="Save")).to_have_count(0)
    expect(page.get_by_role("link", name="Delete")).to_have_count(0)
    expect(page.locator("#content")).not_to_contain_text("secret-81d7e35b")
