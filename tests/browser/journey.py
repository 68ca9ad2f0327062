"""What a release manager does with Slipway, in the words of its pages: the same with and without scripts."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import httpx2
from playwright.sync_api import Locator, Page, expect

from apps.demo import credentials

# Far more than it takes: a machine that does other things, too, must not fail a test.
RUN_MS = 150_000


@dataclass
class Person:
    """Somebody in front of a window. ``phone``: the navigation hides behind a button."""

    page: Page
    phone: bool = False
    scripts: bool = True

    def go_to(self, entry: str) -> None:
        """Choose an entry of the main navigation."""
        self.close_overlay()
        if self.phone:
            self.page.get_by_role("button", name="Navigation").click()
        self.page.get_by_role("navigation", name="Main").get_by_role("link", name=entry, exact=True).click()
        expect(self.heading).to_have_text(entry)

    def close_overlay(self) -> None:
        """Close the drawer or dialog, if one is open."""
        # One whose question is being answered closes by itself.
        expect(self.page.locator("dialog[open] .htmx-request")).to_have_count(0)
        if self.page.locator("dialog[open]").count():
            self.overlay.get_by_role("link", name="Close").click()
            expect(self.page.locator("dialog[open]")).to_have_count(0)

    @property
    def heading(self) -> Locator:
        """The heading of the page."""
        return self.page.locator("main h1")

    @property
    def overlay(self) -> Locator:
        """The drawer or dialog on top."""
        return self.page.locator("dialog[open]").last

    def open_template(self, name: str) -> None:
        """Find a template in the list and open it."""
        self.go_to("Templates")
        self.page.get_by_role("main").get_by_role("link", name=name, exact=True).click()
        expect(self.heading).to_have_text(name)

    def open_source(self) -> None:
        """Open the source of the latest draft, from the page of its template."""
        self.page.get_by_role("link", name="Edit draft").click()
        self.go_on_to_the_source()

    def go_on_to_the_source(self) -> None:
        """Open the source tab of the draft that is open in the builder."""
        parts = self.page.get_by_role("navigation", name="Parts of the release")
        parts.get_by_role("link", name="Source", exact=True).click()
        expect(self.page.get_by_label("Definition")).to_be_visible()

    def open_history(self, template: str) -> None:
        """Open the version history of a template, unless it is open."""
        if self.scripts and self.page.locator("dialog.drawer[open]").count():
            return
        if self.heading.count() == 0 or self.heading.inner_text() != template:
            self.open_template(template)
        self.page.get_by_role("link", name="Version history").first.click()
        expect(self.page.get_by_role("heading", name="Version history")).to_be_visible()

    def history_row(self, label: str) -> Locator:
        """The row of a release in the open version history."""
        row = self.page.locator(".history-item").filter(has=self.page.locator(".history-number", has_text=label))
        return row.filter(has=self.page.get_by_text(label, exact=True))

    def choose(self, label: str, action: str) -> None:
        """Choose an action from the menu of a release in the open version history."""
        row = self.history_row(label)
        row.get_by_role("button", name=f"More for {label}").click()
        row.get_by_role("link", name=action, exact=True).click()
        expect(self.overlay.get_by_role("heading", level=2)).to_be_visible()

    def fill_in(self, answers: Mapping[str, str]) -> None:
        """Fill in the fields of the form on top, found by their labels."""
        for label, answer in answers.items():
            self.top.get_by_label(re.compile(rf"^{re.escape(label)}( \*| \(optional\))?\s*$")).fill(answer)

    @property
    def top(self) -> Locator:
        """Where a person acts: the dialog or drawer on top as soon as it is open, else the page."""
        return self.page.locator("main, dialog[open]").last

    def press(self, button: str) -> None:
        """Press a button of the form on top."""
        self.top.get_by_role("button", name=button, exact=True).click()

    def history_says(self, template: str, expected: Mapping[str, Sequence[str]]) -> None:
        """Check the badges of some releases in the drawer."""
        self.open_history(template)
        for label, badges in expected.items():
            shown = self.history_row(label).locator(".history-badges .badge")
            expect(shown).to_have_text([re.compile(rf"^\s*{re.escape(badge)}\s*$") for badge in badges])

    def activity_says(self, *sentences: str) -> None:
        """Check that the newest entries of the trail of everything are these, the newest first."""
        self.go_to("Activity")
        entries = self.page.locator(".trail-sentence")
        for place, sentence in enumerate(sentences):
            expect(entries.nth(place)).to_contain_text(sentence)


def contacts_in_crm(apis_url: str, source: str) -> list[dict[str, object]]:
    """Ask the CRM itself, through its API and with its credentials, for the contacts of a source."""
    with httpx2.Client(base_url=apis_url, trust_env=False) as client:
        answer = client.post(
            credentials.CRM_TOKEN_PATH,
            data={"grant_type": "client_credentials"},
            auth=(credentials.CRM_CLIENT_ID, credentials.CRM_CLIENT_SECRET),
        )
        headers = {"Authorization": f"Bearer {answer.json()['access_token']}"}
        items = client.get("/crm/contacts", params={"limit": 100}, headers=headers).json()["items"]
    return [contact for contact in items if contact["source"] == source]
