"""What a connector team does with Slipway, in the words of its pages."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from playwright.sync_api import Locator, expect

from apps.demo import credentials, documents
from tests.browser.axe import settle
from tests.browser.journey import RUN_MS, Person
from tests.browser.watching import look_again_until
from tests.start.stack import Stack

SECTIONS = ("Source", "Servers", "Sign-in", "Individual", "Execution", "Paging", "Test", "Readme")


@dataclass
class ConnectorMaker(Person):
    """Somebody of the team who makes connectors, or brings them to production."""

    def makes_connector(self, name: str, slipway: Stack) -> None:
        """Paste the document of the demo's CRM; the connector is called as we please."""
        self.go_to("Connectors")
        self.page.get_by_role("link", name="New connector").click()
        self.page.get_by_label("Or paste the document").fill(documents.served("crm", slipway.apis_url))
        self.page.get_by_label("Name", exact=True).fill(name)
        self.press("Create connector")
        expect(self.heading).to_have_text(f"{name} v1")

    def connects(self, connector: str, place: str, *, secret: str = credentials.CRM_CLIENT_SECRET) -> None:
        """Enter the team's credentials for a connector made of the CRM's document."""
        self.open_connector(connector)
        self.page.get_by_role("link", name="New connection").click()
        self.page.get_by_label("Environment").select_option(label=place)
        self.press("Go on to the credentials")
        expect(self.heading).to_have_text(f"Connect {connector}")
        self.page.get_by_label("Name", exact=False).first.fill(f"{connector} of the team")
        self.page.get_by_label("Client id").fill(credentials.CRM_CLIENT_ID)
        self.page.get_by_label("Client secret").fill(secret)
        self.press("Seal and save")
        expect(self.heading).not_to_have_text(f"Connect {connector}")

    def open_connector(self, name: str) -> None:
        """Find a connector in the list and open it."""
        self.go_to("Connectors")
        self.page.get_by_role("table", name="Connectors").get_by_role("link", name=name, exact=True).click()
        expect(self.heading).to_have_text(name)

    def open_version(self, name: str, number: int) -> None:
        """Open the page of a connector version."""
        self.open_connector(name)
        self.versions.get_by_role("link", name=f"{name} v{number}", exact=True).click()
        expect(self.heading).to_have_text(f"{name} v{number}")

    def open_tab(self, name: str) -> None:
        """Open a tab of the connector version that is open."""
        self.page.get_by_role("navigation", name="Version").get_by_role("link", name=name).click()
        tab = self.page.get_by_role("navigation", name="Version").get_by_role("link", name=name)
        expect(tab).to_have_attribute("aria-current", "page")

    @property
    def versions(self) -> Locator:
        """The table of versions on the page of a connector."""
        return self.page.get_by_role("table", name="Versions of this connector")

    @property
    def serving(self) -> Locator:
        """The table on the page of a version that says what serves where."""
        return self.page.get_by_role("table", name="Builds that serve")

    @property
    def state(self) -> Locator:
        """The badge beside the heading."""
        return self.page.locator(".page-status")

    def row(self, table: str, words: str) -> Locator:
        """A row of a table, found by the words that it begins with."""
        rows = self.page.get_by_role("table", name=table).get_by_role("row")
        return rows.filter(has=self.page.get_by_role("rowheader", name=re.compile(rf"^{re.escape(words)}\b")))

    def adds_version(self, connector: str, number: int) -> None:
        """Add the next version with the selector of the version that is open; this must be its number."""
        self.press(f"v{self._number_shown()}")
        self.page.get_by_role("main").get_by_role("link", name="Add version").click()
        expect(self.overlay.get_by_role("heading", name="Add a version?")).to_be_visible()
        self.press("Add version")
        expect(self.heading).to_have_text(f"{connector} v{number}")

    def configures(self, section: str, answers: Mapping[str, str]) -> None:
        """Fill in one section of the configuration of the version that is open."""
        self.opens_section(section)
        for label, answer in answers.items():
            field = self.overlay.get_by_label(label)
            if field.evaluate("(one) => one.tagName") == "SELECT":
                field.select_option(label=answer)
            else:
                field.fill(answer)
        self.saves_section()

    def opens_section(self, section: str) -> None:
        """Open the dialog of a section."""
        self.page.get_by_role("link", name=f"Edit {section.lower()}", exact=True).click()
        expect(self.overlay.get_by_role("heading", name=section, level=2)).to_be_visible()

    def saves_section(self) -> None:
        """Save the open dialog."""
        self.press("Save")
        expect(self.page.locator("dialog[open]")).to_have_count(0)

    def configuration(self) -> dict[str, str]:
        """Every section of the configuration as the open page shows it."""
        return {section: self._section(section).inner_text() for section in SECTIONS}

    def step(self, name: str) -> Locator:
        """A step of the pipeline strip."""
        steps = self.page.get_by_role("region", name="Pipeline").get_by_role("listitem")
        return steps.filter(has=self.page.get_by_role("heading", name=name, exact=True))

    def takes(self, step: str, ends: str = "done") -> None:
        """Press the button of a step and look until it has ended like this: "done" or "failed"."""
        button = self.step(step).get_by_role("button", name=step, exact=True)
        with self.page.expect_navigation():
            button.click()
        self.sees(step, ends)

    def sees(self, step: str, ends: str) -> None:
        """Look at the strip until a step has ended like this."""
        mark = self.step(step).get_by_role("img", name=ends, exact=True)
        if not self.scripts:
            look_again_until(self.page, lambda: mark.count() > 0, within_ms=RUN_MS)
        expect(mark).to_be_visible(timeout=RUN_MS)

    def reads_log(self, of: str) -> Locator:
        """The log of the newest step on the page of a version; it stands open where somebody watched it grow."""
        settle(self.page)
        log = self.page.get_by_role("log", name=f"Log of {of}")
        if not log.is_visible():
            self.page.get_by_text(f"Log of {of}").click()
        return log

    def serves(self, place: str) -> str:
        """The build of the open version that serves an environment, as its table of what serves says."""
        return self.row("Builds that serve", place).get_by_role("cell").first.inner_text().split()[0]

    def runs(self, template: str, owner: str, place: str = "Production") -> Locator:
        """Run an instance by hand and return the steps of the run once it has succeeded."""
        self.go_to("Instances")
        row = self.page.get_by_role("row").filter(has_text=owner).filter(has_text=place)
        row.get_by_role("link", name=template, exact=True).click()
        expect(self.page.get_by_text(f"{owner} in {place}", exact=True)).to_be_visible()
        self.press("Run now")
        expect(self.page.get_by_text("Succeeded").first).to_be_visible(timeout=RUN_MS)
        return self.page.get_by_role("main")

    def _section(self, name: str) -> Locator:
        heading = self.page.get_by_role("heading", name=name, exact=True, level=3)
        return self.page.get_by_role("main").locator("section").filter(has=heading).last

    def _number_shown(self) -> str:
        return self.heading.inner_text().rpartition(" v")[2]
