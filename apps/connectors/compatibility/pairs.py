"""Compares one schema of the old document with one of the new, down to the references: there other pairs begin."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from apps.connectors.compatibility import keywords, lifecycle, properties, unions
from apps.connectors.compatibility.findings import NO_MARKS, READ_ONLY, WRITE_ONLY, Finding
from apps.connectors.compatibility.reader import ANYTHING, Json, Object, Reader, as_list, as_object, is_reference
from apps.connectors.compatibility.shapes import Shape, constants, has_null_member, is_nullable, shape

# Keywords below which one schema stands, and how the place is written.
SINGLE = {
    "items": "[]",
    "additionalProperties": "/{*}",
    "unevaluatedItems": "[*]",
    "unevaluatedProperties": "/{*}",
    "contains": "(contains)",
    "propertyNames": "(names)",
    "then": "(then)",
    "else": "(else)",
    "contentSchema": "(content)",
}
NAMED = {"patternProperties": "/{{{}}}", "dependentSchemas": "(with {})"}
# Where a side that says nothing still means "any value", so that the other side can be compared with it.
OPEN = frozenset(("items",))


@dataclass(frozen=True, slots=True)
class Edge:
    """At ``at`` the schemas go on as another pair."""

    at: str
    old: Object
    new: Object
    marks: frozenset[str]


class Pair:
    """The differences between ``old`` and ``new`` (references followed): ``findings`` here, ``edges`` to elsewhere."""

    def __init__(self, old_reader: Reader, new_reader: Reader, today: date) -> None:
        self.old_reader, self.new_reader, self.today = old_reader, new_reader, today
        self.findings: list[Finding] = []
        self.edges: list[Edge] = []

    def compare(self, old: Object, new: Object) -> "Pair":
        self._inline(old, new, "", NO_MARKS, (False, False))
        return self

    def _follow(self, old: Json, new: Json, at: str, marks: frozenset[str]) -> None:
        """Compare two schemas as they are written."""
        if not (is_reference(old) or is_reference(new)):
            self._inline(as_object(old), as_object(new), at, marks, (False, False))
        elif self._is_wrapped(old, new, at, marks):
            return
        else:
            self._unwrap_and_go_on(as_object(old), as_object(new), at, marks, (False, False))

    def _unwrap_and_go_on(
        self, old: Object, new: Object, at: str, marks: frozenset[str], nulls: tuple[bool, bool]
    ) -> None:
        """At least one side is a reference, or became one when its wrapper was taken off."""
        inner_old, null_old = unions.unwrapped(old, self.new_reader.object(new))
        inner_new, null_new = unions.unwrapped(new, self.old_reader.object(old))
        nulls = (nulls[0] or null_old, nulls[1] or null_new)
        target_old, target_new = self.old_reader.object(inner_old), self.new_reader.object(inner_new)
        if nulls[0] != nulls[1]:
            self._compare_null(target_old, target_new, at, marks, nulls)
        self.edges.append(Edge(at, target_old, target_new, marks))

    def _inline(self, old: Object, new: Object, at: str, marks: frozenset[str], nulls: tuple[bool, bool]) -> None:
        if old != new:
            if self._is_wrapped(old, new, at, marks):
                return
            inner_old, null_old = unions.unwrapped(old, new)
            inner_new, null_new = unions.unwrapped(new, old)
            if inner_old is not old or inner_new is not new:
                nulls = (nulls[0] or null_old, nulls[1] or null_new)
                if is_reference(inner_old) or is_reference(inner_new):
                    self._unwrap_and_go_on(as_object(inner_old), as_object(inner_new), at, marks, nulls)
                else:
                    self._inline(as_object(inner_old), as_object(inner_new), at, marks, nulls)
                return
            old, new = unions.align(*unions.level_out(self.old_reader, old, self.new_reader, new))
            self._differences(old, new, at, marks, nulls)
            if unions.replacement(old, new):
                # Which alternative stands for the old schema is not known: their insides are not comparable.
                return
        self._children(old, new, at, marks)

    def _differences(self, old: Object, new: Object, at: str, marks: frozenset[str], nulls: tuple[bool, bool]) -> None:
        shapes = shape(self.old_reader, old), shape(self.new_reader, new)
        if shapes[0] != shapes[1]:
            self._found("types", at, *shapes, marks)
        self._compare_null(old, new, at, marks, nulls)
        told = _told_by_types(*shapes)
        replaced = None if told else unions.replacement(old, new)
        for kind, before, now in () if replaced else keywords.differences(old, new):
            self._found(kind, at, before, now, marks)
        for kind, before, now in lifecycle.events(old, new, self.today):
            self._found(f"lifecycle:{kind}", at, before, now, marks)
        if replaced:
            self._found(replaced, at, None, None, marks)
        elif not told:
            self._member_changes(old, new, at, marks)

    def _compare_null(self, old: Object, new: Object, at: str, marks: frozenset[str], nulls: tuple[bool, bool]) -> None:
        before, now = (
            flag or is_nullable(node) or has_null_member(node) for flag, node in zip(nulls, (old, new), strict=True)
        )
        # A schema of any type admits null without saying so.
        if before != now and not (nulls == (False, False) and {} in (old, new)):
            self._found("became-nullable" if now else "became-not-nullable", at, before, now, marks)

    def _is_wrapped(self, old: Json, new: Json, at: str, marks: frozenset[str]) -> bool:
        """One side offers the other side's schema beside others. Says so and returns True."""
        readers = self.old_reader, self.new_reader
        nodes = readers[0].object(old), readers[1].object(new)
        if keyword := unions.wrapper(readers[0], old, readers[1], new):
            self._compare_null(*nodes, at, marks, (False, False))
            for label in unions.others(readers[0], old, readers[1], new, keyword):
                kind = "wrapped-in-one-of" if keyword == "oneOf" else "any-of-added"
                self._found(kind, at, None, label, marks)
            return True
        if keyword := unions.wrapper(readers[1], new, readers[0], old):
            self._compare_null(*nodes, at, marks, (False, False))
            for label in unions.others(readers[1], new, readers[0], old, keyword):
                self._found(f"{unions.KINDS[keyword]}-removed", at, label, None, marks)
            return True
        return False

    def _member_changes(self, old: Object, new: Object, at: str, marks: frozenset[str]) -> None:
        for keyword, name in unions.KINDS.items():
            before, now = as_list(old.get(keyword)), as_list(new.get(keyword))
            if keyword != "allOf" and (constants(old) is not None or constants(new) is not None):
                # Alternatives that are constants were told as values.
                continue
            if keyword != "allOf" and bool(before) != bool(now):
                self._found(f"{name}-restricted" if now else f"{name}-lifted", at, None, None, marks)
                continue
            found = unions.members(self.old_reader, before, self.new_reader, now)
            for label, node in found.removed:
                self._found(self._of_member(name, "removed", self.old_reader, node), at, label, None, marks)
            for label, node in found.added:
                self._found(self._of_member(name, "added", self.new_reader, node), at, None, label, marks)

    def _of_member(self, name: str, verb: str, reader: Reader, node: Json) -> str:
        only = name == "all-of" and unions.is_annotation_only(reader, node)
        return f"{name}-{verb}-annotation-only" if only else f"{name}-{verb}"

    def _children(self, old: Object, new: Object, at: str, marks: frozenset[str]) -> None:
        for before, now, place in self._below(old, new):
            self._follow(before, now, at + place, marks)
        for found in properties.compared(self.old_reader, old, self.new_reader, new):
            if isinstance(found, Finding):
                self._found(found.kind, f"{at}/{found.at}", found.old, found.new, marks | found.marks)
            else:
                self._follow(found.old, found.new, f"{at}/{found.name}", marks | found.marks)

    def _below(self, old: Object, new: Object) -> Iterator[tuple[Json, Json, str]]:
        """Yield each two schemas that stand at one place below these, with that place."""
        for keyword, place in SINGLE.items():
            before, now = old.get(keyword), new.get(keyword)
            if isinstance(before, dict) and isinstance(now, dict):
                yield before, now, place
            elif keyword in OPEN and (isinstance(before, dict) or isinstance(now, dict)) and _both_arrays(old, new):
                yield as_object(before), as_object(now), place
        for keyword, template in NAMED.items():
            patterns, others = as_object(old.get(keyword)), as_object(new.get(keyword))
            yield from ((patterns[key], others[key], template.format(key)) for key in patterns if key in others)
        both = zip(as_list(old.get("prefixItems")), as_list(new.get("prefixItems")), strict=False)
        yield from ((before, now, f"[{index}]") for index, (before, now) in enumerate(both))
        for keyword in unions.KINDS:
            if keyword in old and keyword in new:
                found = unions.members(self.old_reader, old[keyword], self.new_reader, new[keyword])
                # Parts (allOf) are no step down: they describe the same value.
                places = ("" if keyword == "allOf" else f"({label})" for label, _, _ in found.pairs)
                yield from ((before, now, place) for place, (_, before, now) in zip(places, found.pairs, strict=True))

    def _found(self, kind: str, at: str, old: object, new: object, marks: frozenset[str]) -> None:
        self.findings.append(Finding(kind, at, old, new, marks))


def inherited(marks: frozenset[str]) -> frozenset[str]:
    """What holds for everything below, too."""
    return marks & {READ_ONLY, WRITE_ONLY}


def _told_by_types(old: Shape, new: Shape) -> bool:
    """True if one side offers bare types and the other has types: their comparison tells all."""
    return (old.listed or new.listed) and old.types is not None and new.types is not None


def _both_arrays(old: Object, new: Object) -> bool:
    return all("array" in (as_list(node.get("type")) or [node.get("type", "array")]) for node in (old, new))


EMPTY_PAIR = (ANYTHING, ANYTHING)
