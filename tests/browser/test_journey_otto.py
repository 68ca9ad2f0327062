"""Otto finds who is behind, brings everybody to the live version in one go, and puts everything back."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.journey import RUN_MS, Person
from tests.browser.watching import look_again_until
from tests.start.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

TEMPLATE = "Orders to CRM"
REASON = "Fewer calls to the CRM"
WAYS: dict[str, dict[str, Any]] = {
    "at 1440": {"viewport": "desk"},
    "at 390": {"viewport": "phone"},
    "without scripts": {"viewport": "desk", "java_script_enabled": False},
}


@pytest.fixture(params=WAYS)
def otto(request: pytest.FixtureRequest, fresh_slipway: Stack, visit: Visit) -> Person:
    """Otto, signed in to the company's first data."""
    options = WAYS[request.param]
    page = visit(fresh_slipway, "otto", **options)
    return Person(page, phone=options["viewport"] == "phone", scripts=options.get("java_script_enabled", True))


def test_everybody_to_live_and_back(otto: Person) -> None:
    behind = _reads_the_fleet(otto)
    chosen = _looks_at_the_preview(otto, behind)
    _begins(otto, chosen)
    _is_finished(otto, chosen)
    _puts_everything_back(otto, chosen)
    assert _reads_the_fleet(otto) == behind


def _reads_the_fleet(otto: Person) -> int:
    """Return how many instances of the template are not on live."""
    otto.go_to("Fleet")
    link = otto.page.locator(".fleet").filter(has_text=TEMPLATE).get_by_role("link", name=re.compile(r"not on V2"))
    return int(link.inner_text().split()[0])


def _looks_at_the_preview(otto: Person, behind: int) -> int:
    """Leave one out; return how many are left."""
    otto.open_history(TEMPLATE)
    otto.history_row("V2").get_by_role("button", name="More for V2").click()
    otto.history_row("V2").get_by_role("link", name="Update all instances").click()
    expect(otto.heading).to_have_text("Update all instances to V2")
    boxes = otto.page.locator("input[name=instances]")
    expect(boxes).to_have_count(behind)
    expect(otto.page.locator(".outcome-silent")).to_have_count(behind)
    boxes.first.uncheck()
    if otto.scripts:
        expect(otto.page.locator("[data-pick-count]")).to_have_text(str(behind - 1))
    return behind - 1


def _begins(otto: Person, chosen: int) -> None:
    otto.fill_in({"Reason": REASON})
    otto.page.get_by_role("button", name=re.compile(r"^Update")).click()
    expect(otto.heading).to_have_text(f"{TEMPLATE} to V2")
    expect(otto.page.locator("#rollout-live")).to_contain_text(f"of {chosen}")


def _is_finished(otto: Person, chosen: int) -> None:
    """Wait for the page to say so by itself; without scripts, look again."""
    status = otto.page.locator("#rollout-status")
    if otto.scripts:
        expect(status).to_have_text(re.compile("Finished"), timeout=RUN_MS)
    else:
        look_again_until(otto.page, lambda: "Finished" in status.inner_text(), within_ms=RUN_MS)
    expect(otto.page.locator("#rollout-live")).to_contain_text(f"{chosen} of {chosen}")
    expect(otto.page.locator("#rollout-live tbody tr").filter(has_text="Done")).to_have_count(chosen)


def _puts_everything_back(otto: Person, chosen: int) -> None:
    otto.page.get_by_role("link", name="Put everything back").click()
    expect(otto.top).to_contain_text("get back exactly the version, answers and connections")
    otto.fill_in({"Reason": "The CRM complains"})
    otto.press("Put everything back")
    expect(otto.heading).to_have_text(f"{TEMPLATE} back from V2")
    _is_finished(otto, chosen)
    otto.activity_says("rollouts finished Rollout")
