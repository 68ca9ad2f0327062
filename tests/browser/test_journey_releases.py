"""Rita goes through the releases screen and the drawer of a template: the twelve elements, and where what runs."""

import re
from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.axe import faults_everywhere, settle
from tests.browser.conftest import Visit
from tests.browser.journey import Person
from tests.start.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

TEMPLATE = "Orders to CRM"
WAYS: dict[str, dict[str, Any]] = {
    "at 1440": {"viewport": "desk"},
    "without scripts": {"viewport": "desk", "java_script_enabled": False},
}


@pytest.fixture(params=WAYS)
def rita(request: pytest.FixtureRequest, fresh_slipway: Stack, visit: Visit) -> Person:
    """Rita, signed in to the company's first data, in which V2 is live and V1 superseded."""
    return _signed_in(fresh_slipway, visit, WAYS[request.param])


@pytest.fixture(params=WAYS)
def reader(request: pytest.FixtureRequest, slipway: Stack, visit: Visit) -> Person:
    """Rita, who only looks: her tests come last and share one company."""
    return _signed_in(slipway, visit, WAYS[request.param])


def _signed_in(slipway: Stack, visit: Visit, options: dict[str, Any]) -> Person:
    return Person(visit(slipway, "rita", **options), scripts=options.get("java_script_enabled", True))


def _open_releases(rita: Person) -> None:
    rita.open_template(TEMPLATE)
    rita.page.get_by_role("navigation", name="Parts of the template").get_by_role("link", name="Releases").click()
    expect(rita.heading).to_have_text(f"Releases of {TEMPLATE}")


def _row(rita: Person, label: str) -> Locator:
    number = rita.page.locator(".history-number", has_text=re.compile(rf"^{label}$"))
    return rita.page.locator(".release-row").filter(has=number).first


def _tool(row: Locator, name: str) -> Locator:
    """A button that can be pressed; a disabled one carries its reason instead of an address."""
    return row.locator(".release-tools > a.btn").filter(has_text=re.compile(rf"^\s*{re.escape(name)}\s*$"))


def _ask(rita: Person, row: Locator, name: str) -> None:
    """Press a button that asks first."""
    _tool(row, name).click()
    expect(rita.overlay.get_by_role("heading", level=2)).to_be_visible()


def _why_not(row: Locator, name: str) -> Locator:
    button = row.locator(".release-tools > .explained").filter(has=row.page.locator("button", has_text=name))
    return button.locator(".explain")


def test_t1_t2_t9_t10_the_twelve_elements_of_a_draft_a_live_and_a_superseded_release(rita: Person) -> None:
    _open_releases(rita)
    draft, live, superseded = (_row(rita, label) for label in ("Draft", "V2", "V1"))

    for row in (draft, live, superseded):
        expect(row.locator(".release-of")).to_have_text(TEMPLATE)
        expect(row).to_contain_text("Bea Lindgren")
        expect(row).to_contain_text("Demo CRM v1")
        for name in ("Test run", "Pause", "Report", "Copy", "View in the builder"):
            expect(_tool(row, name)).to_be_visible()
    expect(live).to_contain_text("Made live by Rita Moreau")
    expect(live.locator(".release-lock")).to_contain_text("Live and locked")
    expect(superseded.locator(".release-lock")).to_contain_text("Superseded and locked")
    expect(draft.locator(".release-lock")).to_have_count(0)
    expect(_tool(draft, "Make live")).to_be_visible()
    expect(_tool(draft, "Edit")).to_be_visible()
    expect(_why_not(live, "Make live")).to_have_text("It is live already.")
    expect(_why_not(live, "Edit")).to_contain_text("Live and locked")
    expect(_why_not(live, "Move to the bin")).to_contain_text("It is live")
    expect(_why_not(superseded, "Move to the bin")).to_contain_text("instances run it.")
    expect(_tool(superseded, "Make live again")).to_be_visible()

    _edits_the_notes(rita)
    _looks_at_the_locked_one(rita)
    _opens_the_report(rita)
    _pauses_and_resumes(rita)
    _copies_and_deletes(rita)
    _promotes_the_draft(rita)


def _edits_the_notes(rita: Person) -> None:
    row = _row(rita, "V2")
    if rita.scripts:
        row.locator(".release-notes .prose").click(position={"x": 5, "y": 5})
        expect(row.get_by_role("textbox")).to_be_focused()
        row.get_by_role("textbox").fill("This will not be kept.")
        rita.page.keyboard.press("Escape")
        expect(row.get_by_role("textbox")).to_have_count(0)
        expect(row.locator(".release-notes .prose")).to_contain_text("New: deals.")
    row.get_by_role("link", name="Edit notes of V2").click()
    editor = rita.page.get_by_label("Release notes of V2").and_(rita.page.get_by_role("textbox"))
    editor.fill("Deals, **at last**.")
    rita.page.get_by_role("button", name="Save notes").click()

    expect(rita.heading).to_have_text(f"Releases of {TEMPLATE}")
    expect(_row(rita, "V2").locator(".release-notes strong")).to_have_text("at last")
    _open_releases(rita)
    expect(_row(rita, "V2").locator(".release-notes")).to_contain_text("Deals, at last.")


def _looks_at_the_locked_one(rita: Person) -> None:
    _tool(_row(rita, "V2"), "View in the builder").click()
    expect(rita.heading).to_contain_text("V2")
    expect(rita.page.get_by_role("main")).to_contain_text("V2 is frozen for good")
    _open_releases(rita)


def _opens_the_report(rita: Person) -> None:
    _tool(_row(rita, "V2"), "Report").click()
    expect(rita.heading).to_have_text("Runs")
    expect(rita.page.locator(".page-subtitle")).to_have_text(f"Of {TEMPLATE} V2.")
    _open_releases(rita)


def _pauses_and_resumes(rita: Person) -> None:
    _ask(rita, _row(rita, "V1"), "Pause")
    rita.press("Pause")
    _back_on_the_screen(rita)
    expect(_row(rita, "V1").locator(".release-badges")).to_contain_text("Paused")
    _ask(rita, _row(rita, "V1"), "Resume")
    rita.press("Resume")
    _back_on_the_screen(rita)
    expect(_row(rita, "V1").locator(".release-badges")).not_to_contain_text("Paused")


def _copies_and_deletes(rita: Person) -> None:
    _ask(rita, _row(rita, "V1"), "Copy")
    rita.press("Copy")
    expect(rita.page.locator(".page-status")).to_contain_text("Draft")
    _open_releases(rita)
    drafts = rita.page.locator(".release-row").filter(has=rita.page.locator(".history-number", has_text="Draft"))
    copies = drafts.filter(has_not=rita.page.get_by_role("button", name="Latest"))
    expect(copies).to_have_count(1)
    expect(copies).to_contain_text("Begun by Rita Moreau")
    _ask(rita, copies, "Move to the bin")
    rita.press("Move to the bin")
    _back_on_the_screen(rita)
    expect(copies).to_have_count(0)
    rita.page.get_by_role("link", name="1 in the bin").click()
    expect(rita.page.locator(".release-row")).to_have_count(1)
    rita.page.get_by_role("link", name="Back to the releases").click()


def _promotes_the_draft(rita: Person) -> None:
    _ask(rita, _row(rita, "Draft"), "Make live")
    rita.fill_in({"Name": "1.1.0"})
    rita.press("Make live")
    _back_on_the_screen(rita)
    expect(_row(rita, "V3").locator(".release-badges")).to_contain_text("Live")
    expect(_row(rita, "V3")).to_contain_text("Made live by Rita Moreau, just now")
    expect(_row(rita, "V2").locator(".release-badges")).to_contain_text("Superseded")
    expect(_row(rita, "V2")).to_contain_text("Superseded by V3")


def _back_on_the_screen(rita: Person) -> None:
    """With scripts the dialog closes over the screen; without them a page of the release follows."""
    if rita.scripts:
        expect(rita.page.locator("dialog[open]")).to_have_count(0)
    else:
        _open_releases(rita)


def test_v4_v5_p6_p10_the_drawer_tells_all_versions_and_makes_another(rita: Person) -> None:
    rita.go_to("Instances")
    rita.page.get_by_role("main").get_by_role("link", name=TEMPLATE, exact=True).first.click()
    rita.page.get_by_role("link", name="Version history").click()
    expect(rita.page.get_by_role("heading", name="Version history")).to_be_visible()

    expect(rita.page.locator(".history-number")).to_have_text(["Draft", "V2", "V1"])
    expect(rita.history_row("V2")).to_contain_text("Deals, tags, and five more chances for a busy CRM.")
    expect(rita.history_row("V2").locator(".deployed")).to_have_text(
        [re.compile(r"Development\s+1\s+active"), re.compile(r"Staging\s+1\s+active"), re.compile(r"Production\s+4")]
    )
    rita.overlay.get_by_role("link", name="Create version").click()
    rita.fill_in({"Name": "1.1.0", "Description": "Before the great rework."})
    rita.press("Create version")
    rita.history_says(TEMPLATE, {"V3": ["Version"], "V2": ["Live"], "V1": ["Superseded"]})
    expect(rita.history_row("V3")).to_contain_text("Before the great rework.")

    rita.choose("V1", "Deprecate")
    rita.fill_in({"Reason": "Nobody needs it since deals exist."})
    rita.press("Deprecate")
    rita.history_says(TEMPLATE, {"V1": ["Superseded", "Deprecated"]})


def test_v7_p7_from_the_drawer_a_version_is_viewed_and_all_instances_are_updated(reader: Person) -> None:
    reader.open_history(TEMPLATE)
    reader.history_row("V1").get_by_role("link", name="V1 1.0.0").click()
    expect(reader.heading).to_contain_text("V1")

    reader.page.get_by_role("link", name="Version history").click()
    row = reader.history_row("V2")
    row.get_by_role("button", name="More for V2").click()
    row.get_by_role("link", name="Update all instances").click()
    expect(reader.heading).to_contain_text("V2")
    expect(reader.page.get_by_role("main")).to_contain_text("V1")


def test_the_list_of_templates_finds_what_runs_in_an_environment(slipway: Stack, visit: Visit) -> None:
    page = visit(slipway, "rita")
    page.goto("/templates/")
    page.get_by_label("How it stands").select_option("nothing-live")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("Nothing yet")
    page.get_by_label("How it stands").select_option("")
    expect(page.locator("tbody tr")).to_have_count(5)
    page.get_by_label("Environment").select_option("staging")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("Staging V2 active, 1 instance")
    expect(page).to_have_url(re.compile("environment=staging"))


def test_axe_finds_nothing_on_the_screens_of_releases(slipway: Stack, visit: Visit) -> None:
    page = visit(slipway, "rita", reduced_motion="reduce")
    found: dict[str, Any] = {}
    for path in ("/templates/", "/templates/orders-to-crm/releases/", "/templates/orders-to-crm/history/"):
        page.goto(path)
        settle(page)
        if faults := faults_everywhere(page):
            found[path] = faults
    page.goto("/templates/orders-to-crm/releases/")
    page.get_by_role("link", name="Edit notes of V2").click()
    expect(page.get_by_role("textbox", name="Release notes of V2")).to_be_focused()

    assert found | faults_everywhere(page) == {}
