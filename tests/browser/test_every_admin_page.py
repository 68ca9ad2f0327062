"""Support staff walk through the whole of Django admin: every page opens, and axe finds nothing."""

import pytest

from tests.browser.conftest import Visit
from tests.browser.crawl import Crawl
from tests.browser.looking import MOST_BYTES, faults_on
from tests.start.signing_in import signed_in
from tests.start.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1800)]

SUPPORT = "sam"


@pytest.fixture(scope="module")
def crawl(slipway: Stack) -> Crawl:
    """What support reached in Django admin."""
    with signed_in(slipway.url, SUPPORT) as client:
        return Crawl(client, only="/admin/").walk("/admin/")


def test_whatever_is_shown_works_leads_to_nobody_else_and_is_light(crawl: Crawl, slipway: Stack) -> None:
    assert {f"{page.url} on {page.found_on}": page.status for page in crawl.pages if page.status >= 400} == {}
    assert {link for link in crawl.strangers if not link.startswith(slipway.apis_url)} == set()
    assert {page.url: page.size for page in crawl.pages if page.size > MOST_BYTES} == {}
    assert {page.url for page in crawl.pages if not page.links.title.strip()} == set()


def test_axe_finds_nothing(crawl: Crawl, slipway: Stack, visit: Visit) -> None:
    assert faults_on({SUPPORT: crawl}, slipway, visit) == {}
