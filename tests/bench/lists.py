"""How many questions the lists ask the database, and how long they keep a processor, in a house of 20,000 releases."""

import gc
import time
from collections.abc import Iterable, Iterator

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.permissions import Role
from apps.accounts.services import add_person
from apps.audit.actor import Actor
from tests.bench import many

type Line = tuple[str, str]

TIMES = 15
FILTERS = "q=system&standing=newer&mark=deprecated&connector=system-2&environment=production&sort=-versions"
HTMX = {"HX-Request": "true"}


def bench() -> Iterable[Line]:
    """Load the house and open each list as a release manager does, who sees the most actions."""
    house = many.load()
    role = Role.RELEASE_MANAGER
    person = add_person(by=Actor.system("bench"), username="bench", display_name="Bench", role=role)
    client = Client()
    client.force_login(person)
    for title, url, target in _pages(house):
        headers = {**HTMX, "HX-Target": target} if target else {}
        yield title, _told(client, url, headers)


def _pages(house: many.House) -> Iterator[tuple[str, str, str]]:
    slug = house.templates[7].slug
    templates = reverse("releases:template_list")
    releases = reverse("releases:release_list", args=[slug])
    history = reverse("releases:template_history", args=[slug])
    yield "template list", templates, ""
    yield "template list, by change", f"{templates}?sort=-changed", ""
    yield "template list, last page", f"{templates}?page=8", ""
    yield "template list, drafts with changes", f"{templates}?standing=changed", ""
    yield "template list, every filter", f"{templates}?{FILTERS}", "template-list"
    yield "releases", releases, ""
    yield "releases, older", f"{releases}?before=40", "release-more"
    yield "releases, searched", f"{releases}?q=again&state=superseded&mark=deprecated", "release-list"
    yield "version history, page", history, ""
    yield "version history, drawer", history, "drawer"
    yield "version history, searched", f"{history}?q=1.4", "history-list"
    yield "version history, older", f"{history}?before=40", "history-more"


def _told(client: Client, url: str, headers: dict[str, str]) -> str:
    client.get(url, headers=headers)
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(url, headers=headers)
    # Further requests forget what this one asked.
    count = len(asked)
    if answer.status_code != 200:
        return f"answered {answer.status_code}"
    took = sorted(_milliseconds(client, url, headers) for _ in range(TIMES))
    size = len(answer.content) / 1000
    return f"{count} queries, {took[len(took) // 2]:.0f} ms (best {took[0]:.0f}), {size:.0f} KB"


def _milliseconds(client: Client, url: str, headers: dict[str, str]) -> float:
    gc.collect()
    began = time.process_time()
    client.get(url, headers=headers)
    return 1000 * (time.process_time() - began)
