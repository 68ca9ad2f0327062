"""Windows of people, and everything that a browser may complain about in them."""

import re
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response, expect

VIEWPORTS: dict[str, Any] = {"desk": {"width": 1440, "height": 900}, "phone": {"width": 390, "height": 844}}

# Chromium tells the console of every answer that is no success; here the answer itself is judged.
ANSWER_IN_CONSOLE = "Failed to load resource: the server responded with a status of"
# Leaving a page while htmx is still asking for a part of it is no fault.
GIVEN_UP = "net::ERR_ABORTED"
TELL_BREACHES = """
addEventListener("securitypolicyviolation", (breach) =>
  console.error(`CSP: ${breach.effectiveDirective} refuses ${breach.blockedURI} in ${breach.sourceFile}`));
"""


class Complaints(list[str]):
    """What the browser complains about: scripts, the content policy, answers of 500, requests to strangers."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.host = urlsplit(url).netloc

    def hear(self, context: BrowserContext) -> None:
        """Listen to every page of ``context`` from now on."""
        context.add_init_script(TELL_BREACHES)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.append(f"{error.error} in {error.page and error.page.url}"))
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("requestfailed", self._failed)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(ANSWER_IN_CONSOLE):
            self.append(f"{message.text} in {message.page and message.page.url}")

    def _request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.netloc != self.host:
            self.append(f"asked a stranger: {request.url}")

    def _response(self, response: Response) -> None:
        is_page = response.request.resource_type in ("document", "xhr", "fetch")
        if response.status >= 500 or (response.status >= 400 and not is_page):
            self.append(f"{response.status} for {response.request.method} {response.url}")

    def _failed(self, request: Request) -> None:
        if request.failure != GIVEN_UP:
            self.append(f"{request.failure} for {request.url}")


def look_again_until(page: Page, shown: Callable[[], bool], *, within_ms: float) -> None:
    """Reload the page until it shows something: what people without scripts do. Raises where it does not come."""
    end = time.monotonic() + within_ms / 1000
    while not shown():
        assert time.monotonic() < end, f"it did not come: {page.url}"
        page.reload()


def sign_in(page: Page, name: str) -> None:
    """Sign in with the one click of the demo."""
    page.goto("/login/")
    page.locator(f"form[action='/login/demo/{name}/']").get_by_role("button").click()
    expect(page).not_to_have_url(re.compile("/login/"))
