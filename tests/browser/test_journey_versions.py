"""Versions as people make, name, compare and exchange them: a row of the ledger in each test's name."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.axe import faults_of
from tests.browser.conftest import Visit
from tests.browser.journey import Person
from tests.start.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

TEMPLATE = "Orders to CRM"


def _edit(person: Person, old: str, new: str) -> None:
    """Change the source of the draft and save it."""
    person.open_template(TEMPLATE)
    person.open_source()
    editor = person.page.get_by_label("Definition")
    expect(editor).to_have_value(re.compile(re.escape(old)))
    editor.fill(editor.input_value().replace(old, new))
    person.page.get_by_role("button", name="Save", exact=True).click()
    expect(person.page.locator("#findings")).to_contain_text("Nothing to mend.")


def _open_create_version(person: Person) -> None:
    person.open_history(TEMPLATE)
    person.overlay.get_by_role("link", name="Create version").click()
    expect(person.page.get_by_role("heading", name="Create version")).to_be_visible()


def test_p1_p2_p5_v2_a_version_counts_up_carries_a_comment_and_deploys_nothing(
    fresh_slipway: Stack, visit: Visit
) -> None:
    bea = Person(visit(fresh_slipway, "bea"))
    _edit(bea, "milliseconds: 100", "milliseconds: 150")
    _open_create_version(bea)

    expect(bea.overlay).to_contain_text("The draft is frozen as V3. The newest version is V2 “1.0.1”.")
    expect(bea.top.get_by_label("Description")).to_have_value(re.compile("breathe"))
    bea.fill_in({"Name": "1.1.0", "Description": "Breathes longer between orders."})
    bea.press("Create version")

    bea.history_says(TEMPLATE, {"V3": ["Version"], "V2": ["Live"]})
    expect(bea.history_row("V3")).to_contain_text("Breathes longer between orders.")
    bea.activity_says("Bea Lindgren created version")
    bea.go_to("Instances")
    expect(bea.page.get_by_role("main")).not_to_contain_text("V3")


def test_v10_names_follow_a_pattern_of_the_team(fresh_slipway: Stack, visit: Visit) -> None:
    bea = Person(visit(fresh_slipway, "bea"))
    bea.open_template(TEMPLATE)
    bea.page.get_by_role("main").get_by_role("button", name="More").click()
    bea.page.get_by_role("link", name="Edit name and naming scheme").click()
    bea.top.get_by_label("Names of versions").select_option("pattern")
    bea.top.get_by_label("Own pattern").fill("release/{yaer}-{n}")
    bea.press("Save")
    expect(bea.overlay).to_contain_text("“{yaer}” is no placeholder.")
    bea.top.get_by_label("Own pattern").fill("release/{year}.{month}-{n}")
    bea.press("Save")
    expect(bea.page.locator("dialog[open]")).to_have_count(0)

    _open_create_version(bea)
    name = bea.top.get_by_label("Name")
    expect(name).to_have_value(re.compile(r"^release/\d{4}\.\d\d-1$"))
    suggested = name.input_value()
    name.fill("1.1.0")
    bea.press("Create version")
    expect(bea.overlay).to_contain_text(f"a name looks like {suggested}.")
    name.fill(suggested)
    bea.press("Create version")

    bea.open_history(TEMPLATE)
    expect(bea.history_row("V3")).to_contain_text(suggested)


def test_t3_t6_going_live_says_what_new_installs_get_and_customers_get_it(fresh_slipway: Stack, visit: Visit) -> None:
    rita = Person(visit(fresh_slipway, "rita"))
    _edit(rita, "milliseconds: 100", "milliseconds: 150")
    _open_create_version(rita)
    rita.press("Create version")
    rita.open_history(TEMPLATE)
    rita.choose("V3", "Make live")
    expect(rita.overlay).to_contain_text("The marketplace follows live: customers are offered it at once")
    expect(rita.overlay).to_contain_text("What changes for new installs")
    rita.fill_in({"Reason": "Sales waits for it."})
    rita.press("Make live")

    rita.history_says(TEMPLATE, {"V3": ["Live"], "V2": ["Superseded"]})
    rita.close_overlay()
    rita.open_template(TEMPLATE)
    expect(rita.page.locator("#template-listing")).to_contain_text("V3")


def test_p6_p8_withdrawn_and_deprecated_versions_are_no_longer_offered(fresh_slipway: Stack, visit: Visit) -> None:
    rita = Person(visit(fresh_slipway, "rita"))
    rita.open_history(TEMPLATE)
    rita.choose("V2", "Withdraw")
    expect(rita.overlay).to_contain_text("its listing says “unavailable” until a version is live again")
    rita.fill_in({"Reason": "Writes doubles."})
    rita.press("Withdraw")
    rita.history_says(TEMPLATE, {"V2": ["Version"]})
    rita.choose("V2", "Deprecate")
    expect(rita.overlay).to_contain_text(re.compile(r"\d instances run it"))
    rita.fill_in({"Reason": "Writes doubles."})
    rita.press("Deprecate")
    rita.history_says(TEMPLATE, {"V2": ["Version", "Deprecated"]})
    rita.close_overlay()
    rita.open_template(TEMPLATE)
    expect(rita.page.locator("#template-listing")).to_contain_text("Unavailable")

    cleo = visit(fresh_slipway, "cleo")
    cleo.get_by_role("navigation", name="Main").get_by_role("link", name="Marketplace").click()
    expect(cleo.get_by_role("main")).to_contain_text("Key accounts to CRM")
    expect(cleo.get_by_role("main").get_by_role("link", name=TEMPLATE)).to_have_count(0)


def test_t5_t8_a_superseded_version_comes_back_as_a_copy_and_goes_live(fresh_slipway: Stack, visit: Visit) -> None:
    rita = Person(visit(fresh_slipway, "rita"))
    rita.open_history(TEMPLATE)
    rita.choose("V1", "Copy")
    rita.press("Copy")
    expect(rita.page.get_by_text("You are in the copy now.")).to_be_visible()
    expect(rita.heading).to_contain_text("Copy of V1")
    rita.page.get_by_role("main").get_by_role("link", name="Make live").click()
    expect(rita.overlay).to_contain_text("Built on something older")
    rita.fill_in({"Name": "1.2.0", "Reason": "The old way was right."})
    rita.press("Make live")
    expect(rita.overlay).to_contain_text("This has the same content as V1")
    rita.press("Make it live anyway")

    rita.history_says(TEMPLATE, {"V3": ["Live"], "V2": ["Superseded"]})


# From here on nobody changes what others see: one company is enough.
@pytest.mark.parametrize("scripts", [True, False])
def test_v11_any_two_are_compared(slipway: Stack, visit: Visit, scripts: bool) -> None:
    vera = Person(visit(slipway, "vera", java_script_enabled=scripts), scripts=scripts)
    page = vera.page
    vera.open_template(TEMPLATE)
    page.get_by_role("main").get_by_role("link", name=re.compile("^V2")).first.click()
    page.goto(f"{page.url}compare/")
    expect(vera.heading).to_have_text("From V1 to V2")
    main = page.get_by_role("main")
    expect(main).to_contain_text("What's new from V1 to V2")
    expect(page.locator("#changes-steps")).to_contain_text("copyOrders.findDeal")

    main.get_by_role("link", name="Compare from another").click()
    picks = page.locator("dialog[open]")
    picks.get_by_role("searchbox").fill("Contoso")
    if not scripts:
        picks.get_by_role("searchbox").press("Enter")
    picks.get_by_role("link", name=re.compile("^Contoso · Production")).click()
    expect(main).to_contain_text("What Contoso · Production runs.")
    address = page.url
    assert "with=instance:" in address

    main.get_by_role("link", name="Swap direction").click()
    expect(vera.heading).to_have_text("From V2 to V1")
    expect(main).to_contain_text("Breaking")
    main.get_by_role("link", name="Only breaking").click()
    expect(page.locator("#changes-config")).to_contain_text("Answers to “tags” would be lost.")
    expect(page.locator("#changes-steps")).to_have_count(0)
    page.goto(address)
    expect(vera.heading).to_have_text("From V1 to V2")

    folded = page.locator(".is-gap a").first
    shown = page.locator(".sides tbody tr").count()
    folded.click()
    expect(page.locator(".sides tbody tr").nth(shown)).to_be_attached()
    assert not scripts or faults_of(page) == []


def test_a_release_leaves_as_a_file_and_comes_back(slipway: Stack, visit: Visit, tmp_path: Path) -> None:
    bea = Person(visit(slipway, "bea"))
    bea.open_history(TEMPLATE)
    row = bea.history_row("V2")
    row.get_by_role("button", name="More for V2").click()
    with bea.page.expect_download() as download:
        row.get_by_role("link", name="Export", exact=True).click()
    assert download.value.suggested_filename == "orders-to-crm-v2.yaml"
    file = tmp_path / "orders-to-crm-v2.yaml"
    download.value.save_as(file)

    bea.go_to("Templates")
    bea.page.get_by_role("main").get_by_role("link", name="Import").click()
    bea.fill_in({"Name of the template": "Orders from a file"})
    bea.top.get_by_label("File").set_input_files(file)
    bea.press("Import")
    expect(bea.page.get_by_text("Imported Orders to CRM V2, byte for byte")).to_be_visible()
    expect(bea.heading).to_contain_text("1.0.1")
