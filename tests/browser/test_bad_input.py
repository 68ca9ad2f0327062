"""What is wrong is said where it is wrong, and nothing that was typed is lost."""

import os
import re
import signal
import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import expect

from apps.demo import credentials
from tests.browser.conftest import Visit
from tests.browser.journey import RUN_MS, Person
from tests.start.stack import Stack

pytestmark = [pytest.mark.browser]

TEMPLATE = "Orders to CRM"
WORKER_FORGOTTEN_MS = 120_000


@pytest.fixture
def rita(slipway: Stack, visit: Visit) -> Person:
    """Rita at a desk."""
    return Person(visit(slipway, "rita"))


def test_a_field_error_appears_after_a_bad_answer(rita: Person) -> None:
    answers: list[int] = []
    rita.page.on("response", lambda response: answers.append(response.status))
    rita.open_history(TEMPLATE)
    rita.overlay.get_by_role("link", name="Create version").click()
    rita.fill_in({"Name": ""})
    rita.press("Create version")

    expect(rita.overlay.locator(".field-error").first).to_be_visible()
    expect(rita.overlay.get_by_label(re.compile("^Name"))).to_have_attribute("aria-invalid", "true")
    assert 422 in answers


def test_a_broken_definition_says_where_and_why_and_keeps_what_was_typed(rita: Person) -> None:
    rita.open_template(TEMPLATE)
    rita.open_source()
    editor = rita.page.get_by_label("Definition")
    broken = editor.input_value() + "\ndo: [unclosed\n"
    editor.fill(broken)
    rita.press("Save")

    finding = rita.page.locator("#findings .finding").first
    expect(finding).to_contain_text("ine ")
    expect(rita.page.locator("#saved-line")).to_contain_text("Saved by Rita Moreau just now")
    expect(editor).to_have_value(broken)
    rita.page.reload()
    expect(editor).to_have_value(re.compile(r"do: \[unclosed"))
    expect(rita.page.locator("#findings .finding").first).to_contain_text("ine ")


def test_wrong_credentials_show_the_answer_of_the_api_without_secrets(rita: Person) -> None:
    wrong = "wrong-key-31337"
    rita.go_to("Connections")
    rita.page.get_by_role("link", name="New connection").click()
    rita.page.get_by_label("Connector").select_option(label="Demo Shop")
    rita.page.get_by_label("Environment").select_option(label="Staging")
    rita.press("Go on to the credentials")
    rita.page.get_by_label("Name").first.fill("A wrong key")
    rita.page.get_by_label("API key").fill(wrong)
    rita.press("Seal and save")
    rita.press("Test")

    page = rita.page.get_by_role("main")
    expect(page).to_contain_text("401")
    assert wrong not in rita.page.content()
    assert credentials.SHOP_API_KEY not in rita.page.content()


def _stop_between_writes(pid: int, slipway: Stack) -> None:
    """Freeze the worker while it holds no lock: nobody could write any more."""
    while True:
        os.kill(pid, signal.SIGSTOP)
        with closing(sqlite3.connect(slipway.data_dir / "slipway.sqlite3", timeout=0.5)) as database:
            try:
                database.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError:
                os.kill(pid, signal.SIGCONT)
            else:
                return


def test_a_run_says_that_no_worker_is_running_and_goes_on_when_one_is(rita: Person, slipway: Stack) -> None:
    worker = slipway.process_of("manage.py worker")
    rita.go_to("Instances")
    row = rita.page.get_by_role("row").filter(has_text="Production").filter(has_text=TEMPLATE).filter(has_text="Team")
    row.get_by_role("link", name=TEMPLATE).click()
    _stop_between_writes(worker.pid, slipway)
    try:
        rita.press("Run now")
        expect(rita.page.get_by_text("No worker is running")).to_be_visible(timeout=WORKER_FORGOTTEN_MS)
    finally:
        os.kill(worker.pid, signal.SIGCONT)

    expect(rita.page.locator("#run-status .badge")).to_have_text("Succeeded", timeout=RUN_MS)
    expect(rita.page.get_by_text("No worker is running")).to_have_count(0)
