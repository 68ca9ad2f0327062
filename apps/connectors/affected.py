"""Who is affected by what changed between two builds: releases and instances that call what broke."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from apps.connectors.compared import LEVELS, TITLES, Compared, key_of, plural
from apps.connectors.compatibility import Change, Level
from apps.connectors.models import ConnectorVersion
from apps.connectors.uses import Part, Use, UseKind, part_of, question_about
from apps.core.badges import Badge

FIRST = 20
SHORT = 12
MOST = 500
AFFECTING = (Level.BREAKING, Level.MAY_BREAK)


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

    ``is_partial``: there are more users than were looked through.
    """

    broken: list[Broken]
    unused: int
    templates: int
    releases: int
    instances: int
    is_partial: bool = False

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

    @property
    def sentence(self) -> str:
        """Who is affected, in one sentence."""
        if self.is_nobody:
            return "Nobody uses what broke."
        counts = ((self.templates, "template"), (self.releases, "release"), (self.instances, "instance"))
        told = [plural(count, noun) for count, noun in counts if count]
        users = " and ".join(filter(None, (", ".join(told[:-1]), told[-1])))
        verb = "use" if len(told) > 1 or not users.startswith("1 ") else "uses"
        return f"{users} {verb} what broke."


def used_operations(version: ConnectorVersion) -> frozenset[str]:
    """Return the operations of a version that any release calls."""
    releases = part_of(question_about([version]), UseKind.RELEASE, most=MOST)
    return frozenset(operation for use in releases.uses for operation in use.operations)


def affected_by(
    compared: Compared,
    version: ConnectorVersion,
    *,
    levels: Collection[Level] = AFFECTING,
    most: int = FIRST,
) -> Affected:
    """Return who uses what changed at ``levels``; ``version`` is that of the old build: by it they call today.

    Changes of the whole document or of the configuration concern everybody who uses the version.
    """
    by_key: dict[str, list[Change]] = {}
    for change in compared.changes:
        if change.level in levels and (key_of(change) in TITLES or compared.old_id(change)):
            by_key.setdefault(key_of(change), []).append(change)
    wide = any(key in TITLES for key in by_key)
    ids = frozenset(compared.old_id(changes[0]) for key, changes in by_key.items() if key not in TITLES)
    releases, instances = (_part(version, kind, None if wide else ids) for kind in (UseKind.RELEASE, UseKind.INSTANCE))
    every = [_broken(key, changes, compared, releases, instances, most=most) for key, changes in by_key.items()]
    broken = sorted((one for one in every if one.use_count), key=_order)
    return Affected(
        broken=broken,
        unused=len(every) - len(broken),
        templates=len(_templates([*releases.uses, *instances.uses])) if broken else 0,
        releases=releases.total if broken else 0,
        instances=instances.total if broken else 0,
        is_partial=bool(releases.more or instances.more),
    )


def _part(version: ConnectorVersion, kind: UseKind, operations: frozenset[str] | None) -> Part:
    if operations is not None and not operations:
        return Part(kind, 0)
    return part_of(question_about([version], operations=operations, with_bin=False), kind, most=MOST)


def _broken(
    key: str, changes: list[Change], compared: Compared, releases: Part, instances: Part, *, most: int
) -> Broken:
    operation_id = "" if key in TITLES else compared.old_id(changes[0])
    return Broken(
        key=key,
        method=changes[0].method,
        path=changes[0].path,
        operation_id=operation_id,
        level=min((change.level for change in changes), key=lambda level: level.rank),
        change_count=len(changes),
        releases=_users(releases, operation_id, most),
        instances=_users(instances, operation_id, most),
    )


def _users(part: Part, operation_id: str, most: int) -> Part:
    if not operation_id:
        return Part(part.kind, part.total, part.uses[:most])
    calling = [use for use in part.uses if operation_id in use.operations]
    return Part(part.kind, len(calling), calling[:most])


def _templates(uses: Iterable[Use]) -> set[str]:
    return {use.template for use in uses if use.template}


def _order(broken: Broken) -> tuple[int, int, str]:
    return broken.level.rank, -broken.use_count, broken.key
