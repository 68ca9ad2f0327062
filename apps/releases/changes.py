"""Changes between two releases as pages show them: grouped, each with what changed inside and where to edit it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from apps.core.badges import Badge
from apps.releases.comparing import Compared
from apps.releases.definition import dumped
from apps.releases.definition.diff import Change, Group, Kind
from apps.releases.definition.inside import Leaf, leaves_between
from apps.releases.definition.lines import Word, words_of
from apps.releases.definition.moves import Place
from apps.releases.models import Release
from apps.releases.sides import side_by_side

MOST_CHANGES = 40
MOST_LEAVES = 12
LONGEST_VALUE = 2_000
BADGES = {
    Kind.ADDED: Badge("Added", "Stands in the second only.", "green", "plus"),
    Kind.REMOVED: Badge("Removed", "Stands in the first only.", "red", "minus"),
    Kind.CHANGED: Badge("Changed", "Stands in both, with another content.", "blue", "pencil"),
    Kind.MOVED: Badge("Moved", "The same content in another place or under another name.", "purple", "arrows-move"),
}


@dataclass(frozen=True)
class ShownLeaf:
    """A value that differs, as text; ``words`` for short texts with something in common, ``lines`` for long ones.

    ``lines`` holds each line with the mark that it gets: "added", "removed", "same", or "gap" for those left out.
    """

    path: str
    kind: Kind
    before: str
    after: str
    words_before: Sequence[Word] = ()
    words_after: Sequence[Word] = ()
    lines: Sequence[tuple[str, str]] = ()

    @property
    def is_long(self) -> bool:
        return "\n" in self.before + self.after or len(self.before) + len(self.after) > 160


@dataclass(frozen=True)
class ShownChange:
    """One part that differs. ``url`` leads to the step in the builder, "" for what is no step."""

    change: Change
    badge: Badge
    place: str
    url: str
    leaves: Sequence[ShownLeaf]
    more: int


@dataclass(frozen=True)
class ShownGroup:
    """A group with as many changes as there is room for; ``more`` counts the others."""

    group: Group
    changes: Sequence[ShownChange]
    more: int

    @property
    def counts(self) -> list[tuple[Badge, int]]:
        return [(BADGES[kind], count) for kind in Kind if (count := self.group.count(kind))]


def groups_of(compared: Compared, *, only_breaking: bool = False, opened: str = "") -> list[ShownGroup]:
    """Return the groups in which something changed. ``opened`` is the key of a group to show whole."""
    if compared.comparison is None or compared.definitions is None:
        return []
    steps = [{step.path: step.pointer for step in definition.steps} for definition in compared.definitions]
    shown = []
    for group in compared.comparison.groups:
        wanted = [change for change in group.changes if change.breaks or not only_breaking]
        first = wanted if opened == group.key else wanted[:MOST_CHANGES]
        if wanted:
            changes = [_shown(change, compared, steps) for change in first]
            shown.append(ShownGroup(group, changes, len(wanted) - len(first)))
    return shown


def _shown(change: Change, compared: Compared, steps: Sequence[Mapping[str, str]]) -> ShownChange:
    leaves = leaves_between(change.before, change.after)
    if change.kind in (Kind.ADDED, Kind.REMOVED):
        leaves = [Leaf("", change.kind, change.before, change.after)]
    return ShownChange(
        change,
        BADGES[change.kind],
        _placed(change),
        _url(change, compared, steps),
        [_leaf(leaf) for leaf in leaves[:MOST_LEAVES]],
        max(len(leaves) - MOST_LEAVES, 0),
    )


def _url(change: Change, compared: Compared, steps: Sequence[Mapping[str, str]]) -> str:
    if change.now:
        return _step_url(compared.after, steps[1].get(change.now.path, ""))
    return _step_url(compared.before, steps[0].get(change.was.path, "")) if change.was else ""


def _step_url(release: Release, pointer: str) -> str:
    page = reverse("releases:builder", args=[release.integration_template.slug, release.pk])
    return f"{page}?{urlencode({'at': pointer}, safe='/')}" if pointer else page


def _placed(change: Change) -> str:
    """Say where a step stands now and where it stood; "" for what has not moved."""
    was, now = change.was, change.now
    if was is None or now is None or not change.is_moved:
        return ""
    renamed = f"Was called {was.name}. " if was.name != now.name else ""
    if (was.inside, was.after) == (now.inside, now.after):
        return renamed.strip()
    return f"{renamed}Stood {_told(was)}, stands {_told(now)} now."


def _told(place: Place) -> str:
    where = f"after {place.after}" if place.after else "first"
    return f"{where} in {place.inside}" if place.inside else where


def _leaf(leaf: Leaf) -> ShownLeaf:
    before = "" if leaf.kind is Kind.ADDED else _text(leaf.before)
    after = "" if leaf.kind is Kind.REMOVED else _text(leaf.after)
    if leaf.kind is not Kind.CHANGED:
        return ShownLeaf(leaf.path, leaf.kind, before, after)
    if "\n" in before + after:
        return ShownLeaf(leaf.path, leaf.kind, before, after, lines=list(_lines(before, after)))
    words_before, words_after = words_of(before, after)
    return ShownLeaf(leaf.path, leaf.kind, before, after, words_before, words_after)


def _lines(before: str, after: str) -> Iterator[tuple[str, str]]:
    for row in side_by_side(before, after, around=1):
        if row.kind in ("same", "gap"):
            yield row.kind, row.before or ""
            continue
        if row.before is not None:
            yield "removed", row.before
        if row.after is not None:
            yield "added", row.after


def _text(value: object) -> str:
    if isinstance(value, str):
        text = value or "(empty)"
    elif isinstance(value, dict) and value:
        text = dumped(value).rstrip()
    else:
        text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_VALUE else f"{text[:LONGEST_VALUE]} …"
