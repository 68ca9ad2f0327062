"""The frame and its overlays in a real browser, on the gallery's pages."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import Browser, Page, expect
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from tests.browser.axe import settle
from tests.prerequisites import chromium

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

AXE = Path(django_settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
VIEWPORTS = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    # Playwright's event loop stays in this thread for the rest of the session; the tests themselves are not async.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    return {"executable_path": chromium(), "args": ["--no-sandbox"]}


@pytest.fixture(autouse=True)
def gallery_is_there(settings: Settings) -> None:
    settings.DEBUG = True


@pytest.fixture
def complaints(page: Page) -> Iterator[list[str]]:
    """What the browser complains about: errors of scripts and breaches of the content security policy."""
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda message: found.append(message.text) if "Content Security" in message.text else None)
    yield found
    assert found == []


@pytest.fixture
def gallery(page: Page, live_server: LiveServer, complaints: list[str]) -> Page:
    page.goto(f"{live_server.url}/gallery/")
    expect(page.locator("html")).to_have_class(re.compile("js"))
    return page


@pytest.mark.parametrize("viewport", VIEWPORTS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/gallery/", "/gallery/drawer/", "/gallery/dialog/", "/nothing-here/"])
def test_axe_finds_nothing(
    browser: Browser, live_server: LiveServer, settings: Settings, path: str, scheme: Any, viewport: str
) -> None:
    settings.DEBUG = path.startswith("/gallery/")  # else Django shows its own page for what is not found
    if not AXE.exists():
        pytest.skip("axe-core is not installed yet; build_static installs it.")
    size: Any = VIEWPORTS[viewport]
    context = browser.new_context(viewport=size, color_scheme=scheme, bypass_csp=True, reduced_motion="reduce")
    page = context.new_page()
    page.goto(f"{live_server.url}{path}")
    settle(page)
    page.evaluate(AXE.read_text())
    violations = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then(result => result.violations)")
    assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in violations] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    context.close()


def test_a_drawer_has_an_address_and_leaves_no_trace_when_closed(gallery: Page, live_server: LiveServer) -> None:
    opener = gallery.get_by_role("link", name="Open drawer")
    opener.click()

    drawer = gallery.get_by_role("dialog", name="Version history")
    expect(drawer).to_be_visible()
    expect(gallery).to_have_url(f"{live_server.url}/gallery/drawer/")
    expect(drawer.get_by_role("heading", name="Version history")).to_be_focused()

    gallery.keyboard.press("Escape")

    expect(drawer).to_be_hidden()
    expect(gallery).to_have_url(f"{live_server.url}/gallery/")
    expect(opener).to_be_focused()


def test_the_back_button_closes_the_drawer_and_forward_opens_it_again(gallery: Page) -> None:
    gallery.get_by_role("link", name="Open drawer").click()
    drawer = gallery.get_by_role("dialog", name="Version history")
    expect(drawer).to_be_visible()

    gallery.go_back()
    expect(drawer).to_be_hidden()

    gallery.go_forward()
    expect(drawer).to_be_visible()


def test_a_drawer_opened_by_its_address_has_its_page_behind_it(page: Page, live_server: LiveServer) -> None:
    page.goto(f"{live_server.url}/gallery/drawer/")
    drawer = page.get_by_role("dialog", name="Version history")
    expect(drawer).to_be_visible()
    expect(page.locator("main h1")).to_have_text("Component gallery")

    drawer.get_by_label("Close").click()

    expect(drawer).to_be_hidden()
    expect(page).to_have_url(f"{live_server.url}/gallery/")


def test_a_form_in_a_dialog_shows_its_error_and_closes_when_the_deed_is_done(gallery: Page) -> None:
    gallery.get_by_role("link", name="Open dialog").click()
    dialog = gallery.get_by_role("dialog", name="Deprecate V1?")
    dialog.get_by_label("Reason").fill("no")
    dialog.get_by_role("button", name="Deprecate V1").click()

    expect(dialog.locator(".field-error")).to_contain_text("at least 5 characters")
    expect(dialog.locator("[data-form-errors]")).to_be_focused()

    dialog.get_by_label("Reason").fill("API ends in May")
    dialog.get_by_role("button", name="Deprecate V1").click()

    expect(dialog).to_be_hidden()
    expect(gallery.get_by_text("V1 is deprecated.")).to_be_visible()


def test_a_dialog_opens_above_the_drawer_and_leaves_it_open(gallery: Page) -> None:
    gallery.get_by_role("link", name="Open drawer").click()
    drawer = gallery.get_by_role("dialog", name="Version history")
    drawer.get_by_role("link", name="Deprecate").click()
    dialog = gallery.get_by_role("dialog", name="Deprecate V1?")
    expect(dialog).to_be_visible()

    gallery.keyboard.press("Escape")

    expect(dialog).to_be_hidden()
    expect(drawer).to_be_visible()


def test_a_badge_says_what_it_means_to_mouse_and_keyboard(gallery: Page) -> None:
    badge = gallery.get_by_role("button", name="Superseded").first
    meaning = gallery.get_by_text("Another version is live now").first
    badge.hover()
    expect(meaning).to_be_visible()
    gallery.mouse.move(0, 0)
    expect(meaning).to_be_hidden()

    badge.focus()
    gallery.keyboard.press("Enter")
    expect(meaning).to_be_visible()


def test_the_chosen_theme_is_drawn_by_the_server_from_then_on(gallery: Page) -> None:
    html = gallery.locator("html")
    switch = gallery.get_by_role("main").get_by_role("button", name="Theme")
    switch.click()
    switch.click()
    expect(html).to_have_attribute("data-bs-theme", "dark")

    gallery.route("**/*.js", lambda route: route.abort())
    gallery.reload()
    expect(html).to_have_attribute("data-bs-theme", "dark")


def test_tab_indents_the_editor_and_escape_lets_the_keyboard_leave(gallery: Page) -> None:
    editor = gallery.get_by_label("Definition")
    editor.fill("do:\n- a")
    editor.press("ControlOrMeta+End")
    editor.press("Shift+Home")
    editor.press("Tab")
    expect(editor).to_have_value("do:\n  - a")
    editor.press("Shift+Tab")
    expect(editor).to_have_value("do:\n- a")

    editor.press("Escape")
    editor.press("Tab")
    expect(editor).not_to_be_focused()


def test_lines_with_findings_are_marked_in_the_gutter(gallery: Page) -> None:
    expect(gallery.locator(".editor-gutter .is-error")).to_have_text("12")
    expect(gallery.locator(".editor-gutter .is-warning")).to_have_text("16")


def test_on_a_phone_the_navigation_opens_and_closes_with_escape(browser: Browser, live_server: LiveServer) -> None:
    context = browser.new_context(viewport=VIEWPORTS["phone"])  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{live_server.url}/gallery/")
    navigation = page.get_by_role("navigation", name="Main")
    expect(navigation).to_be_hidden()
    page.get_by_role("button", name="Navigation").click()
    expect(navigation).to_be_visible()
    page.keyboard.press("Escape")
    expect(navigation).to_be_hidden()
    context.close()


def test_without_scripts_every_overlay_is_a_page_and_forms_work(browser: Browser, live_server: LiveServer) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_server.url}/gallery/")
    page.get_by_role("link", name="Open dialog").click()
    expect(page).to_have_url(f"{live_server.url}/gallery/dialog/")
    page.get_by_label("Reason").fill("no")
    page.get_by_role("button", name="Deprecate V1").click()
    expect(page.locator(".field-error")).to_contain_text("at least 5 characters")

    page.get_by_role("link", name="Cancel").click()
    expect(page).to_have_url(f"{live_server.url}/gallery/")
    context.close()


def test_a_lost_connection_is_said(gallery: Page) -> None:
    gallery.route("**/gallery/drawer/", lambda route: route.abort())
    gallery.get_by_role("link", name="Open drawer").click()
    expect(gallery.get_by_text("Slipway could not be reached")).to_be_visible()
