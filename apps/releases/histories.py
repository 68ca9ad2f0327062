"""A template's releases for the drawer and for the releases screen: filtered, in parts, with all that a row shows.

However many releases there are, it takes the same few questions to the database.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.releases import selectors
from apps.releases.actions import Action, Menu, locked_because
from apps.releases.deployed import Deployed, places_of_releases
from apps.releases.filter_forms import ReleaseFilterForm
from apps.releases.models import ConnectorUse, IntegrationTemplate, Release, ReleaseQuerySet
from apps.releases.pages import Row
from apps.releases.states import State

PER_DRAWER, PER_SCREEN = 20, 15
# Marks the place of a draft in a list: versions go on from their number, drafts from their id.
DRAFT = "d"


@dataclass(frozen=True)
class Act:
    """Who did something to a release, and when; ``name`` of another release that had to do with it."""

    actor_name: str
    at: Any
    name: str = ""


@dataclass(frozen=True, order=True)
class Used:
    """A connector version that a release names."""

    title: str
    url: str


@dataclass(frozen=True)
class Entry(Row):
    """A release in a list, with where it runs."""

    deployed: Sequence[Deployed] = ()
    connectors: Sequence[Used] = ()
    promoted: Act | None = None
    superseded: Act | None = None
    edit: Action | None = None
    in_builder: Action | None = None

    @property
    def url(self) -> str:
        """The page of the release: a draft's is the builder."""
        return next(action.url for action in self.actions if action.key == "view")

    @property
    def locked_because(self) -> str:
        """Why it cannot be edited any more, "" for a draft."""
        return locked_because(self.release)

    @property
    def tools(self) -> list[Action]:
        """The buttons of the releases screen: promote, edit, run, pause, report, copy, delete, view."""
        found = {action.key: action for action in (*self.actions, self.edit, self.in_builder) if action}
        wanted = ("make-live", "edit", "test", "pause", "resume", "report", "copy", "bin", "unbin", "builder")
        return [found[key] for key in wanted if key in found]

    @property
    def others(self) -> list[Action]:
        """What is left for the menu beside the buttons."""
        shown = {"view", *(action.key for action in self.tools)}
        return [action for action in self.actions if action.key not in shown]


@dataclass(frozen=True)
class Asked:
    """Which part of a history somebody wants: the filters, and the row after which it goes on."""

    form: ReleaseFilterForm
    chosen: Mapping[str, Any]
    before: str = ""
    authors: Sequence[str] = ()
    binned: int = 0


@dataclass(frozen=True)
class History:
    """A part of a template's history. ``more`` is the query that goes on, "" at the end."""

    rows: Sequence[Entry]
    more: str
    asked: Asked
    last_number: int

    @property
    def headed(self) -> Iterator[tuple[str, Entry]]:
        """The rows, those that begin a group with its heading."""
        after_draft: bool | None = self.asked.before.startswith(DRAFT) if self.asked.before else None
        for row in self.rows:
            is_draft = row.release.is_draft
            yield ("" if is_draft == after_draft else "Drafts" if is_draft else "Versions"), row
            after_draft = is_draft

    @property
    def has_drafts(self) -> bool:
        return any(row.release.is_draft for row in self.rows)

    @property
    def has_versions(self) -> bool:
        return any(not row.release.is_draft for row in self.rows)

    @property
    def is_empty(self) -> bool:
        return not self.rows

    @property
    def in_bin(self) -> bool:
        return bool(self.asked.chosen.get("bin"))

    @property
    def words(self) -> str:
        return str(self.asked.chosen.get("q", ""))

    @property
    def is_filtered(self) -> bool:
        """Whether something is left out beside the bin."""
        return any(name != "bin" for name in self.asked.chosen)

    @property
    def is_first(self) -> bool:
        """Whether it is the beginning, where the newest stand."""
        return not self.asked.before


def asked_of(integration_template: IntegrationTemplate, query: Mapping[str, Any]) -> Asked:
    """Read the query of a page about a template's releases; ``?before=12`` goes on."""
    releases = selectors.releases_of(integration_template).order_by()
    counted = dict(releases.values_list("created_by_name").annotate(Count("binned_at")))
    form = ReleaseFilterForm(query, authors=sorted(counted))
    before = str(query.get("before", ""))
    return Asked(form, form.chosen, before=before, authors=sorted(counted), binned=sum(counted.values()))


def history_of(
    integration_template: IntegrationTemplate, person: User, asked: Asked, *, with_details: bool = False
) -> History:
    """Return the newest releases, or those after ``before``: drafts first, the latest of them on top, then versions.

    ``with_details``, for the releases screen: the connectors of each release, and who promoted it.
    """
    found = _chosen(selectors.releases_of(integration_template), asked.chosen)
    releases, is_more = _part(found, asked.before, PER_SCREEN if with_details else PER_DRAWER)
    return History(
        rows=_entries(Menu(integration_template, person), releases, with_details=with_details),
        more=_going_on(asked.chosen, releases[-1]) if is_more else "",
        asked=asked,
        last_number=integration_template.last_number,
    )


def _chosen(found: ReleaseQuerySet, chosen: Mapping[str, Any]) -> ReleaseQuerySet:
    found = found.filter(binned_at__isnull=not chosen.get("bin"))
    if chosen.get("state") == ReleaseFilterForm.HIDE_SUPERSEDED:
        found = found.exclude(state=State.SUPERSEDED)
    elif "state" in chosen:
        found = found.filter(state=chosen["state"])
    if "mark" in chosen:
        found = found.filter(mark=chosen["mark"])
    if "author" in chosen:
        found = found.filter(created_by_name=chosen["author"])
    return found.filter(_matches(chosen["q"])) if "q" in chosen else found


def _matches(words: str) -> Q:
    wanted = Q(name__icontains=words) | Q(description__icontains=words) | Q(created_by_name__icontains=words)
    number = words.lower().removeprefix("v")
    return wanted | Q(number=int(number)) if number.isdecimal() and len(number) < 10 else wanted


def _part(found: ReleaseQuerySet, before: str, most: int) -> tuple[list[Release], bool]:
    """Return at most so many rows, and whether there are more."""
    rows: list[Release] = []
    number = _whole(before)
    if number is None:
        rows += _drafts(found, _whole(before.removeprefix(DRAFT)))[: most + 1]
    if len(rows) <= most:
        versions = found.filter(number__isnull=False) if number is None else found.filter(number__lt=number)
        rows += versions.order_by("-number")[: most + 1 - len(rows)]
    return rows[:most], len(rows) > most


def _drafts(found: ReleaseQuerySet, before: int | None) -> QuerySet[Release]:
    drafts = found.filter(number=None).order_by("-is_latest", "-pk")
    # The latest draft is the first of all, so that it never comes after another one.
    return drafts.filter(is_latest=False, pk__lt=before) if before is not None else drafts


def _whole(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _going_on(chosen: Mapping[str, Any], last: Release) -> str:
    before = f"{DRAFT}{last.pk}" if last.is_draft else last.number
    asked = {name: "1" if value is True else value for name, value in chosen.items()}
    return urlencode({"before": before, **asked})


def _entries(menu: Menu, releases: Sequence[Release], *, with_details: bool) -> list[Entry]:
    pks = [release.pk for release in releases]
    deployed = places_of_releases(pks)
    connectors = connectors_of(pks) if with_details else {}
    acts = _acts(pks) if with_details else {}
    return [
        Entry(
            release,
            menu.of(release, users=_users(deployed.get(release.pk, ()))),
            deployed=deployed.get(release.pk, ()),
            connectors=connectors.get(release.pk, ()),
            promoted=acts.get((release.pk, "release.promoted")),
            superseded=acts.get((release.pk, "release.superseded")) if release.state == State.SUPERSEDED else None,
            edit=menu.edit(release) if with_details else None,
            in_builder=menu.in_builder(release) if with_details else None,
        )
        for release in releases
    ]


def connectors_of(releases: Sequence[int]) -> dict[int, list[Used]]:
    """Return the connector versions that each release names, each once; one question for all of them."""
    rows = ConnectorUse.objects.filter(release__in=releases).select_related("version__connector").order_by()
    # Versions hold documents, and uses the operations that they call: neither is read for a name.
    rows = rows.only("release", "version__number", "version__connector__name", "version__connector__slug")
    known: dict[int, Used] = {}
    found: dict[int, set[Used]] = defaultdict(set)
    for use in rows:
        if use.version_id not in known:
            known[use.version_id] = Used(str(use.version), use.version.get_absolute_url())
        found[use.release_id].add(known[use.version_id])
    return {pk: sorted(used) for pk, used in found.items()}


def _acts(releases: Sequence[int]) -> dict[tuple[int, str], Act]:
    """Return who made the releases live last, and what took their place: the trail knows."""
    verbs = ("release.promoted", "release.superseded")
    events = AuditEvent.objects.filter(target_type=Release._meta.label_lower, target_id__in=map(str, releases))
    return {
        (int(event.target_id), event.verb): Act(event.actor_name, event.at, str(event.facts.get("successor", "")))
        for event in events.filter(verb__in=verbs).order_by("at", "pk")
    }


def _users(deployed: Sequence[Deployed]) -> list[str]:
    count = sum(one.instances for one in deployed)
    return [f"{count} {'instance runs' if count == 1 else 'instances run'} it."] if count else []
