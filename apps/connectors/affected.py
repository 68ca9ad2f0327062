"""Who is affected by what changed between two builds: releases and instances that call what broke."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from apps.connectors.compared import LEVELS, TITLES, Compared, key_of, plural
from apps.connectors.compatibility import Change, Level
from apps.connectors.models import ConnectorVersion
from apps.connectors.uses import FIRST, Part, Use, UseKind, part_of, question_about
from apps.core.badges import Badge

SHORT = 12
MOST = 500
WHAT = {Level.BREAKING: "what broke", Level.MAY_BREAK: "what may break"}


@dataclass(frozen=True)
class Broken:
    """Something that broke or may break, and some of those who use it."""

    key: str
    method: str
    path: str
    operation_id: str
    level: Level
    change_count: int
    releases: Part
    instances: Part

    @property
    def title(self) -> str:
        """What it is called where it is no single operation."""
        return TITLES.get(self.key, "")

    @property
    def badge(self) -> Badge:
        return LEVELS[self.level]

    @property
    def changes_in_words(self) -> str:
        """How much of it changed."""
        return plural(self.change_count, "change")

    @property
    def users_in_words(self) -> str:
        """How many use it: "2 releases, 14 instances"."""
        counts = ((self.releases.total, "release"), (self.instances.total, "instance"))
        return ", ".join(plural(count, noun) for count, noun in counts if count)

    @property
    def is_short(self) -> bool:
        """Few enough users to be shown without a click."""
        return self.use_count <= SHORT

    @property
    def places(self) -> list[tuple[str, str, list[Use]]]:
        """The instances by environment and template."""
        found: dict[tuple[str, str], list[Use]] = {}
        for use in self.instances.uses:
            found.setdefault((use.environment, use.template), []).append(use)
        return [(environment, template, uses) for (environment, template), uses in found.items()]

    @property
    def use_count(self) -> int:
        return self.releases.total + self.instances.total


@dataclass(frozen=True)
class Affected:
    """Everybody who uses what broke or may break. ``unused``: how many such operations nobody uses.

    ``sentence`` tells who they are. ``is_partial``: there are more users than were looked through.
    """

    broken: list[Broken]
    unused: int
    sentence: str
    is_partial: bool

    @property
    def unused_in_words(self) -> str:
        """How much broke that nobody uses; empty where there is no such thing."""
        if not self.unused:
            return ""
        them = "it" if self.unused == 1 else "them"
        return f"{plural(self.unused, 'more operation')} with such changes: nobody uses {them}."

    @property
    def is_nobody(self) -> bool:
        return not self.broken


@dataclass(frozen=True)
class _Users:
    """The releases and instances that use anything of what changed."""

    releases: Part
    instances: Part

    def of(self, operations: Collection[str] | None) -> "_Users":
        """Return those that call one of the operations; None: everybody."""
        return self if operations is None else _Users(*(_calling(part, operations) for part in self._parts))

    def told(self, what: str) -> str:
        """Who uses ``what``, in one sentence."""
        templates = {use.template for part in self._parts for use in part.uses}
        counts = ((len(templates), "template"), (self.releases.total, "release"), (self.instances.total, "instance"))
        told = [plural(count, noun) for count, noun in counts if count]
        if not told:
            return f"Nobody uses {what}."
        return f"{' and '.join(filter(None, (', '.join(told[:-1]), told[-1])))} use {what}."

    @property
    def _parts(self) -> tuple[Part, Part]:
        return self.releases, self.instances


def used_operations(version: ConnectorVersion) -> frozenset[str]:
    """Return the operations of a version that any release calls."""
    releases = part_of(question_about([version]), UseKind.RELEASE, most=MOST)
    return frozenset(operation for use in releases.uses for operation in use.operations)


def affected_by(compared: Compared, version: ConnectorVersion, *, most: int = FIRST) -> Affected:
    """Return who uses what breaks or may break; ``version`` is that of the old build: by it they call today.

    Changes of the whole document or of the configuration concern everybody who uses the version.
    """
    by_key: dict[str, list[Change]] = {}
    for change in compared.changes:
        if change.level in WHAT and (key_of(change) in TITLES or compared.old_id(change)):
            by_key.setdefault(key_of(change), []).append(change)
    users = _users_of(version, _called(compared, by_key.values()))
    every = [_broken(key, changes, compared, users, most=most) for key, changes in by_key.items()]
    broken = sorted((one for one in every if one.use_count), key=_order)
    return Affected(
        broken=broken,
        unused=len(every) - len(broken),
        sentence=_sentence(compared, users),
        is_partial=bool(users.releases.more or users.instances.more),
    )


def _sentence(compared: Compared, users: _Users) -> str:
    by_what = {what: [[one] for one in compared.changes if one.level is level] for level, what in WHAT.items()}
    told = {what: users.of(_called(compared, groups)).told(what) for what, groups in by_what.items() if groups}
    if all(sentence.startswith("Nobody") for sentence in told.values()):
        return f"Nobody uses {' or '.join(told)}." if told else ""
    return " ".join(told.values())


def _called(compared: Compared, groups: Iterable[list[Change]]) -> frozenset[str] | None:
    """Return the operations that groups of changes are about; None where one concerns everybody."""
    firsts = [changes[0] for changes in groups]
    if any(key_of(change) in TITLES for change in firsts):
        return None
    return frozenset(map(compared.old_id, firsts)) - {""}


def _users_of(version: ConnectorVersion, operations: frozenset[str] | None) -> _Users:
    if operations is not None and not operations:
        return _Users(Part(UseKind.RELEASE, 0), Part(UseKind.INSTANCE, 0))
    question = question_about([version], operations=operations, with_bin=False)
    return _Users(*(part_of(question, kind, most=MOST) for kind in (UseKind.RELEASE, UseKind.INSTANCE)))


def _broken(key: str, changes: list[Change], compared: Compared, users: _Users, *, most: int) -> Broken:
    operation_id = "" if key in TITLES else compared.old_id(changes[0])
    own = users.of([operation_id] if operation_id else None)
    return Broken(
        key=key,
        method=changes[0].method,
        path=changes[0].path,
        operation_id=operation_id,
        level=min((change.level for change in changes), key=lambda level: level.rank),
        change_count=len(changes),
        releases=Part(own.releases.kind, own.releases.total, own.releases.uses[:most]),
        instances=Part(own.instances.kind, own.instances.total, own.instances.uses[:most]),
    )


def _calling(part: Part, operations: Collection[str]) -> Part:
    calling = [use for use in part.uses if not use.operations.isdisjoint(operations)]
    return Part(part.kind, len(calling), calling)


def _order(broken: Broken) -> tuple[int, int, str]:
    return broken.level.rank, -broken.use_count, broken.key
