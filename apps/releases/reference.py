"""What stands beside a text: the operations it can call, and another text to compare it with."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from apps.releases import selectors
from apps.releases.definition import Definition


@dataclass(frozen=True)
class Operation:
    """One operation of a slot's connector, as a step would name it."""

    name: str
    method: str
    path: str
    summary: str
    parameters: list[str]


@dataclass(frozen=True)
class SlotOperations:
    """Everything that a slot can call; ``is_known`` is False where its connector version is not built."""

    slot: str
    connector: str
    operations: list[Operation]
    is_known: bool


@dataclass(frozen=True)
class LinePair:
    """A line of two texts side by side. ``kind``: same, changed, removed, added, or gap for lines left out."""

    kind: str
    before: str | None
    before_number: int | None
    after: str | None
    after_number: int | None


def operations_of(definition: Definition) -> list[SlotOperations]:
    """Return for each slot what it can call."""
    catalogues = selectors.catalogues_for(definition)
    return [
        SlotOperations(
            name,
            f"{slot.connector} v{slot.version}",
            [_operation(key, found) for key, found in (catalogues.get(name) or {}).items()],
            catalogues.get(name) is not None,
        )
        for name, slot in definition.slots.items()
    ]


def side_by_side(before: str, after: str, *, around: int = 4) -> list[LinePair]:
    """Put two texts beside each other, line by line: what differs, and the lines ``around`` it."""
    pairs = list(_pairs(before.splitlines(), after.splitlines()))
    differing = [index for index, pair in enumerate(pairs) if pair.kind != "same"]
    near = {index + step for index in differing for step in range(-around, around + 1)}
    return list(_folded(pairs, near))


def _folded(pairs: list[LinePair], near: set[int]) -> Iterator[LinePair]:
    left_out = 0
    for index, pair in enumerate(pairs):
        if index in near:
            if left_out:
                yield _gap(left_out)
            left_out = 0
            yield pair
        else:
            left_out += 1
    if left_out:
        yield _gap(left_out)


def _gap(count: int) -> LinePair:
    words = f"{count} equal line{'' if count == 1 else 's'}"
    return LinePair("gap", words, None, words, None)


def _pairs(old: list[str], new: list[str]) -> Iterator[LinePair]:
    for kind, start, end, from_, to in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for index in range(max(end - start, to - from_)):
            left, right = start + index, from_ + index
            before = old[left] if left < end else None
            after = new[right] if right < to else None
            yield LinePair(
                _kind(kind, before, after),
                before,
                left + 1 if before is not None else None,
                after,
                right + 1 if after is not None else None,
            )


def _kind(kind: str, before: str | None, after: str | None) -> str:
    if kind == "equal":
        return "same"
    if before is None:
        return "added"
    return "removed" if after is None else "changed"


def _operation(name: str, found: Any) -> Operation:
    required = [f"{one['name']} *" for one in found.get("parameters", ()) if one.get("required")]
    optional = [one["name"] for one in found.get("parameters", ()) if not one.get("required")]
    body = ["body"] if found.get("body") else []
    return Operation(
        name,
        str(found.get("method", "")).upper(),
        str(found.get("path", "")),
        str(found.get("summary") or ""),
        [*required, *body, *optional],
    )
