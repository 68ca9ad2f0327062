"""What changed between two definitions, by group, and whether it breaks installed instances."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from .compatibility import field_breaks, slot_breaks
from .digests import STAMPED
from .document import Definition
from .metadata import config_schema, ours
from .moves import Pair, Place, Spot, pairs_of
from .shapes import Json, dig, mapping, sequence


class Kind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


class ChangeLevel(StrEnum):
    """How much a change asks of those who run the integration; the parts of a semantic version."""

    BREAKING = "breaking"
    FEATURE = "feature"
    FIX = "fix"


@dataclass(frozen=True, slots=True)
class Change:
    """One part that differs. `before` is None for what was added, `after` for what was removed.

    `breaks` says in a sentence why an installed instance cannot just go from before to after, or is "". For steps,
    `was` and `now` tell the place before and after; they may differ for a step that changed, too (`is_moved`).
    """

    kind: Kind
    name: str
    before: Json
    after: Json
    breaks: str = ""
    was: Place | None = None
    now: Place | None = None
    is_moved: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    title: str
    changes: tuple[Change, ...]

    def count(self, kind: Kind) -> int:
        return sum(change.kind is kind for change in self.changes)

    @property
    def counts(self) -> dict[str, int]:
        return {kind.value: self.count(kind) for kind in Kind}

    @property
    def is_breaking(self) -> bool:
        return any(change.breaks for change in self.changes)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The groups in a fixed order, those without changes too."""

    groups: tuple[Group, ...]

    @property
    def changes(self) -> tuple[Change, ...]:
        return tuple(change for group in self.groups for change in group.changes)

    @property
    def is_same(self) -> bool:
        return not self.changes

    @property
    def is_breaking(self) -> bool:
        return any(group.is_breaking for group in self.groups)

    @property
    def counts(self) -> dict[str, int]:
        return {kind.value: sum(group.count(kind) for group in self.groups) for kind in Kind}

    @property
    def level(self) -> ChangeLevel:
        """Breaking, or a feature if anything was added, or a fix."""
        if self.is_breaking:
            return ChangeLevel.BREAKING
        added = any(group.count(Kind.ADDED) for group in self.groups if group.key != "settings")
        return ChangeLevel.FEATURE if added else ChangeLevel.FIX


type Parts = Mapping[str, Json]
type Breaks = Callable[[str, Json, Json, Definition], str]


def compare(before: Definition, after: Definition) -> Comparison:
    """What one must do to the first to get the second; compare(b, a) mirrors compare(a, b)."""
    groups = [
        Group("steps", "Steps", tuple(_step_changes(before, after))),
        *(
            Group(key, title, tuple(_changes(parts(before), parts(after), breaks, after)))
            for key, title, parts, breaks in GROUPS
        ),
    ]
    # Never "no changes" for different content: what no group looks at (an order, say) is told as a setting.
    if not any(group.changes for group in groups) and not _same(_content(before), _content(after)):
        groups[-1] = replace(groups[-1], changes=(Change(Kind.CHANGED, ELSEWHERE, None, None),))
    return Comparison(tuple(groups))


def _content(definition: Definition) -> Json:
    header = mapping(definition.document.get("document"))
    kept = {key: value for key, value in header.items() if key not in STAMPED}
    return {**definition.document, "document": kept}


def _changes(before: Parts, after: Parts, breaks: Breaks, target: Definition) -> Iterator[Change]:
    for name in _in_order(before, after):
        old, new = before.get(name), after.get(name)
        if not _same(old, new):
            yield Change(_kind(name, before, after), name, old, new, breaks(name, old, new, target))


def _in_order(before: Parts, after: Parts) -> list[str]:
    """The names as they stand in the second; what is gone comes last."""
    return [*after, *(name for name in before if name not in after)]


def _kind(name: str, before: Parts, after: Parts) -> Kind:
    if name not in before:
        return Kind.ADDED
    return Kind.CHANGED if name in after else Kind.REMOVED


def _step_changes(before: Definition, after: Definition) -> Iterator[Change]:
    return filter(None, map(_step_change, pairs_of(before, after)))


def _step_change(pair: Pair) -> Change | None:
    old, new = pair.before, pair.after
    if old and new:
        return _kept(old, new, is_moved=pair.moved)
    if new:
        return Change(Kind.ADDED, new.place.path, None, new.does, now=new.place)
    return Change(Kind.REMOVED, old.place.path, old.does, None, was=old.place) if old else None


def _kept(old: Spot, new: Spot, *, is_moved: bool) -> Change | None:
    is_changed = not _same(old.does, new.does)
    if not is_changed and not is_moved:
        return None
    kind, was, now = Kind.CHANGED if is_changed else Kind.MOVED, old.place, new.place
    return Change(kind, now.path, old.does, new.does, was=was, now=now, is_moved=is_moved)


def _same(old: Json, new: Json) -> bool:
    """Equality of JSON, where true is not 1 and null stands for something."""
    if isinstance(old, bool) is not isinstance(new, bool):
        return False
    if isinstance(old, dict) and isinstance(new, dict):
        return old.keys() == new.keys() and all(_same(old[key], new[key]) for key in old)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) == len(new) and all(map(_same, old, new))
    return bool(old == new)


def _triggers(definition: Definition) -> dict[str, Json]:
    document, manners = definition.document, ours(definition.document)
    named = {"schedule": document.get("schedule")}
    named |= {key: manners.get(key) for key in ("webhook", "timeZone", "missedRuns")}
    return _present(named)


def _slots(definition: Definition) -> Parts:
    return mapping(ours(definition.document).get("slots"))


def _config(definition: Definition) -> Parts:
    """Every field with whether it must be answered."""
    schema = config_schema(definition.document)
    required = sequence(schema.get("required"))
    fields = mapping(schema.get("properties"))
    parts = {name: {"field": field, "required": name in required} for name, field in fields.items()}
    rest = {key: value for key, value in schema.items() if key not in ("properties", "required", "type")}
    return parts | ({"(the whole)": rest} if rest else {})


def _settings(definition: Definition) -> Parts:
    """Everything else, by its place."""
    document = definition.document
    header = mapping(document.get("document"))
    named = {f"document.{key}": value for key, value in header.items() if key not in NOT_HEADER}
    named |= {key: value for key, value in ours(document).items() if key not in NOT_MANNERS}
    named |= {f"metadata.{key}": value for key, value in mapping(header.get("metadata")).items() if key != "slipway"}
    named |= {key: value for key, value in document.items() if key not in ("document", "do", "schedule", "input")}
    return named | _present({"input": _rest_of_input(document)})


NOT_HEADER = (*STAMPED, "metadata")
ELSEWHERE = "(elsewhere)"
NOT_MANNERS = ("slots", "webhook", "timeZone", "missedRuns")


def _rest_of_input(document: Json) -> Json:
    """The input without the fields of the configuration."""
    given = dig(document, "input")
    if not dig(given, "schema", "document", "properties", "config"):
        return given
    schema = given["schema"]["document"]
    properties = {key: value for key, value in schema["properties"].items() if key != "config"}
    return {**given, "schema": {**given["schema"], "document": {**schema, "properties": properties}}}


def _present(named: dict[str, Json]) -> dict[str, Json]:
    return {name: value for name, value in named.items() if value is not None}


def _never(name: str, before: Json, after: Json, target: Definition) -> str:  # noqa: ARG001 - one shape for all groups
    return ""


def _field(name: str, before: Json, after: Json, target: Definition) -> str:
    return field_breaks(name, mapping(before), mapping(after), renamed={old for old, _ in target.migrations})


def _slot(name: str, before: Json, after: Json, target: Definition) -> str:  # noqa: ARG001 - one shape for all groups
    return slot_breaks(name, mapping(before), mapping(after))


GROUPS: tuple[tuple[str, str, Callable[[Definition], Parts], Breaks], ...] = (
    ("triggers", "Triggers", _triggers, _never),
    ("slots", "Connectors and slots", _slots, _slot),
    ("config", "Configuration", _config, _field),
    ("settings", "Settings", _settings, _never),
)
