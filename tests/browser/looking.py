"""Looks at what a walk reached: one address of each name, in a window of the person who was led there."""

import logging
from collections import Counter

from playwright.sync_api import Page

from tests.browser.axe import faults_everywhere, settle
from tests.browser.conftest import Visit
from tests.browser.crawl import Crawl
from tests.start.stack import Stack

MOST_BYTES = 300_000
# These look different in each state of what they show.
TWICE = {"releases:release_detail", "deployments:instance_detail", "runs:run_detail"}

log = logging.getLogger(__name__)


def faults_on(crawls: dict[str, Crawl], slipway: Stack, visit: Visit) -> dict[str, dict[str, list[str]]]:
    """Return the faults of one address of each name, of two where the state makes a difference."""
    found = {}
    looked_at: Counter[str] = Counter()
    for person, crawl in crawls.items():
        window: Page | None = None
        for page in crawl.pages:
            is_enough = looked_at[page.name] >= (2 if page.name in TWICE else 1)
            if is_enough or page.status >= 400 or page.is_file:
                continue
            looked_at[page.name] += 1
            window = window or visit(slipway, person, reduced_motion="reduce")
            window.goto(page.url)
            settle(window)
            log.info("%s as %s", page.url, person)
            if faults := faults_everywhere(window):
                found[f"{page.url} ({person})"] = faults
    return found
