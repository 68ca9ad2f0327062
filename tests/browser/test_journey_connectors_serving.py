"""Versions of connectors serve side by side: what answers, what changes it, what keeps it, and who would notice."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.connecting import ConnectorMaker
from tests.start.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

SHOP, ALERT, ORDERS = "Demo Shop", "Low stock alert", "Orders to CRM"


@pytest.fixture
def rita(slipway: Stack, visit: Visit) -> ConnectorMaker:
    """Rita may bring connectors and releases to production."""
    return ConnectorMaker(visit(slipway, "rita"))


def test_c5_the_old_version_stays_live_until_the_new_one_is_synced_and_both_coexist(
    fresh_slipway: Stack, visit: Visit
) -> None:
    rita, api = ConnectorMaker(visit(fresh_slipway, "rita")), fresh_slipway.apis_url
    rita.open_version(SHOP, 2)
    rita.configures("Servers", {"Production server": f"{api}/shop/v2"})
    for step in ("Build", "Sync to dev", "Test"):
        rita.takes(step)
    expect(rita.row("Builds that serve", "Production")).to_contain_text("not synced")
    expect(rita.runs(ALERT, "Team")).to_contain_text(f"GET {api}/shop/products?")

    rita.open_version(SHOP, 2)
    rita.takes("Sync to prod")
    rita.takes("Release")
    _makes_a_version_that_uses_the_second(rita)
    _deploys_it_for_northwind(rita)
    expect(rita.runs(ALERT, "Northwind Traders")).to_contain_text(f"GET {api}/shop/v2/products?")
    expect(rita.runs(ALERT, "Team")).to_contain_text(f"GET {api}/shop/products?")
    rita.open_connector(SHOP)
    in_production = rita.row("Environments by versions", "Production")
    expect(in_production.get_by_role("cell").filter(has_text="Newest build")).to_have_count(2)


def _makes_a_version_that_uses_the_second(rita: ConnectorMaker) -> None:
    rita.open_template(ALERT)
    rita.open_source()
    definition = rita.page.get_by_label("Definition")
    expect(definition).to_have_value(re.compile("connector: demo-shop\n *version: 1"))
    definition.fill(re.sub(r"(connector: demo-shop\n *version:) 1", r"\1 2", definition.input_value()))
    rita.press("Save")
    expect(rita.page.locator("#findings")).to_contain_text("Nothing to mend.")
    rita.open_history(ALERT)
    rita.overlay.get_by_role("link", name="Create version").click()
    expect(rita.page.get_by_role("heading", name="Create version")).to_be_visible()
    rita.fill_in({"Name": "stock-alert-v3", "Description": "By the second version of the shop's API."})
    rita.press("Create version")
    rita.history_says(ALERT, {"V3": ["Version"]})
    rita.close_overlay()


def _deploys_it_for_northwind(rita: ConnectorMaker) -> None:
    rita.open_template(ALERT)
    rita.page.get_by_role("main").get_by_role("link", name="Deploy", exact=True).click()
    rita.page.get_by_role("radio", name="Production").check()
    rita.page.get_by_label("For whom").select_option(label="Northwind Traders")
    rita.press("Next")
    rita.page.get_by_role("link", name="Back", exact=True).click()
    rita.page.get_by_role("radio", name="V3").check()
    rita.press("Next: Connections")
    rita.page.get_by_role("radio", name="Northwind shop").check()
    rita.press("Next: What is low?")
    rita.press("Next: What to leave out")
    rita.press("Next: Review")
    expect(rita.page.get_by_role("main")).to_contain_text("V3")
    rita.fill_in({"Reason": "They want to try it."})
    rita.press("Deploy")
    expect(rita.page.get_by_text("Northwind Traders in Production", exact=True)).to_be_visible()


def test_c6_an_older_build_is_synced_again_and_serves_again(fresh_slipway: Stack, visit: Visit) -> None:
    rita, api = ConnectorMaker(visit(fresh_slipway, "rita")), fresh_slipway.apis_url
    rita.open_version(SHOP, 1)
    older = rita.serves("Production")
    rita.configures("Servers", {"Production server": f"{api}/shop/v2"})
    for step in ("Build", "Sync to dev", "Test", "Sync to prod"):
        rita.takes(step)
    newer = rita.serves("Production")
    assert newer != older
    expect(rita.runs(ALERT, "Team")).to_contain_text(f"GET {api}/shop/v2/products?")

    rita.open_version(SHOP, 1)
    rita.open_tab("Builds")
    rita.press(f"Actions for build {older}")
    rita.page.get_by_role("main").get_by_role("link", name="Sync this build to prod").click()
    expect(rita.overlay).to_contain_text(older)
    with rita.page.expect_navigation():
        rita.press("Sync to prod")
    rita.sees("Sync to prod", "done")
    expect(rita.row("Builds that serve", "Production")).to_contain_text(older)
    assert rita.serves("Development") == newer
    expect(rita.runs(ALERT, "Team")).to_contain_text(f"GET {api}/shop/products?")


def test_c7_a_version_goes_to_the_bin_comes_back_and_is_deleted_for_good(
    rita: ConnectorMaker, slipway: Stack, visit: Visit
) -> None:
    connector = "Acme CRM, put away"
    _is_refused_while_it_is_in_use(rita)
    rita.makes_connector(connector, slipway)
    rita.adds_version(connector, 2)
    rita.takes("Build")
    rita.takes("Sync to dev")
    build = rita.serves("Development")

    _moves_to_the_bin(rita, connector, 2)
    rita.page.get_by_role("link", name="v2", exact=True).click()
    expect(rita.page.get_by_role("main")).to_contain_text("It serves nowhere")
    expect(rita.step("Build").get_by_role("button", name="Build")).to_be_disabled()
    _opens_the_bin(rita)
    expect(rita.row("Connector versions in the bin", f"{connector} v2")).to_contain_text("Rita Moreau")
    rita.row("Connector versions in the bin", f"{connector} v2").get_by_role("button", name="Restore").click()
    expect(rita.heading).to_have_text(f"{connector} v2")
    expect(rita.state).to_have_text(re.compile("Synced to dev"))
    assert rita.serves("Development") == build

    _moves_to_the_bin(rita, connector, 2)
    ada = ConnectorMaker(visit(slipway, "ada"))
    _deletes_for_good(ada, f"{connector} v2")
    ada.open_connector(connector)
    expect(ada.page.get_by_role("main")).not_to_contain_text("In the bin")
    ada.page.get_by_role("link", name="Add version").click()
    ada.press("Add version")
    expect(ada.heading).to_have_text(f"{connector} v3")


def _is_refused_while_it_is_in_use(rita: ConnectorMaker) -> None:
    rita.open_version(SHOP, 1)
    rita.press("More actions")
    rita.page.get_by_role("link", name="Move to the bin").click()
    expect(rita.overlay).to_contain_text("It is in use, so it stays")
    for user in (f"{ORDERS} · V2 “1.0.1”", f"{ALERT} · V1 “stock-alert-v1”", f"{ORDERS} · Northwind Traders"):
        expect(rita.overlay.get_by_role("link", name=user)).to_be_visible()
    expect(rita.overlay.get_by_role("button", name="Move to the bin")).to_be_disabled()
    rita.close_overlay()


def _moves_to_the_bin(rita: ConnectorMaker, connector: str, number: int) -> None:
    rita.press("More actions")
    rita.page.get_by_role("link", name="Move to the bin").click()
    expect(rita.overlay).to_contain_text("It stops serving Development and Staging.")
    rita.press("Move to the bin")
    expect(rita.heading).to_have_text(connector)
    expect(rita.versions).not_to_contain_text(f"{connector} v{number}")


def _opens_the_bin(person: ConnectorMaker) -> None:
    person.go_to("Connectors")
    person.page.get_by_role("main").get_by_role("link", name=re.compile("^Bin")).click()
    expect(person.heading).to_have_text("Bin")


def _deletes_for_good(ada: ConnectorMaker, version: str) -> None:
    _opens_the_bin(ada)
    ada.row("Connector versions in the bin", version).get_by_role("link", name="Delete").click()
    ada.fill_in({"Type its name": "Acme"})
    ada.press("Delete for good")
    expect(ada.overlay.get_by_label("Type its name")).to_have_attribute("aria-invalid", "true")
    ada.fill_in({"Type its name": version})
    ada.press("Delete for good")
    expect(ada.page.locator("dialog[open]")).to_have_count(0)
    expect(ada.page.get_by_role("main")).not_to_contain_text(version)


def test_p10_pages_say_which_versions_exist_and_where_each_is_deployed(rita: ConnectorMaker, slipway: Stack) -> None:
    connector = "Acme CRM, there and here"
    rita.makes_connector(connector, slipway)
    rita.takes("Build")
    rita.takes("Sync to dev")
    build = rita.serves("Staging")
    rita.adds_version(connector, 2)

    rita.open_connector(connector)
    expect(rita.versions.get_by_role("rowheader")).to_have_text([f"{connector} v2", f"{connector} v1"])
    for place, told in (("Development", build), ("Staging", build), ("Production", "\N{EN DASH}")):
        cells = rita.row("Environments by versions", place).get_by_role("cell")
        expect(cells).to_have_text(["\N{EN DASH}", re.compile(told)])
    rita.go_to("Connectors")
    listed = rita.row("Connectors", connector)
    expect(listed).to_contain_text(re.compile(r"v2\s*Updated.*serves nowhere", re.DOTALL))
    expect(listed).to_contain_text(re.compile(r"v1\s*Synced to dev.*Development, Staging", re.DOTALL))

    rita.open_template(ORDERS)
    expect(rita.row("Where which version runs", "Production")).to_contain_text(re.compile(r"V2 \d.*V1 \d", re.DOTALL))
    expect(rita.row("Where which version runs", "Staging")).not_to_contain_text("V1")
    rita.go_to("Fleet")
    fleet = rita.page.get_by_role("table", name=ORDERS).get_by_role("row")
    expect(fleet.filter(has_text="V1 “1.0.0”").get_by_role("cell").nth(1)).to_have_accessible_name("none")
    expect(fleet.filter(has_text="V1 “1.0.0”").get_by_role("cell").nth(2)).to_contain_text("3")


def test_two_builds_are_compared_and_the_address_of_what_breaks_can_be_shared(
    rita: ConnectorMaker, slipway: Stack, visit: Visit
) -> None:
    rita.open_version(SHOP, 2)
    rita.open_tab("Builds")
    rita.page.get_by_role("link", name="Compare v1 with v2").click()
    vera = ConnectorMaker(visit(slipway, "vera", java_script_enabled=False), scripts=False)
    _sees_what_breaks_and_whom(rita)
    vera.page.goto(rita.page.url)
    _sees_what_breaks_and_whom(vera)
    vera.page.get_by_role("link", name=f"{ORDERS} V2").first.click()
    expect(vera.heading).to_contain_text("V2")


def _sees_what_breaks_and_whom(person: ConnectorMaker) -> None:
    """Version 2 of the demo's document breaks one operation, which one template calls."""
    expect(person.page.get_by_role("region", name="Verdict")).to_contain_text("1 breaking change in 1 operation")
    expect(person.page.get_by_role("region", name="Changes")).to_contain_text(
        "The query parameter “since” is now required."
    )
    affected = person.page.get_by_role("group").filter(has_text="listOrders").first
    expect(affected).to_contain_text("9 instances")
    expect(affected.get_by_role("link", name=f"{ORDERS} V2")).to_be_visible()
    expect(affected.get_by_role("link", name=ALERT)).to_have_count(0)
