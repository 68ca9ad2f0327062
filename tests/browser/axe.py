"""What axe-core, the width of the window and the structure of the document have to say about an open page."""

from pathlib import Path
from typing import Any

from django.conf import settings
from playwright.sync_api import Page

from tests.browser.watching import VIEWPORTS

AXE = Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js"
RUN = """(rules) => axe.run(document, {resultTypes: ["violations"], preload: false, ...rules}).then(({violations}) =>
  violations.map(({id, nodes}) => `${id}: ${nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join(" | ")}`))"""
TOO_WIDE = """() => {
  const width = document.documentElement.clientWidth;
  if (document.scrollingElement.scrollWidth <= width) return [];
  const all = [...document.querySelectorAll("main *")];
  const beyond = all.filter((one) => one.getBoundingClientRect().right > width + 1);
  return [`wider than the window: ${beyond.slice(0, 3).map((one) => one.outerHTML.slice(0, 120)).join(" | ")}`];
}"""
# A colour that children inherit begins to move only when that of their parent has arrived.
STAND_STILL = """async () => {
  const moves = (one) => one.playState === "running" && one.effect.getComputedTiming().endTime !== Infinity;
  const moving = () => document.getAnimations().filter(moves);
  while (moving().length) await Promise.allSettled(moving().map((one) => one.finished));
}"""
STRUCTURE = """() => [
  ...(document.title.trim() ? [] : ["no title"]),
  ...(document.querySelectorAll("h1").length === 1 ? [] : [`${document.querySelectorAll("h1").length} h1`]),
]"""


# Nothing is asked for, and nothing that came is still being put in its place.
SETTLED = """() => document.readyState === "complete" &&
  !document.querySelector(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added")"""

EVERY_RULE: dict[str, Any] = {}
COLOURS: dict[str, Any] = {"runOnly": ["color-contrast"]}
# What a narrow window shows, hides or moves; all else is the same document.
NARROW: dict[str, Any] = {
    "runOnly": [
        "aria-hidden-focus",
        "button-name",
        "color-contrast",
        "label",
        "link-name",
        "scrollable-region-focusable",
        "select-name",
    ]
}
LOOKS = (
    ("phone", "light", NARROW),
    ("phone", "dark", COLOURS),
    ("desk", "dark", COLOURS),
    ("desk", "light", EVERY_RULE),
)


def settle(page: Page) -> None:
    """Wait until the page and the parts that it loads are there."""
    page.wait_for_function(SETTLED)


def faults_of(page: Page, rules: dict[str, Any] = EVERY_RULE) -> list[str]:
    """Return what is wrong with the page as it stands, in the window as it is."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    page.evaluate(STAND_STILL)
    found: list[str] = [*page.evaluate(RUN, rules), *page.evaluate(TOO_WIDE), *page.evaluate(STRUCTURE)]
    return found


def faults_everywhere(page: Page) -> dict[str, list[str]]:
    """Return the faults in every width, light and dark; what is dark differs in its colours only."""
    found = {}
    for viewport, scheme, rules in LOOKS:
        look: Any = scheme
        page.set_viewport_size(VIEWPORTS[viewport])
        page.emulate_media(color_scheme=look, reduced_motion="reduce")
        if faults := faults_of(page, rules):
            found[f"{viewport} {scheme}"] = faults
    return found
