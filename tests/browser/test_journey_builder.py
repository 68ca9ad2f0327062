"""Bea rearranges the steps of a draft: by clicks, keys, dragging and without scripts; a version she only reads."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import faults_of, settle
from tests.browser.conftest import Visit
from tests.start.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

TEMPLATE = "Orders to CRM"


class Outline:
    """The Steps tab as Bea sees it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        page.goto("/templates/")
        page.get_by_role("main").get_by_role("link", name=TEMPLATE, exact=True).first.click()
        page.get_by_role("link", name="Edit draft").click()
        expect(page.locator(".outline")).to_be_visible()

    def row(self, name: str) -> Locator:
        """The link of a step."""
        named = self.page.locator(".outline-name", has_text=re.compile(f"^{name}$"))
        return self.page.locator(".outline-link").filter(has=named)

    def says(self, *names: str, within: str = "/do") -> None:
        """Wait until the steps of a list are these, in this order."""
        rows = self.page.locator(f"[data-tasks='{within}'] > .outline-item > .outline-row .outline-name")
        expect(rows).to_have_text(list(names))

    def act(self, name: str, action: str) -> None:
        """Choose an action in the menu of a step."""
        self.page.get_by_role("link", name=f"Actions of {name}", exact=True).click()
        self.page.locator("#step-menu, .outline-menu").get_by_text(action, exact=True).click()

    @property
    def dialog(self) -> Locator:
        """The dialog on top."""
        return self.page.locator("dialog[open]")

    def undo(self) -> None:
        """Press Undo."""
        self.page.locator("#builder-undo").get_by_role("button").click()


@pytest.fixture
def outline(fresh_slipway: Stack, visit: Visit) -> Outline:
    """Bea at the draft of Orders to CRM."""
    return Outline(visit(fresh_slipway, "bea"))


TOP = ("fetchOrders", "anyOrders", "copyOrders", "summary", "nothingToDo")


def test_v1_bea_adds_fills_moves_copies_deletes_and_takes_it_back(outline: Outline) -> None:
    page = outline.page
    outline.says(*TOP)
    _adds_a_call(outline)
    _moves_it_by_keys(outline)
    _drags_it_into_the_loop(outline)
    _copies_renames_and_deletes(outline)
    _goes_back_and_forth(outline)
    settle(page)
    assert faults_of(page) == []


def _adds_a_call(outline: Outline) -> None:
    page = outline.page
    outline.act("copyOrders", "Add a step after")
    outline.dialog.get_by_role("link", name="Call an operation").click()
    outline.dialog.get_by_role("link", name="Your CRM").click()
    expect(outline.dialog.get_by_role("link", name="Your CRM")).to_have_attribute("aria-current", "page")
    outline.dialog.get_by_role("searchbox").fill("list deals")
    expect(outline.dialog.get_by_role("button", name="createDeal")).to_have_count(0)
    outline.dialog.get_by_role("button", name="listDeals").click()

    expect(outline.dialog).to_have_count(0)
    outline.says("fetchOrders", "anyOrders", "copyOrders", "listDeals", "summary", "nothingToDo")
    expect(outline.row("listDeals")).to_be_focused()
    expect(outline.row("listDeals")).to_have_attribute("aria-current", "true")
    expect(page.locator("#panel").get_by_role("heading", name="listDeals")).to_be_visible()
    expect(page).to_have_url(re.compile("at=%2Fdo%2F3%2FlistDeals"))
    expect(page.locator("#builder-toolbar")).to_contain_text("Last change: Added the step listDeals")


def _moves_it_by_keys(outline: Outline) -> None:
    page = outline.page
    page.keyboard.press("Alt+ArrowUp")
    outline.says("fetchOrders", "anyOrders", "listDeals", "copyOrders", "summary", "nothingToDo")
    expect(outline.row("listDeals")).to_be_focused()
    expect(page.locator("#announcer")).to_have_text("Moved the step listDeals.")
    expect(page).to_have_url(re.compile("at=%2Fdo%2F2%2FlistDeals"))

    page.keyboard.press("Alt+ArrowDown")
    outline.says("fetchOrders", "anyOrders", "copyOrders", "listDeals", "summary", "nothingToDo")
    page.keyboard.press("Alt+ArrowLeft")
    expect(page.locator("#announcer")).to_have_text("listDeals stays. It is in no other step.")

    page.keyboard.press("ArrowDown")
    expect(outline.row("summary")).to_be_focused()
    page.keyboard.press("k")
    expect(outline.row("listDeals")).to_be_focused()


def _drags_it_into_the_loop(outline: Outline) -> None:
    page = outline.page
    target = outline.row("fetchCustomer")
    page.mouse.move(0, 0)
    outline.row("listDeals").drag_to(target, target_position={"x": 40, "y": 3})
    outline.says(*TOP)
    expect(page.locator("[data-tasks='/do/2/copyOrders/do'] > .outline-item .outline-name").first).to_have_text(
        "listDeals"
    )
    expect(outline.row("listDeals")).to_be_focused()
    expect(page.locator(".outline-drop")).to_be_hidden()


def _copies_renames_and_deletes(outline: Outline) -> None:
    page = outline.page
    outline.act("summary", "Duplicate")
    outline.says("fetchOrders", "anyOrders", "copyOrders", "summary", "summary2", "nothingToDo")
    expect(outline.row("summary2")).to_be_focused()

    page.keyboard.press("F2")
    outline.dialog.get_by_label("Name").fill("summary")
    outline.dialog.get_by_role("button", name="Rename").click()
    expect(outline.dialog).to_contain_text("Another step of this list is called “summary”, too.")
    outline.dialog.get_by_label("Name").fill("report")
    outline.dialog.get_by_role("button", name="Rename").click()
    outline.says("fetchOrders", "anyOrders", "copyOrders", "summary", "report", "nothingToDo")
    expect(outline.row("report")).to_be_focused()

    page.keyboard.press("Delete")
    outline.says(*TOP)
    expect(outline.row("nothingToDo")).to_be_focused()
    expect(page.locator("#toasts")).to_contain_text("Deleted the step report.")

    page.get_by_role("link", name="Actions of nothingToDo").click()
    expect(page.locator("#step-menu")).to_contain_text("anyOrders goes on with it by name. Change that first.")
    page.keyboard.press("Escape")


def _goes_back_and_forth(outline: Outline) -> None:
    page = outline.page
    with_report = ("fetchOrders", "anyOrders", "copyOrders", "summary", "report", "nothingToDo")
    outline.row("fetchOrders").focus()
    page.keyboard.press("Control+z")
    outline.says(*with_report)
    expect(page.locator("#builder-toolbar")).to_contain_text("Redo: Deleted the step report")
    page.keyboard.press("Control+Shift+z")
    outline.says(*TOP)
    outline.undo()
    outline.says(*with_report)


def test_v1_the_same_without_scripts(fresh_slipway: Stack, visit: Visit) -> None:
    outline = Outline(visit(fresh_slipway, "bea", java_script_enabled=False))
    page = outline.page
    outline.act("summary", "Move up")
    outline.says("fetchOrders", "anyOrders", "summary", "copyOrders", "nothingToDo")
    expect(outline.row("summary")).to_have_attribute("aria-current", "true")

    outline.act("summary", "Move to…")
    page.get_by_label("Where to").select_option(label="behind copyOrders")
    page.get_by_role("button", name="Move").click()
    outline.says(*TOP)

    outline.act("fetchOrders", "Add a step after")
    page.get_by_role("link", name="Wait").click()
    page.get_by_label("How long").fill("5")
    page.get_by_role("button", name="Add the step").click()
    outline.says("fetchOrders", "pause", "anyOrders", "copyOrders", "summary", "nothingToDo")
    expect(outline.row("pause")).to_contain_text("waits 5 s")

    outline.act("pause", "Delete")
    outline.says(*TOP)
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    outline.says("fetchOrders", "pause", "anyOrders", "copyOrders", "summary", "nothingToDo")


def test_t4_a_locked_release_opens_read_only(slipway: Stack, visit: Visit) -> None:
    page = visit(slipway, "bea")
    page.goto("/templates/")
    page.get_by_role("main").get_by_role("link", name=TEMPLATE, exact=True).first.click()
    page.get_by_role("link", name="Version history").first.click()
    row = page.locator(".history-item").filter(has=page.locator(".history-number", has_text="V1"))
    builder = row.locator("a[href*='/releases/']").first.get_attribute("href")
    assert builder is not None
    page.goto(builder.replace("/releases/", "/builder/"))

    expect(page.get_by_role("main")).to_contain_text("V1 is frozen for good")
    expect(page.locator(".outline-item").first).to_be_visible()
    expect(page.locator(".outline-more, .outline-add, #builder-toolbar")).to_have_count(0)
    page.locator(".outline-link").first.click()
    expect(page.locator("#panel")).to_contain_text("fetchOrders")
    expect(page.locator("#panel").get_by_role("button", name="Save")).to_have_count(0)

    page.get_by_role("link", name="Diagram").click()
    page.get_by_role("link", name=re.compile("^fetchOrders")).click()
    expect(page.locator("#panel")).to_contain_text("fetchOrders")
