"""How many questions the lists ask the database, and how long they keep a processor, in a house of 20,000 releases."""

from collections.abc import Iterable, Iterator

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.permissions import Role
from apps.accounts.services import add_person
from apps.audit.actor import Actor
from tests.bench import Line, many, milliseconds

MOST_QUERIES, MOST_MS = 10, 60
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
        yield from _figures(client, title, url, {**HTMX, "HX-Target": target} if target else {})


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


def _figures(client: Client, title: str, url: str, headers: dict[str, str]) -> Iterator[Line]:
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(url, headers=headers)
    # Further requests forget what this one asked.
    queries = len(asked)
    if answer.status_code != 200:
        raise RuntimeError(f"{url} answered {answer.status_code}")
    yield Line(f"{title}: queries", queries, "", MOST_QUERIES)
    yield Line(f"{title}: time", milliseconds(lambda: client.get(url, headers=headers)), "ms", MOST_MS)
    yield Line(f"{title}: page", len(answer.content) / 1000, "KB")
