"""Bea and Rita work on one draft at once: it saves itself, nobody's words are lost, and every state comes back."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.axe import faults_everywhere
from tests.browser.conftest import Visit
from tests.browser.journey import Person
from tests.browser.watching import VIEWPORTS, sign_in
from tests.start.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

TEMPLATE = "Orders to CRM"
PING_MS = 60_000


class Writer(Person):
    """Somebody at the source of the draft."""

    def opens_the_source(self) -> None:
        self.open_template(TEMPLATE)
        self.open_source()

    @property
    def text(self) -> str:
        return self.page.get_by_label("Definition").input_value()

    def types(self, before: str, after: str) -> None:
        """Put other words into the text, as typing would."""
        assert before in self.text
        self.page.get_by_label("Definition").fill(self.text.replace(before, after, 1))

    def replaces(self, name: str, value: str) -> None:
        """Give the first line of a key another value."""
        self.page.get_by_label("Definition").fill(re.sub(rf"(?m)^( *{name}:) .*$", rf"\1 {value}", self.text, count=1))

    def adds_at_the_end(self, words: str) -> None:
        self.page.get_by_label("Definition").fill(f"{self.text.rstrip()}\n{words}\n")

    @property
    def status(self):
        return self.page.locator("#save-status")

    def waits_until_saved(self) -> None:
        expect(self.status).to_have_text(re.compile(r"^Saved .*(just now|ago)\.$"))

    def chooses_for_the_draft(self, action: str) -> None:
        self.page.get_by_role("button", name="More for this draft").click()
        self.page.get_by_role("link", name=action, exact=True).click()


@pytest.fixture
def bea(slipway: Stack, visit: Visit) -> Writer:
    writer = Writer(visit(slipway, "bea"))
    writer.opens_the_source()
    return writer


@pytest.fixture
def rita(slipway: Stack, visit: Visit) -> Writer:
    writer = Writer(visit(slipway, "rita"))
    writer.opens_the_source()
    return writer


def has(words: str) -> re.Pattern[str]:
    return re.compile(re.escape(words))


def test_v1_what_is_typed_saves_itself_into_the_latest_draft(bea: Writer) -> None:
    bea.adds_at_the_end("# typed by Bea")
    bea.waits_until_saved()
    bea.page.reload()

    expect(bea.page.get_by_label("Definition")).to_have_value(has("# typed by Bea"))
    bea.adds_at_the_end("do: [unclosed")
    expect(bea.page.locator("#findings .finding").first).to_contain_text("ine ")
    bea.waits_until_saved()
    bea.page.reload()
    expect(bea.page.get_by_label("Definition")).to_have_value(has("do: [unclosed"))
    bea.types("do: [unclosed\n", "")
    bea.waits_until_saved()
    bea.activity_says("Bea Lindgren saved Orders to CRM")


def test_v1_two_people_see_each_other_and_changes_that_fit_are_merged(bea: Writer, rita: Writer) -> None:
    bea.adds_at_the_end("# Bea was here")
    bea.waits_until_saved()
    presence = rita.page.locator("#presence")
    expect(presence).to_contain_text("Bea Lindgren is editing", timeout=PING_MS)
    expect(presence).to_contain_text("Bea Lindgren saved a newer text", timeout=PING_MS)

    rita.replaces("title", "Orders to CRM, by Rita")
    expect(rita.status).to_contain_text("Bea Lindgren saved a newer text meanwhile")
    rita.page.get_by_role("button", name="Compare and merge").click()
    expect(rita.page.get_by_role("main")).to_contain_text("fit together")
    assert faults_everywhere(rita.page) == {}
    rita.press("Save the merge")

    expect(rita.page.locator("#saved-line")).to_contain_text("Saved by Rita Moreau")
    expect(rita.page.get_by_label("Definition")).to_have_value(has("title: Orders to CRM, by Rita"))
    expect(rita.page.get_by_label("Definition")).to_have_value(has("# Bea was here"))
    expect(bea.page.locator("#presence")).to_contain_text("Rita Moreau saved a newer text", timeout=PING_MS)
    bea.page.get_by_role("link", name="load it").click()
    expect(bea.page.get_by_label("Definition")).to_have_value(has("title: Orders to CRM, by Rita"))


def test_v1_where_both_changed_one_line_they_choose(bea: Writer, rita: Writer) -> None:
    bea.replaces("title", "Title of Bea")
    bea.waits_until_saved()
    rita.replaces("title", "Title of Rita")
    rita.page.get_by_role("button", name="Compare and merge").click()
    expect(rita.page.get_by_role("group", name="both of you changed this")).to_be_visible()
    assert faults_everywhere(rita.page) == {}
    rita.page.get_by_role("radio", name="Bea Lindgren").check()

    result = rita.page.get_by_label("Definition")
    expect(result).to_have_value(has("title: Title of Bea"))
    rita.page.get_by_role("radio", name=re.compile("^Mine")).check()
    expect(result).to_have_value(has("title: Title of Rita"))
    rita.press("Save what stands here")
    expect(rita.page.get_by_label("Definition")).to_have_value(has("title: Title of Rita"))
    expect(rita.page.locator("#left-behind")).to_be_hidden()


def test_v1_without_scripts_they_choose_as_well(slipway: Stack, visit: Visit, bea: Writer) -> None:
    rita = Writer(visit(slipway, "rita", java_script_enabled=False), scripts=False)
    rita.opens_the_source()
    bea.replaces("title", "Bea once more")
    bea.waits_until_saved()
    rita.replaces("title", "Rita once more")
    rita.press("Save")
    rita.page.get_by_role("radio", name="Both, mine first").check()
    rita.press("Put these choices into the text")
    expect(rita.page.get_by_label("Definition")).to_have_value(has("Rita once more"))
    rita.page.get_by_role("radio", name="Bea Lindgren").check()
    rita.press("Put these choices into the text")
    rita.press("Save what stands here")

    expect(rita.page.get_by_label("Definition")).to_have_value(has("title: Bea once more"))


def test_v1_nothing_is_lost_without_a_network(slipway: Stack, new_context: Callable[..., BrowserContext]) -> None:
    # A window of its own: in the others, a request that fails is a fault.
    context = new_context(base_url=slipway.url, viewport=VIEWPORTS["desk"])
    page: Page = context.new_page()
    sign_in(page, "bea")
    bea = Writer(page)
    bea.opens_the_source()
    context.set_offline(True)
    bea.adds_at_the_end("# typed in a tunnel")
    expect(bea.status).to_have_text("Not saved: offline, trying again.")
    context.set_offline(False)
    bea.waits_until_saved()

    page.route("**/autosave/", lambda route: route.abort())
    bea.adds_at_the_end("# and then the window was closed")
    expect(bea.status).to_have_text("Not saved: offline, trying again.")
    page.once("dialog", lambda dialog: dialog.accept())
    page.reload()
    page.unroute("**/autosave/")
    page.get_by_role("button", name="Put it back").click()
    bea.waits_until_saved()
    page.reload()
    expect(page.get_by_label("Definition")).to_have_value(has("# and then the window was closed"))


def test_v7_v8_restoring_a_version_keeps_the_text_and_forward_works_again(bea: Writer) -> None:
    bea.adds_at_the_end("# unfinished")
    bea.waits_until_saved()
    bea.open_template(TEMPLATE)
    bea.open_history(TEMPLATE)
    bea.choose("V1", "Restore into the draft")
    bea.press("Restore")
    expect(bea.heading).to_contain_text("Draft of")
    bea.page.get_by_role("link", name="Source", exact=True).click()
    expect(bea.page.get_by_label("Definition")).not_to_have_value(has("# unfinished"))

    bea.chooses_for_the_draft("Checkpoints")
    kept = bea.overlay.locator(".checkpoint.is-named").filter(has_text="Before restoring V1")
    expect(kept).to_have_count(1)
    assert faults_everywhere(bea.page) == {}
    kept.get_by_role("button", name="Put back").click()
    expect(bea.page.locator("#toasts")).to_contain_text("The draft holds “Before restoring V1” again.")
    bea.page.get_by_role("link", name="Source", exact=True).click()
    expect(bea.page.get_by_label("Definition")).to_have_value(has("# unfinished"))


def test_v8_a_checkpoint_is_named_looked_at_and_put_back_with_undo(bea: Writer) -> None:
    bea.adds_at_the_end("# the newest line")
    bea.waits_until_saved()
    bea.chooses_for_the_draft("Checkpoints")
    last = bea.overlay.locator(".checkpoint").last
    last.get_by_role("button", name="More for checkpoint").click()
    last.get_by_role("link", name="Name it, to keep it for good").click()
    bea.fill_in({"Name": "The very beginning"})
    bea.press("Save")
    expect(bea.page.locator("dialog.drawer .checkpoint").last).to_contain_text("The very beginning")
    bea.page.locator("dialog.drawer .checkpoint").last.locator(".checkpoint-did a").click()
    expect(bea.heading).to_have_text("The very beginning")
    expect(bea.page.get_by_role("region", name="Both texts side by side")).to_contain_text("# the newest line")
    assert faults_everywhere(bea.page) == {}
    bea.press("Put it back")

    bea.page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(bea.page.locator("#toasts")).to_contain_text("Took it back.")
    bea.page.get_by_role("link", name="Source", exact=True).click()
    expect(bea.page.get_by_label("Definition")).to_have_value(has("# the newest line"))


def test_v1_drafts_begin_beside_each_other_are_discarded_and_put_away_with_undo(bea: Writer) -> None:
    bea.chooses_for_the_draft("New draft")
    bea.fill_in({"Name": "Try the new shop"})
    bea.press("Begin the draft")
    expect(bea.heading).to_have_text("Draft “Try the new shop”")
    bea.page.get_by_role("link", name="Source", exact=True).click()
    bea.adds_at_the_end("# tried")
    bea.waits_until_saved()
    bea.page.reload()
    bea.chooses_for_the_draft("Discard the changes")
    bea.press("Discard the changes")
    expect(bea.page.get_by_label("Definition")).not_to_have_value(has("# tried"))
    bea.page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(bea.page.locator("#toasts")).to_contain_text("Took it back.")
    bea.page.get_by_role("link", name="Source", exact=True).click()
    expect(bea.page.get_by_label("Definition")).to_have_value(has("# tried"))

    bea.chooses_for_the_draft("Make it the latest draft")
    bea.press("Make it the latest")
    expect(bea.page.locator(".page-status")).to_contain_text("Latest")
    bea.chooses_for_the_draft("Move to the bin")
    bea.press("Move to the bin")
    bea.page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(bea.heading).to_have_text("Draft “Try the new shop”")
    expect(bea.page.locator(".page-status")).to_contain_text("Latest")


def test_the_source_is_coloured_counted_and_found_by_line(bea: Writer) -> None:
    expect(bea.page.locator(".editor-colours .hl-key").first).to_be_visible()
    bea.page.get_by_label("Go to line").fill("9")
    bea.page.get_by_label("Go to line").press("Enter")
    selected = "(text) => text.value.slice(0, text.selectionStart).split('\\n').length"
    assert bea.page.get_by_label("Definition").evaluate(selected) == 9
    assert faults_everywhere(bea.page) == {}
    bea.page.goto(f"{bea.page.url.split('?')[0]}?line=4")
    expect(bea.page.get_by_label("Definition")).to_be_focused()
    assert bea.page.get_by_label("Definition").evaluate(selected) == 4
