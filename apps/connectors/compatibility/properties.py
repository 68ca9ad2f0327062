"""Compares the named properties of two object schemas: which come and go, and which become required or hidden."""

from collections.abc import Iterator
from dataclasses import dataclass

from apps.connectors.compatibility.findings import READ_ONLY, REQUIRED, WITH_DEFAULT, WRITE_ONLY, Finding
from apps.connectors.compatibility.reader import Json, Object, Reader, as_object, names

HIDING = {"readOnly": READ_ONLY, "writeOnly": WRITE_ONLY}


@dataclass(frozen=True, slots=True)
class Kept:
    """A property of both sides, to be compared further."""

    name: str
    old: Json
    new: Json
    marks: frozenset[str]


def compared(old_reader: Reader, old: Object, new_reader: Reader, new: Object) -> Iterator[Finding | Kept]:
    """Yield findings, whose ``at`` is the property's name, and the properties that both sides have."""
    before, now = as_object(old.get("properties")), as_object(new.get("properties"))
    needed, still = set(names(old.get("required"))), set(names(new.get("required")))
    for name in before:
        if name not in now:
            yield Finding("property-removed", name, marks=_marks(old_reader, before[name], required=name in needed))
    for name, node in now.items():
        marks = _marks(new_reader, node, required=name in still)
        if name not in before:
            yield Finding("property-added", name, marks=marks)
            continue
        was = _marks(old_reader, before[name], required=name in needed)
        yield from _changes(name, was, marks)
        yield Kept(name, before[name], node, marks & was & frozenset((READ_ONLY, WRITE_ONLY)))
    for name in (needed ^ still) - before.keys() - now.keys():
        yield from _changes(name, _only_required(name in needed), _only_required(name in still))


def _changes(name: str, was: frozenset[str], now: frozenset[str]) -> Iterator[Finding]:
    if REQUIRED in now and REQUIRED not in was:
        yield Finding("became-required-with-default" if WITH_DEFAULT in now else "became-required", name, marks=now)
    if REQUIRED in was and REQUIRED not in now:
        yield Finding("became-optional", name, marks=now)
    for mark in HIDING.values():
        if (mark in was) != (mark in now):
            yield Finding(f"became-{mark}" if mark in now else f"became-not-{mark}", name, marks=now - {mark})


def _marks(reader: Reader, node: Json, *, required: bool) -> frozenset[str]:
    behind, beside = reader.object(node), as_object(node)
    found = {mark for keyword, mark in HIDING.items() if behind.get(keyword) is True or beside.get(keyword) is True}
    found |= {WITH_DEFAULT} if "default" in behind or "default" in beside else set()
    return frozenset(found | ({REQUIRED} if required else set()))


def _only_required(required: bool) -> frozenset[str]:
    return frozenset((REQUIRED,)) if required else frozenset()
