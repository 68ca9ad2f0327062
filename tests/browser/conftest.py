"""The demo company in Chromium: every window is watched, and nobody may have complained in the end."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.watching import VIEWPORTS, Complaints, sign_in
from tests.prerequisites import chromium
from tests.start.stack import Company, Stack

# A busy machine must not fail a test; what never comes costs this long.
PATIENCE_MS = 45_000
expect.set_options(timeout=PATIENCE_MS)

type Visit = Callable[..., Page]


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    # Playwright's event loop stays in this thread for the rest of the session; the tests themselves are not async.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    return {"executable_path": chromium(), "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]}


@pytest.fixture(scope="module")
def slipway(company: Company) -> Iterator[Stack]:
    """The demo company as it was first loaded, running for the tests of one module."""
    with company.fresh() as stack:
        yield stack


@pytest.fixture
def fresh_slipway(company: Company) -> Iterator[Stack]:
    """The demo company as it was first loaded, for one test alone."""
    with company.fresh() as stack:
        yield stack


@pytest.fixture
def visit(new_context: Callable[..., BrowserContext]) -> Iterator[Visit]:
    """Open a window in which somebody is signed in: ``visit(slipway, "rita", "phone")``."""
    heard: list[Complaints] = []

    def _visit(stack: Stack, name: str = "", viewport: str = "desk", **options: Any) -> Page:
        context = new_context(base_url=stack.url, viewport=VIEWPORTS[viewport], **options)
        context.set_default_timeout(PATIENCE_MS)
        complaints = Complaints(stack.url)
        complaints.hear(context)
        heard.append(complaints)
        page = context.new_page()
        if name:
            sign_in(page, name)
        return page

    yield _visit
    assert [text for complaints in heard for text in complaints] == []
