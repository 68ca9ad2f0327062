"""The users of a connector version as pages show them, kind by kind."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import overload

from django.core.paginator import Page, Paginator
from django.urls import reverse

from apps.connectors.models import ConnectorVersion
from apps.connectors.uses import Part, Question, Use, UseKind, counts_of, part_of, parts_of, question_about


@dataclass(frozen=True)
class Look:
    """How a kind of users is shown. ``about``: what being one means; ``nobody``: what stands where there is none."""

    icon: str
    about: str
    nobody: str


LOOKS = {
    UseKind.RELEASE: Look(
        "stack-2", "Drafts and versions with a slot for it, and what their steps call.", "No release has a slot for it."
    ),
    UseKind.ENVIRONMENT: Look("world", "Where a build of it answers.", "It is not synced to any environment."),
    UseKind.INSTANCE: Look(
        "package",
        "What runs a release that uses it, or can go back to one.",
        "No instance runs a release that uses it.",
    ),
    UseKind.CONNECTION: Look(
        "key",
        "Credentials that its calls can use, where it serves.",
        "No connection fits it in the environments that it serves.",
    ),
    UseKind.RUN: Look(
        "player-play", "Runs under way that go on with a build of it.", "No run under way goes on with a build of it."
    ),
}


@dataclass(frozen=True)
class Section:
    """One kind of users of a version."""

    version: ConnectorVersion
    part: Part

    @property
    def kind(self) -> UseKind:
        return self.part.kind

    @property
    def look(self) -> Look:
        return LOOKS[self.kind]

    @property
    def title(self) -> str:
        """ "3 releases"."""
        return f"{self.part.total} {self.noun}"

    @property
    def noun(self) -> str:
        return self.kind.plural(self.part.total)

    @property
    def url(self) -> str:
        """Where all of them are listed."""
        return reverse("connectors:version_uses_of_kind", args=[*_place(self.version), self.kind.value])

    @property
    def calls(self) -> bool:
        """Users of this kind call operations."""
        return self.kind in (UseKind.RELEASE, UseKind.INSTANCE)


@dataclass(frozen=True)
class Counted:
    """How many users of a kind there are, with the address of their list."""

    kind: UseKind
    count: int
    url: str

    @property
    def icon(self) -> str:
        return LOOKS[self.kind].icon

    @property
    def label(self) -> str:
        return self.kind.plural(self.count).capitalize()


def sections_of(version: ConnectorVersion) -> list[Section]:
    """Return every kind of users with the first of them; runs only while there are some."""
    parts = parts_of(question_about([version]))
    return [Section(version, part) for part in parts if part.total or part.kind is not UseKind.RUN]


def page_of(version: ConnectorVersion, kind: UseKind, number: str | None, per_page: int) -> tuple[Section, Page[Use]]:
    """Return one kind of users, and a page of their list."""
    users = _Users(question_about([version]), kind)
    return Section(version, Part(kind, len(users))), Paginator(users, per_page).get_page(number)


def counted(version: ConnectorVersion) -> list[Counted]:
    """Return the counts of a version's users; runs only while there are some."""
    counts, url = counts_of([version])[version.pk], reverse("connectors:version_uses", args=_place(version))
    return [
        Counted(kind, count, f"{url}#{kind.value}") for kind, count in counts.items() if count or kind != UseKind.RUN
    ]


class _Users(Sequence[Use]):
    """All users of a kind, read slice by slice: there may be thousands."""

    def __init__(self, question: Question, kind: UseKind) -> None:
        self.question, self.kind = question, kind
        self.total = part_of(question, kind, most=0).total

    def __len__(self) -> int:
        return self.total

    @overload
    def __getitem__(self, place: int) -> Use: ...

    @overload
    def __getitem__(self, place: slice) -> list[Use]: ...

    def __getitem__(self, place: int | slice) -> Use | list[Use]:
        if isinstance(place, int):
            return self[place : place + 1][0]
        start, stop, _ = place.indices(self.total)
        return part_of(self.question, self.kind, offset=start, most=stop - start).uses


def _place(version: ConnectorVersion) -> list[object]:
    return [version.connector.slug, version.number]
