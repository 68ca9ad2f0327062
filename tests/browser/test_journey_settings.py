"""Bea gives an integration all that is not a step: questions, a connection, a timer, words; her comments stay."""

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.axe import faults_everywhere, settle
from tests.browser.conftest import Visit
from tests.browser.journey import Person
from tests.start.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

HERS = """\
# Bea keeps this by hand.
document:
  dsl: '1.0.3'
  title: Stock watch
  metadata:
    slipway:
      # Nothing is asked yet.
      icon: package
do:
  # The only step.
  - look:
      set: {level: 3}   # always three
"""

AFTERWARDS = """\
# Bea keeps this by hand.
document:
  dsl: '1.0.3'
  title: Stock watch
  metadata:
    slipway:
      # Nothing is asked yet.
      icon: package
      wizard:
        audience:
          region: team
        pages:
          - title: Which goods
            fields:
              - warnAt
              - region
      slots:
        shop:
          connector: demo-shop
          version: 1
          title: Your shop
      timeZone: Europe/Berlin
      readme: |-
        ## What it does
        It watches.
do:
  # The only step.
  - look:
      set: {level: 3}   # always three
input:
  schema:
    document:
      type: object
      properties:
        config:
          type: object
          properties:
            region:
              type: string
              title: Region
              enum:
                - north
                - south
            warnAt:
              type: integer
              default: 5
schedule:
  cron: 30 6 * * 1
"""


class Builder(Person):
    """Somebody who edits a draft in the builder."""

    def begins_with(self, name: str, text: str) -> None:
        """Make a template, and write its draft by hand."""
        self.go_to("Templates")
        self.page.get_by_role("link", name="New template").first.click()
        self.fill_in({"Name": name})
        self.press("Create template")
        self.open_tab("Source")
        self.page.locator("textarea[name=text]").fill(text)
        self.page.get_by_role("button", name="Save", exact=True).click()
        self.told("Saved")

    def open_tab(self, name: str) -> None:
        """Open a part of the release."""
        tab = self.page.get_by_role("navigation", name="Parts of the release").get_by_role("link", name=name)
        tab.click()
        expect(tab).to_have_attribute("aria-current", "page")
        settle(self.page)

    def told(self, words: str) -> None:
        """Read a toast, and put it away."""
        note = self.page.locator("[data-toast]").filter(has_text=words)
        expect(note).to_be_visible()
        note.get_by_role("button").click()
        expect(note).to_have_count(0)

    def row(self, key: str) -> Locator:
        """The row of a field or a connection."""
        return self.page.locator("[data-row]").filter(has=self.page.locator("code", has_text=key))

    def text(self) -> str:
        """What the Source tab shows."""
        self.open_tab("Source")
        return self.page.locator("textarea[name=text]").input_value()


@pytest.fixture
def bea(slipway: Stack, visit: Visit) -> Builder:
    """Bea builds."""
    return Builder(visit(slipway, "bea"))


def test_v1_bea_edits_everything_but_the_steps_and_her_comments_stay(bea: Builder) -> None:
    bea.begins_with("Stock watch", HERS)
    _asks_questions(bea)
    _needs_a_connection(bea)
    _starts_by_itself(bea)
    _tells_about_itself(bea)

    assert bea.text() == AFTERWARDS


def _asks_questions(bea: Builder) -> None:
    page = bea.page
    bea.open_tab("Configuration")
    expect(page.get_by_text("The wizard asks nothing yet")).to_be_visible()
    page.get_by_role("link", name="Add the first field").click()
    bea.fill_in({"Key": "region"})
    bea.overlay.get_by_label("Title", exact=True).fill("Region")
    bea.overlay.locator("select[name=kind]").select_option(label="Choice")
    bea.overlay.locator("textarea[name=options]").fill("north\nsouth")
    bea.overlay.get_by_label("The team only").check()
    bea.press("Add field")
    bea.told("Added the field region.")

    page.get_by_role("button", name="More for the page Settings").click()
    page.get_by_role("link", name="Name this page").click()
    bea.fill_in({"Title": "Which goods"})
    bea.press("Save")
    bea.told("Added the page Which goods.")
    page.get_by_role("link", name="Add field").click()
    bea.fill_in({"Key": "warn at"})
    bea.overlay.locator("select[name=kind]").select_option(label="Whole number")
    bea.overlay.get_by_label("It has an answer already").check()
    bea.overlay.get_by_label("Default", exact=True).fill("5")
    bea.press("Add field")
    expect(bea.overlay.locator(".field-error")).to_contain_text("A key begins with a letter")
    bea.fill_in({"Key": "warnAt"})
    bea.press("Add field")
    bea.told("Added the field warnAt.")
    expect(page.locator("[data-row]")).to_have_count(2)
    page.get_by_role("button", name="Move warnAt up").press("Enter")
    bea.told("Moved the field warnAt.")
    expect(page.locator("[data-row]").first).to_contain_text("warnAt")
    preview = page.locator("#config-preview")
    expect(preview.get_by_label("Warn at")).to_have_value("5")
    expect(preview.get_by_label("Region")).to_have_count(0)
    preview.get_by_role("link", name="The team").click()
    expect(preview.get_by_label("Region")).to_be_visible()
    _is_fine(bea)


def _needs_a_connection(bea: Builder) -> None:
    bea.open_tab("Connections")
    bea.page.get_by_role("link", name="Add the first connection").click()
    bea.overlay.get_by_label("Connector").select_option("demo-shop/1")
    bea.fill_in({"Name in the steps": "shop", "Title": "Your shop"})
    bea.press("Add connection")
    bea.told("Added the connection shop.")
    expect(bea.row("connector://shop")).to_contain_text("Demo Shop v1")
    _is_fine(bea)


def _starts_by_itself(bea: Builder) -> None:
    page = bea.page
    bea.open_tab("Triggers")
    page.get_by_label("At certain times (cron)").check()
    page.get_by_label("Cron expression").fill("30 6 * * 9")
    expect(page.locator("#schedule-times")).to_contain_text("is no cron expression")
    page.get_by_label("Cron expression").fill("30 6 * * 1")
    page.get_by_label("Time zone").fill("Europe/Berlin")
    expect(page.locator("#schedule-times")).to_contain_text("In Europe/Berlin.")
    expect(page.locator("#schedule-times li")).to_have_count(5)
    expect(page.locator("#schedule-times li").first).to_contain_text(re.compile(r"Mon .*06:30"))
    page.keyboard.press("Control+s")
    bea.told("Changed the triggers.")
    _is_fine(bea)


def _tells_about_itself(bea: Builder) -> None:
    page = bea.page
    bea.open_tab("Readme")
    page.get_by_label("Readme").fill("## What it does\nIt watches.")
    expect(page.locator("#readme-preview h2")).to_have_text("What it does")
    bea.press("Save readme")
    bea.told("Changed what it says about itself.")
    _is_fine(bea)


def _is_fine(bea: Builder) -> None:
    settle(bea.page)
    assert faults_everywhere(bea.page) == {}
    bea.page.set_viewport_size({"width": 1440, "height": 900})
    bea.page.emulate_media(color_scheme="light")
