"""Overlays and diagrams that are opened by their address, as from a message: all on the page looks as it does else."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.journey import Person
from tests.browser.watching import VIEWPORTS
from tests.start.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


@pytest.fixture
def page(slipway: Stack, visit: Visit) -> Page:
    bea = Person(visit(slipway, "bea"))
    bea.open_template("Orders to CRM")
    bea.page.get_by_role("link", name="Edit draft").click()
    expect(bea.page.locator("#outline")).to_be_visible()
    return bea.page


@pytest.mark.parametrize("overlay", ["checkpoints/", "step/add/?tasks=/do&index=0"])
def test_the_page_behind_an_overlay_looks_and_works_as_it_does_alone(page: Page, overlay: str) -> None:
    page.goto(f"{page.url}{overlay}")
    expect(page.locator("#outline ol").first).to_have_css("list-style-type", "none")
    page.locator("dialog[open]").get_by_role("link", name="Close").click()
    page.locator(".outline-link").first.focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".outline-link").nth(1)).to_be_focused()


def test_the_diagram_begins_with_a_step_that_can_be_seen(page: Page) -> None:
    page.set_viewport_size(VIEWPORTS["phone"])
    page.goto(f"{page.url}diagram/")
    first = page.locator(".diagram-step").first.bounding_box()
    assert first is not None
    assert first["x"] >= 0
    assert first["x"] + first["width"] <= VIEWPORTS["phone"]["width"]
