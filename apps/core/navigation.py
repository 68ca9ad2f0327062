"""The console's navigation: each app registers its own items, people see those that their role allows."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse


@dataclass(frozen=True, kw_only=True)
class Item:
    """A way into a part of the console. ``verb`` is what a person must be allowed to do; ``within`` lists further URL
    names or namespaces (``releases:``) on which the item is the current one."""

    label: str
    url_name: str
    icon: str
    verb: str
    section: str = ""
    order: int = 0
    within: tuple[str, ...] = ()


@dataclass(frozen=True)
class Entry:
    """An item as one person sees it on one page."""

    label: str
    url: str
    icon: str
    current: bool


@dataclass(frozen=True)
class Section:
    """Entries under one heading; the first section has none."""

    title: str
    entries: list[Entry]


type Allowed = Callable[[Any, str], bool]

_items: dict[str, Item] = {}
_allowed: list[Allowed] = []


def register(*items: Item) -> None:
    """Add items; called by ``AppConfig.ready``. An item with the same URL name is replaced."""
    _items.update({item.url_name: item for item in items})


def decide_by(allowed: Allowed) -> None:
    """Say who answers whether a person may do a verb. Until somebody does, nobody sees any item."""
    _allowed[:] = [allowed]


def sections_for(request: HttpRequest) -> list[Section]:
    """Return what the person of the request may see, in order, with the current page marked."""
    sections: dict[str, Section] = {}
    for item in sorted(_items.values(), key=lambda item: item.order):
        if _may_see(request, item):
            section = sections.setdefault(item.section, Section(item.section, []))
            section.entries.append(Entry(item.label, reverse(item.url_name), item.icon, _is_current(request, item)))
    return list(sections.values())


def _may_see(request: HttpRequest, item: Item) -> bool:
    user = getattr(request, "user", None)
    return user is not None and user.is_authenticated and any(allowed(user, item.verb) for allowed in _allowed)


def _is_current(request: HttpRequest, item: Item) -> bool:
    match = request.resolver_match
    if match is None:
        return False
    here = match.view_name
    return here == item.url_name or any(
        here.startswith(name) if name.endswith(":") else here == name for name in item.within
    )
