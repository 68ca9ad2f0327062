"""Walks through the console as a person does: from the navigation along every link that a page shows."""

import logging
import time
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Self
from urllib.parse import urldefrag, urljoin, urlsplit
from uuid import UUID

import httpx2
from django.urls import Resolver404, URLPattern, URLResolver, converters, get_resolver, resolve, reverse

# Enough to see an object in several states, and a list on its second page.
PER_NAME = 4
PER_NAME_WITH_QUERY = 2
MADE_UP: dict[type, object] = {
    converters.IntConverter: 999_999_999,
    converters.StringConverter: "no-such-thing",
    converters.SlugConverter: "no-such-thing",
    converters.PathConverter: "no-such-thing",
    converters.UUIDConverter: UUID(int=0),
}

log = logging.getLogger(__name__)


class Links(HTMLParser):
    """The title of a page, and where it leads by GET. Forms are left out: what they ask for is not known."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.title = ""
        self._in_title = False

    @classmethod
    def of(cls, text: str) -> Self:
        links = cls()
        links.feed(text)
        return links

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._in_title = tag == "title"
        if tag != "form":
            followed = ("href", "hx-get") if tag == "a" else ("hx-get",)
            self.targets += [value for name in followed if (value := given.get(name, ""))]

    def handle_endtag(self, tag: str) -> None:
        self._in_title = self._in_title and tag != "title"

    def handle_data(self, data: str) -> None:
        if self._in_title:
            self.title += data


@dataclass
class Visited:
    """One address as it answered."""

    url: str
    name: str
    status: int
    seconds: float
    size: int
    links: Links
    found_on: str
    is_file: bool = False


@dataclass
class Crawl:
    """Everything that one person reached: below ``only``, and not below ``leave_out``."""

    client: httpx2.Client
    only: str = "/"
    leave_out: str = ""
    pages: list[Visited] = field(default_factory=list)
    strangers: set[str] = field(default_factory=set)

    def walk(self, start: str = "/") -> Self:
        """Follow every link, at most a few for each URL name."""
        waiting = deque([(start, "")])
        seen = {start}
        taken: dict[tuple[str, bool], int] = defaultdict(int)
        while waiting:
            url, found_on = waiting.popleft()
            key = (name_of(url), "?" in url)
            if taken[key] >= (PER_NAME_WITH_QUERY if key[1] else PER_NAME):
                continue
            taken[key] += 1
            page = self._get(url, found_on)
            self.pages.append(page)
            fresh = [target for target in self._targets(page) if target not in seen]
            seen.update(fresh)
            waiting.extend((target, page.url) for target in fresh)
        return self

    def names(self) -> set[str]:
        """Return the URL names that were visited."""
        return {page.name for page in self.pages}

    def first(self, name: str) -> str:
        """Return the first address of that name."""
        return next(page.url for page in self.pages if page.name == name)

    def last(self, name: str) -> str:
        """Return the last address of that name."""
        return next(page.url for page in reversed(self.pages) if page.name == name)

    def _get(self, url: str, found_on: str) -> Visited:
        began = time.monotonic()
        answer = self.client.get(url, follow_redirects=True)
        seconds = time.monotonic() - began
        at = answer.url.raw_path.decode()
        log.info("%4.0f ms  %3.0f KB  %s", seconds * 1000, len(answer.content) / 1000, at)
        links = Links.of(answer.text if "html" in answer.headers.get("content-type", "") else "")
        is_file = answer.headers.get("content-disposition", "").startswith("attachment")
        return Visited(at, name_of(at), answer.status_code, seconds, len(answer.content), links, found_on, is_file)

    def _targets(self, page: Visited) -> Iterator[str]:
        for target in page.links.targets:
            url = urldefrag(urljoin(str(self.client.base_url.join(page.url)), target)).url
            parts = urlsplit(url)
            if parts.scheme not in ("http", "https"):
                continue
            if parts.netloc != self.client.base_url.netloc.decode():
                self.strangers.add(f"{url} on {page.url}")
            elif self._is_followed(parts.path):
                yield parts.path + (f"?{parts.query}" if parts.query else "")

    def _is_followed(self, path: str) -> bool:
        is_left_out = self.leave_out and path.startswith(self.leave_out)
        return path.startswith(self.only) and not is_left_out and not path.startswith("/static/")


def name_of(url: str) -> str:
    """Return the URL name behind an address, "app:name", or "" where there is none."""
    try:
        return resolve(urlsplit(url).path).view_name
    except Resolver404:
        return ""


def all_names() -> set[str]:
    """Return the name of every address in the URLconf."""
    return set(_names(get_resolver()))


def _names(resolver: URLResolver, namespace: str = "") -> Iterator[str]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _names(entry, entry.namespace or namespace)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}:{entry.name}"


def made_up_address(name: str) -> str:
    """Return an address of that name whose arguments fit the pattern and name nothing."""
    namespace, _, own = name.rpartition(":")
    resolver = get_resolver()
    for part in namespace.split(":"):
        resolver = resolver.namespace_dict[part][1]
    *_, arguments = resolver.reverse_dict.getlist(own)[0]
    return reverse(name, kwargs={argument: MADE_UP[type(converter)] for argument, converter in arguments.items()})
