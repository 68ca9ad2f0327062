"""What changed between two builds, as people read it: by operation, counted, filtered, the worst first. Pure."""

import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from apps.connectors.compatibility import Change, Level, worst
from apps.connectors.configuration_changes import PREFIX
from apps.core.badges import Badge

CONFIGURATION, DOCUMENT = "configuration", "document"
TITLES = {CONFIGURATION: "Configuration", DOCUMENT: "Whole document"}
RENAMED = "operation-id-changed"
FIRST_CHANGES = 12
LEVELS = {
    Level.BREAKING: Badge(
        "Breaking",
        "What worked before can fail: a call is refused, or its answer lacks what was there.",
        "red",
        "circle-x",
    ),
    Level.MAY_BREAK: Badge(
        "May break",
        "Most callers will not notice; those that rely on what changed can fail.",
        "amber",
        "alert-triangle",
    ),
    Level.COMPATIBLE: Badge("Compatible", "Callers go on as before.", "green", "check"),
}
_PLACEHOLDER = re.compile(r"\{[^{}]*\}")

type Place = tuple[str, str]


@dataclass(frozen=True)
class Row:
    """One change, with others of the same rule at the same place: a value each of an enum, say."""

    change: Change
    alike: list[Change]

    @property
    def badge(self) -> Badge:
        return LEVELS[self.change.level]


@dataclass(frozen=True)
class Group:
    """All changes of one operation, of the whole document, or of the configuration; the worst come first."""

    key: str
    changes: list[Change]
    operation_id: str = ""
    is_used: bool = False

    @property
    def method(self) -> str:
        return self.changes[0].method

    @property
    def path(self) -> str:
        return self.changes[0].path

    @property
    def title(self) -> str:
        """What stands above changes that belong to no operation."""
        return TITLES.get(self.key, "")

    @property
    def level(self) -> Level:
        """The worst of its levels."""
        return self.changes[0].level

    @property
    def counts(self) -> list[tuple[Badge, int]]:
        """How many changes of each level there are, where there are any."""
        found = Counter(change.level for change in self.changes)
        return [(LEVELS[level], found[level]) for level in Level if found[level]]

    @property
    def is_open(self) -> bool:
        """Compatible changes wait until somebody asks for them."""
        return self.level is not Level.COMPATIBLE

    @property
    def rows(self) -> list[Row]:
        """All changes, those alike as one row."""
        by_kind: dict[tuple[Level, str, str], list[Change]] = {}
        for change in self.changes:
            by_kind.setdefault((change.level, change.rule, change.place), []).append(change)
        return [Row(first, alike) for first, *alike in by_kind.values()]

    @property
    def telling(self) -> list[Row]:
        """The rows that stand in the open: what breaks or may break, or all where nothing does."""
        return [row for row in self.rows if row.change.level is not Level.COMPATIBLE] or self.rows

    @property
    def first(self) -> list[Row]:
        """The rows that a list of groups shows."""
        return self.telling[:FIRST_CHANGES]

    @property
    def more(self) -> int:
        """How many rows ``first`` leaves out of those in the open."""
        return max(0, len(self.telling) - FIRST_CHANGES)

    @property
    def quiet(self) -> list[Row]:
        """Compatible rows beside worse ones; they wait until somebody asks."""
        return self.rows[len(self.telling) :]

    @property
    def first_quiet(self) -> list[Row]:
        """The quiet rows that a list of groups holds."""
        return self.quiet[:FIRST_CHANGES]

    @property
    def more_quiet(self) -> int:
        """How many ``first_quiet`` leaves out."""
        return max(0, len(self.quiet) - FIRST_CHANGES)

    @property
    def quiet_count(self) -> int:
        """How many compatible changes stand behind the worse ones."""
        return sum(1 + len(row.alike) for row in self.quiet)


@dataclass(frozen=True)
class Wanted:
    """What a person wants to see of a comparison."""

    level: str = ""
    rule: str = ""
    search: str = ""
    group: str = ""
    used_only: bool = False

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> "Wanted":
        """Read the filters from an address; what they do not know is no filter."""
        level = query.get("level", "")
        return cls(
            level=level if level in set(Level) else "",
            rule=query.get("rule", ""),
            search=query.get("q", "").strip().lower(),
            group=query.get("group", ""),
            used_only=query.get("used") == "1",
        )

    def takes(self, change: Change) -> bool:
        """Tell whether the change passes the filters that look at single changes."""
        searched = f"{change.method} {change.path} {change.operation_id} {change.rule} {change.sentence} {change.place}"
        return (
            (not self.level or change.level == self.level)
            and (not self.rule or change.rule == self.rule)
            and all(word in searched.lower() for word in self.search.split())
        )


@dataclass(frozen=True)
class Compared:
    """All changes from one build to another.

    ``ids`` are the old build's operationIds by place, ``used`` those that releases call.
    """

    changes: list[Change]
    ids: Mapping[Place, str] = field(default_factory=dict)
    used: Collection[str] = frozenset()

    @property
    def counts(self) -> dict[Level, int]:
        """How many changes of each level there are."""
        found = Counter(change.level for change in self.changes)
        return {level: found[level] for level in Level}

    @property
    def worst(self) -> Level | None:
        return worst(self.changes)

    @property
    def tone(self) -> str:
        """The colour of the worst level."""
        return LEVELS[self.worst or Level.COMPATIBLE].tone

    @property
    def icon(self) -> str:
        """The icon of the worst level."""
        return LEVELS[self.worst or Level.COMPATIBLE].icon

    @property
    def verdict(self) -> str:
        """The whole comparison in one sentence."""
        counts = self.counts
        if not self.changes:
            return "Nothing changed for callers."
        if counts[Level.BREAKING]:
            return f"{plural(counts[Level.BREAKING], 'breaking change')} in {self._where()}."
        if counts[Level.MAY_BREAK]:
            return f"Nothing breaks for certain; {plural(counts[Level.MAY_BREAK], 'change')} may break callers."
        return f"Nothing breaks: {plural(len(self.changes), 'compatible change')}."

    def rules(self, wanted: Wanted) -> list[tuple[str, int]]:
        """Return the rules among the changes of the wanted level, the most frequent first."""
        found = Counter(change.rule for change in self.changes if not wanted.level or change.level == wanted.level)
        return sorted(found.items(), key=lambda each: (-each[1], each[0]))

    def groups(self, wanted: Wanted) -> list[Group]:
        """Return the groups that hold a wanted change, with these only; the worst groups first."""
        by_key: dict[str, list[Change]] = {}
        for change in self.changes:
            if wanted.takes(change) and wanted.group in ("", key_of(change)):
                by_key.setdefault(key_of(change), []).append(change)
        groups = [self._group(key, changes) for key, changes in by_key.items()]
        return sorted((group for group in groups if group.is_used or not wanted.used_only), key=_order)

    def old_id(self, change: Change) -> str:
        """Return the operationId by which releases call what changed; empty for what the old build lacks."""
        return self._ids_by_shape.get((change.method, _shape(change.path)), "")

    def _group(self, key: str, changes: list[Change]) -> Group:
        old_id = self.old_id(changes[0])
        concerns_all = key in TITLES and bool(self.used)
        is_used = concerns_all or old_id in self.used
        ordered = sorted(changes, key=lambda change: change.level.rank)
        return Group(key, ordered, operation_id=old_id or changes[0].operation_id, is_used=is_used)

    def _where(self) -> str:
        """Where something breaks: "2 operations and the configuration"."""
        keys = {key_of(change) for change in self.changes if change.level is Level.BREAKING}
        wide = [f"the {title.lower()}" for key, title in TITLES.items() if key in keys]
        single = len(keys) - len(wide)
        return " and ".join([*([plural(single, "operation")] if single else []), *wide])

    @cached_property
    def _ids_by_shape(self) -> dict[Place, str]:
        return {(method, _shape(path)): operation_id for (method, path), operation_id in self.ids.items()}


def key_of(change: Change) -> str:
    """Return the group that a change belongs to."""
    if change.path:
        return f"{change.method} {change.path}".strip()
    return CONFIGURATION if change.rule.startswith(PREFIX) else DOCUMENT


def renamed_operations(old: Mapping[Place, str], new: Mapping[Place, str]) -> list[Change]:
    """Return a breaking change for each operation that goes by another operationId: releases call it by that."""
    shapes = {(method, _shape(path)): operation_id for (method, path), operation_id in old.items()}
    taken, found = set(new.values()), []
    for (method, path), operation_id in new.items():
        before = shapes.get((method, _shape(path)), operation_id)
        if before != operation_id:
            instead = "which is another operation now" if before in taken else "which is gone"
            told = f"Releases call it “{before}”, {instead}; it goes by “{operation_id}”."
            found.append(Change(RENAMED, Level.BREAKING, told, method, path, operation_id, "operationId"))
    return found


def plural(count: int, noun: str) -> str:
    """Return "1 change", "1,234 changes"."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _order(group: Group) -> tuple[int, int, str, str]:
    wide = {CONFIGURATION: 0, DOCUMENT: 1}
    return group.level.rank, wide.get(group.key, 2), group.path, group.method


def _shape(path: str) -> str:
    """The path without the names of its parameters: renaming one leaves it the same operation."""
    return _PLACEHOLDER.sub("{}", path)
