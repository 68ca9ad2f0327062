"""Every address of the URLconf is visited by somebody, works for everybody it is shown to, and axe finds nothing."""

from collections.abc import Iterator

import httpx2
import pytest

from tests.browser.conftest import Visit
from tests.browser.crawl import Crawl, Visited, all_names, made_up_address
from tests.browser.looking import MOST_BYTES, faults_on
from tests.start.signing_in import post, signed_in
from tests.start.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1800)]

EVERYBODY = ("ada", "otto", "rita", "bea", "vera", "cleo", "mia", "sam")
# Nobody is led there from where the company stands.
NOT_REACHED = {
    "accounts:login": "every sign-in visits it",
    "accounts:choose_password": "its address is a secret; test_journey_ada.py opens it",
    "core:home": "it redirects to the first entry of the navigation",
    "marketplace:wizard_go_on": "it redirects to where the customer left off",
    "core:gallery": "exists in development only; tests/core looks at it",
    "core:gallery_drawer": "exists in development only; tests/core looks at it",
    "core:gallery_dialog": "exists in development only; tests/core looks at it",
    "core:gallery_panel": "exists in development only; tests/core looks at it",
    "releases:builder_step": "scripts ask for it where a step is chosen; test_journey_builder.py does",
    "releases:builder_step_operations": "the form of a step asks for it; tests/releases looks at it",
    "runs:run_cancel": "needs a run that does not end meanwhile",
    "runs:run_resolve": "needs a worker that dies between a call and its record",
    "deployments:rollout_detail": "needs a rollout",
    "deployments:rollout_cancel": "needs a rollout",
    "deployments:rollout_put_back": "needs a rollout",
}


@pytest.fixture(scope="module")
def crawls(slipway: Stack) -> dict[str, Crawl]:
    """What everybody reached, from the start page; Django admin has a walk of its own."""
    _bring_about_every_state(slipway)
    found = {}
    for name in EVERYBODY:
        with signed_in(slipway.url, name) as client:
            found[name] = Crawl(client, leave_out="/admin/").walk("/")
    return found


def _bring_about_every_state(slipway: Stack) -> None:
    """Lock, pause, quarantine, copy and bin something, and begin to install, so that the ways back are shown."""
    with signed_in(slipway.url, "rita") as rita:
        reached = Crawl(rita).walk("/")
        _answer(rita, reached.last("environments:environment_lock"))
        _answer(rita, reached.last("releases:release_pause"))
        _answer(rita, reached.first("releases:release_quarantine"))
        for _ in range(2):
            _answer(rita, reached.last("releases:release_copy"), target="this")
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
    assert {page.url for _, page in _pages(crawls) if not page.links.title.strip() and not page.is_file} == set()


def test_every_address_is_visited(crawls: dict[str, Crawl], slipway: Stack) -> None:
    """What is missing must refuse GET, or stand on the list above with a reason."""
    visited = {page.name for _, page in _pages(crawls)}
    missing = {name for name in all_names() - visited - NOT_REACHED.keys() if not name.startswith("admin:")}
    for person in ("ada", "cleo"):
        with signed_in(slipway.url, person) as client:
            missing = {name for name in missing if client.get(made_up_address(name)).status_code != 405}

    assert missing == set()
    assert NOT_REACHED.keys() & visited == set(), "these are visited now: take them off the list"


def test_axe_finds_nothing(crawls: dict[str, Crawl], slipway: Stack, visit: Visit) -> None:
    assert faults_on(crawls, slipway, visit) == {}
