"""Every address of the URLconf is visited by somebody, works for everybody it is shown to, and axe finds nothing."""

import logging
from collections import Counter
from collections.abc import Iterator

import httpx2
import pytest
from playwright.sync_api import Page

from tests.browser.axe import faults_everywhere
from tests.browser.conftest import Visit
from tests.browser.crawl import Crawl, Visited, all_names, made_up_address
from tests.start.signing_in import post, signed_in
from tests.start.stack import Stack

log = logging.getLogger(__name__)
pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

CONSOLE = ("ada", "otto", "rita", "bea", "vera", "cleo", "mia")
SUPPORT = "sam"
MOST_BYTES = 300_000
# These look different in each state of what they show.
TWICE = {"releases:release_detail", "deployments:instance_detail", "runs:run_detail"}
# Nobody is led there from where the company stands.
NOT_REACHED = {
    "accounts:login": "every sign-in visits it",
    "core:home": "it redirects to the first entry of the navigation",
    "marketplace:wizard_go_on": "it redirects to where the customer left off",
    "core:gallery": "exists in development only; tests/core looks at it",
    "core:gallery_drawer": "exists in development only; tests/core looks at it",
    "core:gallery_dialog": "exists in development only; tests/core looks at it",
    "core:gallery_panel": "exists in development only; tests/core looks at it",
    "runs:run_cancel": "needs a run that does not end meanwhile",
    "runs:run_resolve": "needs a worker that dies between a call and its record",
    "deployments:rollout_detail": "needs a rollout",
    "deployments:rollout_cancel": "needs a rollout",
    "deployments:rollout_put_back": "needs a rollout",
}


@pytest.fixture(scope="module")
def crawls(slipway: Stack) -> dict[str, Crawl]:
    """What everybody reached, from the start page; support starts in Django admin too."""
    _bring_about_every_state(slipway)
    found = {}
    for name in (*CONSOLE, SUPPORT):
        with signed_in(slipway.url, name) as client:
            found[name] = Crawl(client).walk("/")
            if name == SUPPORT:
                found[name].walk("/admin/")
    return found


def _bring_about_every_state(slipway: Stack) -> None:
    """Lock, pause, quarantine, copy and bin something, and begin to install, so that the ways back are shown."""
    with signed_in(slipway.url, "rita") as rita:
        reached = Crawl(rita).walk("/")
        _answer(rita, reached.last("environments:environment_lock"))
        _answer(rita, reached.last("releases:release_pause"))
        _answer(rita, reached.first("releases:release_quarantine"))
        for _ in range(2):
            _answer(rita, reached.first("releases:release_copy"), target="this")
        _answer(rita, reached.first("releases:release_bin"))
    with signed_in(slipway.url, "cleo") as cleo:
        listing = Crawl(cleo).walk("/").last("marketplace:listing_detail")
        post(cleo, f"{listing}install/", found_on=listing, label="For the walk")


def _answer(client: httpx2.Client, address: str, **fields: str) -> None:
    post(client, address, found_on=address, reason="For the walk.", **fields)


def _pages(crawls: dict[str, Crawl]) -> Iterator[tuple[str, Visited]]:
    for name, crawl in crawls.items():
        yield from ((name, page) for page in crawl.pages)


def test_whatever_is_shown_to_a_person_works_for_that_person(crawls: dict[str, Crawl]) -> None:
    broken = {
        f"{name}: {page.url} on {page.found_on}": page.status for name, page in _pages(crawls) if page.status >= 400
    }

    assert broken == {}


def test_no_page_leads_to_a_stranger(crawls: dict[str, Crawl], slipway: Stack) -> None:
    strangers = {link for crawl in crawls.values() for link in crawl.strangers}

    assert {link for link in strangers if not link.startswith(slipway.apis_url)} == set()


def test_no_page_is_heavy_and_every_page_has_a_title(crawls: dict[str, Crawl]) -> None:
    assert {page.url: page.size for _, page in _pages(crawls) if page.size > MOST_BYTES} == {}
    assert {page.url for _, page in _pages(crawls) if not page.links.title.strip()} == set()


def test_every_address_is_visited(crawls: dict[str, Crawl], slipway: Stack) -> None:
    """What is missing must refuse GET, or stand on the list above with a reason."""
    visited = {page.name for _, page in _pages(crawls)}
    missing = {name for name in all_names() - visited - NOT_REACHED.keys() if not name.startswith("admin:")}
    for person in ("ada", "cleo"):
        with signed_in(slipway.url, person) as client:
            missing = {name for name in missing if client.get(made_up_address(name)).status_code != 405}

    assert missing == set()
    assert NOT_REACHED.keys() & visited == set(), "these are visited now: take them off the list"


def test_axe_finds_nothing_in_the_console(crawls: dict[str, Crawl], slipway: Stack, visit: Visit) -> None:
    assert _faults({name: crawls[name] for name in CONSOLE}, slipway, visit) == {}


def test_axe_finds_nothing_in_django_admin(crawls: dict[str, Crawl], slipway: Stack, visit: Visit) -> None:
    assert _faults({SUPPORT: crawls[SUPPORT]}, slipway, visit, namespace="admin:") == {}


def _faults(
    crawls: dict[str, Crawl], slipway: Stack, visit: Visit, namespace: str = ""
) -> dict[str, dict[str, list[str]]]:
    """Look at one address of each name, at two where the state makes a difference."""
    found = {}
    looked_at: Counter[str] = Counter()
    for person, crawl in crawls.items():
        window: Page | None = None
        for page in crawl.pages:
            is_enough = looked_at[page.name] >= (2 if page.name in TWICE else 1)
            if is_enough or not page.name.startswith(namespace) or page.status >= 400:
                continue
            looked_at[page.name] += 1
            window = window or visit(slipway, person, reduced_motion="reduce")
            window.goto(page.url)
            window.wait_for_load_state("networkidle")
            log.info("%s as %s", page.url, person)
            if faults := faults_everywhere(window):
                found[f"{page.url} ({person})"] = faults
    return found
