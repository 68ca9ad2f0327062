"""Bea and Rita make versions of connectors: each with a life of its own, from Add version to Release."""

import re

import pytest
from playwright.sync_api import expect

from apps.demo import credentials
from tests.browser.conftest import Visit
from tests.browser.connecting import SECTIONS, ConnectorMaker
from tests.browser.journey import RUN_MS
from tests.start.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

NOTHING = "\N{EN DASH}"


@pytest.fixture
def bea(slipway: Stack, visit: Visit) -> ConnectorMaker:
    """Bea builds connectors; she may not touch production."""
    return ConnectorMaker(visit(slipway, "bea"))


@pytest.fixture
def rita(slipway: Stack, visit: Visit) -> ConnectorMaker:
    """Rita may bring connectors to production."""
    return ConnectorMaker(visit(slipway, "rita"))


def test_c1_each_version_has_its_own_configuration_build_and_state(bea: ConnectorMaker, slipway: Stack) -> None:
    connector = "Acme CRM, three lines"
    bea.makes_connector(connector, slipway)
    bea.takes("Build")
    bea.takes("Sync to dev")
    first, build = bea.configuration(), bea.serves("Development")

    bea.adds_version(connector, 2)
    bea.configures("Servers", {"Development server": f"{slipway.apis_url}/crm/next"})
    bea.configures("Execution", {"Time limit in seconds": "25"})
    expect(bea.state).to_have_text(re.compile("Updated"))
    bea.takes("Build")
    expect(bea.state).to_have_text(re.compile("Built"))
    expect(bea.serving).not_to_contain_text(build)
    bea.open_tab("Builds")
    expect(bea.page.get_by_role("table", name="Builds, newest first")).not_to_contain_text(build)

    bea.open_version(connector, 1)
    expect(bea.state).to_have_text(re.compile("Synced to dev"))
    assert bea.configuration() == first
    assert bea.serves("Development") == build
    bea.open_connector(connector)
    expect(bea.row("Versions of this connector", f"{connector} v2")).to_contain_text("Built")
    expect(bea.row("Versions of this connector", f"{connector} v1")).to_contain_text("Synced to dev")
    bea.open_version(connector, 2)
    assert bea.configuration() != first


def test_c2_versions_are_called_by_name_and_major_number(bea: ConnectorMaker, slipway: Stack) -> None:
    connector = "Acme CRM"
    bea.makes_connector(connector, slipway)
    for number in (1, 2, 3):
        if number > 1:
            bea.adds_version(connector, number)
        expect(bea.heading).to_have_text(f"Acme CRM v{number}")
        expect(bea.page.locator(".page-subtitle")).to_contain_text(f"{number}.0.0")

    bea.press("v3")
    choices = bea.page.get_by_role("main").get_by_role("link", name=re.compile(r"^v\d"))
    expect(choices).to_have_text([re.compile(rf"v{number}\b") for number in (3, 2, 1)])
    choices.nth(1).click()
    expect(bea.heading).to_have_text("Acme CRM v2")
    bea.go_to("Connectors")
    listed = bea.row("Connectors", "Acme CRM").filter(has=bea.page.get_by_role("link", name="Acme CRM", exact=True))
    for number in (3, 2, 1):
        expect(listed.get_by_role("link", name=f"Acme CRM v{number}", exact=True)).to_be_visible()
    bea.activity_says(
        "Bea Lindgren added Acme CRM v3 as a copy of v2", "Bea Lindgren added Acme CRM v2 as a copy of v1"
    )


def test_c3_add_version_copies_the_configuration_and_starts_the_rest_fresh(
    bea: ConnectorMaker, rita: ConnectorMaker, slipway: Stack
) -> None:
    connector = "Acme CRM, again"
    bea.makes_connector(connector, slipway)
    bea.takes("Build")
    bea.takes("Sync to dev")
    bea.connects(connector, "Development")
    bea.open_version(connector, 1)
    given = bea.configuration()
    _fills_in_every_section(bea, connector)
    rita.open_version(connector, 1)
    rita.takes("Build")
    _syncs_to_prod_without_a_test(rita)
    bea.open_version(connector, 1)
    first = bea.configuration()
    assert [section for section in SECTIONS if first[section] == given[section]] == ["Source"]

    bea.press("v1")
    bea.page.get_by_role("main").get_by_role("link", name="Add version").click()
    for told in ("Copied from v1", "readme", "Starts fresh", "“Updated”", "the server for production"):
        expect(bea.overlay).to_contain_text(told)
    bea.press("Add version")
    expect(bea.heading).to_have_text(f"{connector} v2")

    second = bea.configuration()
    same = [section for section in SECTIONS if second[section] == first[section]]
    assert same == [section for section in SECTIONS if section != "Servers"]
    assert second["Servers"] == first["Servers"].replace("https://acme.example.com/crm", NOTHING)
    expect(bea.page.get_by_role("main")).to_contain_text("Ask Acme for a sandbox first.")
    expect(bea.state).to_have_text(re.compile("Updated"))
    expect(bea.page.get_by_role("main")).to_contain_text("Nothing is built yet.")
    expect(bea.serving.get_by_role("cell", name="not synced")).to_have_count(3)
    for step in ("Sync to dev", "Test", "Sync to prod", "Release"):
        expect(bea.step(step).get_by_role("img", name="not yet")).to_be_visible()
        expect(bea.step(step).get_by_role("button", name=step)).to_be_disabled()
    bea.open_version(connector, 1)
    assert bea.configuration() == first
    expect(bea.serving.get_by_role("cell", name="not synced", exact=True)).to_have_count(0)


def _fills_in_every_section(bea: ConnectorMaker, connector: str) -> None:
    bea.configures("Servers", {"Production server": "https://acme.example.com/crm"})
    bea.configures("Sign-in", {"Scope": "contacts"})
    bea.configures(
        "Individual",
        {"Name": "account", "Label": "Account", "Used as": "Header of every call", "Header or parameter": "X-Account"},
    )
    bea.configures("Execution", {"Time limit in seconds": "20", "Further tries": "2", "At most this many calls": "5"})
    bea.configures(
        "Paging",
        {"The next page comes by": "Cursor", "Parameter of the page": "cursor", "Where the next cursor stands": "next"},
    )
    bea.configures("Test", {"Connection in development": f"{connector} of the team (Development)"})
    bea.configures("Readme", {"Readme": "Ask Acme for a sandbox first."})


def _syncs_to_prod_without_a_test(rita: ConnectorMaker) -> None:
    rita.step("Sync to prod").get_by_role("link", name="Sync to prod").click()
    rita.fill_in({"Reason": "The sandbox is down, and the trade fair is tomorrow."})
    with rita.page.expect_navigation():
        rita.press("Sync to prod")
    rita.sees("Sync to prod", "done")


def test_c4_the_pipeline_goes_step_by_step_with_log_duration_person_and_retry(
    bea: ConnectorMaker, rita: ConnectorMaker, slipway: Stack
) -> None:
    connector = "Acme CRM, step upon step"
    bea.makes_connector(connector, slipway)
    bea.takes("Build")
    expect(bea.step("Build")).to_contain_text(re.compile(r"Bea Lindgren · [\d.]+ m?s"))
    expect(bea.reads_log(f"Build of {connector} v1")).to_contain_text("Compiled 7 operations.")
    _tests_what_takes_its_time(bea)
    bea.takes("Build")
    bea.takes("Sync to dev")
    expect(bea.step("Sync to prod").get_by_role("button", name="Sync to prod")).to_be_disabled()

    bea.connects(connector, "Development", secret="not-the-secret")
    bea.open_version(connector, 1)
    bea.takes("Test", ends="failed")
    expect(bea.state).to_have_text(re.compile("Test failed"))
    expect(bea.page.get_by_role("main")).to_contain_text("What is synced keeps serving.")
    _replaces_the_secret(bea, connector)
    bea.open_version(connector, 1)
    with bea.page.expect_navigation():
        bea.page.get_by_role("button", name="Try again").click()
    bea.sees("Test", "running")
    expect(bea.step("Test")).to_contain_text(re.compile("Running since.*Bea Lindgren"))
    expect(bea.page.get_by_role("log")).to_contain_text("“listContacts” answered 200")
    expect(bea.page.get_by_role("log")).not_to_contain_text("“slowReport”")
    expect(bea.step("Build").get_by_role("button", name="Build")).to_be_disabled()
    bea.sees("Test", "done")
    expect(bea.state).to_have_text(re.compile("Tested"))

    rita.open_version(connector, 1)
    rita.takes("Sync to prod")
    rita.takes("Release")
    expect(rita.state).to_have_text(re.compile("Released"))
    expect(rita.step("Release")).to_contain_text(re.compile(r"Rita Moreau · [\d.]+ m?s"))
    steps = rita.page.get_by_role("table", name="Steps of the pipeline").get_by_role("row")
    told = ["Release", "Sync to prod", "Test", "Test", "Sync to dev", "Build", "Build"]
    expect(steps).to_have_text([re.compile("Result"), *(re.compile(rf"^\s*{step}\b") for step in told)])
    expect(steps.nth(4)).to_contain_text(re.compile(r"Failed.*Bea Lindgren", re.DOTALL))
    steps.nth(3).get_by_role("link", name="Test").click()
    expect(rita.page.get_by_role("main")).to_contain_text("Tries again")
    expect(rita.page.get_by_role("log")).to_contain_text("“slowReport” answered 200")
    expect(rita.page.get_by_role("main")).to_contain_text(f"{slipway.apis_url}/crm/report")
    expect(rita.page.get_by_role("main")).not_to_contain_text(credentials.CRM_CLIENT_SECRET)


def _tests_what_takes_its_time(bea: ConnectorMaker) -> None:
    """The report takes five seconds: long enough to watch the test."""
    bea.opens_section("Test")
    bea.overlay.get_by_label("Operation").fill("slowReport")
    bea.press("Add call")
    expect(bea.overlay.get_by_role("group", name="slowReport")).to_be_visible()
    bea.saves_section()


def _replaces_the_secret(bea: ConnectorMaker, connector: str) -> None:
    bea.open_connector(connector)
    bea.page.get_by_role("link", name=f"{connector} of the team").first.click()
    bea.page.get_by_role("link", name="Replace credentials").click()
    bea.fill_in({"Client id": credentials.CRM_CLIENT_ID, "Client secret": credentials.CRM_CLIENT_SECRET})
    bea.press("Replace")
    expect(bea.page.locator("dialog[open]")).to_have_count(0)


def test_a_version_is_built_and_synced_without_scripts(slipway: Stack, visit: Visit) -> None:
    bea = ConnectorMaker(visit(slipway, "bea", java_script_enabled=False), scripts=False)
    bea.makes_connector("Acme CRM, without scripts", slipway)
    bea.takes("Build")
    bea.takes("Sync to dev")
    expect(bea.row("Builds that serve", "Development")).to_contain_text(f"{slipway.apis_url}/crm")


def test_a_version_is_built_and_synced_by_keyboard_alone(bea: ConnectorMaker, slipway: Stack) -> None:
    bea.makes_connector("Acme CRM, by keyboard", slipway)
    for step in ("Build", "Sync to dev"):
        _goes_to_by_tab(bea, step)
        with bea.page.expect_navigation():
            bea.page.keyboard.press("Enter")
        bea.sees(step, "done")
    expect(bea.state).to_have_text(re.compile("Synced to dev"), timeout=RUN_MS)


def _goes_to_by_tab(bea: ConnectorMaker, step: str) -> None:
    """Press Tab until the button of a step has the focus; nobody presses it a hundred times."""
    button = bea.step(step).get_by_role("button", name=step, exact=True)
    for _ in range(100):
        bea.page.keyboard.press("Tab")
        if button.evaluate("(one) => one === document.activeElement"):
            return
    pytest.fail(f"Tab does not lead to “{step}”.")
