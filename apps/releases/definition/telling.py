"""A comparison in words: what a version's description could say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .diff import Change, Comparison, Group, Kind
from .document import Definition
from .metadata import Asks
from .shapes import dig, mapping, text

MOST_NAMES = 3
LONGEST = 400
VERBS = {Kind.ADDED: "adds", Kind.REMOVED: "removes", Kind.CHANGED: "changes", Kind.MOVED: "moves"}
SETTINGS = {
    "(elsewhere)": "the order of some parts",
    "document.summary": "the summary",
    "document.title": "the title",
    "icon": "the icon",
    "readme": "the readme",
    "sampleInput": "the sample answers",
    "wizard": "the pages of the configuration",
}
NOUNS = {"steps": "step", "slots": "slot", "config": "field"}


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that is different for a new install. ``about``: steps, slots, config, triggers or settings."""

    about: str
    sentence: str
    is_breaking: bool = False


def for_new_installs(comparison: Comparison, after: Definition) -> list[Told]:
    """Say what is different for those who install the second instead of the first."""
    return [told for group in comparison.groups for told in _different(group, after)]


def _different(group: Group, after: Definition) -> Iterator[Told]:
    match group.key:
        case "slots":
            yield from (Told("slots", _slot(change), bool(change.breaks)) for change in group.changes)
        case "config":
            yield from (Told("config", _question(change, after), bool(change.breaks)) for change in group.changes)
        case _:
            if clauses := list(_told(group)):
                yield Told(group.key, f"{_capital('; '.join(clauses))}.")


def _slot(change: Change) -> str:
    slot = mapping(change.after) or mapping(change.before)
    title, connector = text(slot.get("title")) or change.name, f"{slot.get('connector')} v{slot.get('version')}"
    match change.kind:
        case Kind.ADDED:
            return f"Needs a connection for “{title}” ({connector})."
        case Kind.REMOVED:
            return f"Needs no connection for “{title}” any more."
        case _ if dig(change.before, "connector") != dig(change.after, "connector"):
            return f"“{title}” connects to {connector} now, not to {dig(change.before, 'connector')}."
        case _ if dig(change.before, "version") != dig(change.after, "version"):
            return f"“{title}” uses {connector} now, not v{dig(change.before, 'version')}."
    return f"“{title}” is explained differently."


def _question(change: Change, after: Definition) -> str:
    field = dig(change.after, "field") or dig(change.before, "field")
    title = text(mapping(field).get("title")) or change.name
    team = after.audience(change.name) is Asks.TEAM
    match change.kind:
        case Kind.ADDED:
            who = "The team is asked" if team else "Customers are asked"
            how = "must be answered" if _is_required(change) else "may stay empty"
            return f"{who} “{title}”, which {how}."
        case Kind.REMOVED:
            return f"“{title}” is not asked any more."
    if _is_required(change) and not dig(change.before, "required"):
        return f"“{title}” must be answered now."
    return f"“{title}” is asked differently."


def described(comparison: Comparison) -> str:
    """Return a sentence or two: "Adds the step retry; changes upsertContact. New required field “since”."

    It is "" where nothing changed.
    """
    sentences = [_capital("; ".join(clauses)) + "." for group in comparison.groups if (clauses := list(_told(group)))]
    text = ""
    for sentence in sentences:
        if len(text) + len(sentence) > LONGEST:
            return f"{text} And more.".strip()
        text = f"{text} {sentence}".strip()
    return text


def _told(group: Group) -> Iterator[str]:
    match group.key:
        case "triggers":
            yield from (f"{VERBS[change.kind]} the {_trigger(change.name)}" for change in group.changes)
        case "settings":
            if group.changes:
                yield f"changes {_names([_setting(change.name) for change in group.changes])}"
        case "config":
            yield from _fields(group.changes)
        case _:
            for kind, verb in VERBS.items():
                if names := [_name(change) for change in group.changes if change.kind is kind]:
                    yield f"{verb} the {NOUNS[group.key]}{'s' if len(names) > 1 else ''} {_names(names)}"


def _fields(changes: Sequence[Change]) -> Iterator[str]:
    required = [change.name for change in changes if change.kind is Kind.ADDED and _is_required(change)]
    optional = [change.name for change in changes if change.kind is Kind.ADDED and not _is_required(change)]
    if required:
        yield f"new required {_field(required)} {_names([f'“{name}”' for name in required])}"
    if optional:
        yield f"new {_field(optional)} {_names([f'“{name}”' for name in optional])}"
    for kind in (Kind.CHANGED, Kind.REMOVED):
        if names := [f"“{change.name}”" for change in changes if change.kind is kind]:
            yield f"{VERBS[kind]} the {_field(names)} {_names(names)}"


def _is_required(change: Change) -> bool:
    return mapping(change.after).get("required") is True


def _name(change: Change) -> str:
    if change.was and change.now and change.was.name != change.now.name:
        return f"{change.was.name} (now {change.now.name})"
    return change.now.name if change.now else change.was.name if change.was else change.name


def _field(names: Sequence[str]) -> str:
    return "field" if len(names) == 1 else "fields"


def _trigger(name: str) -> str:
    return {"timeZone": "time zone", "missedRuns": "manner with missed runs"}.get(name, name)


def _setting(name: str) -> str:
    return SETTINGS.get(name, name.removeprefix("document."))


def _names(names: Sequence[str]) -> str:
    shown = list(names[:MOST_NAMES]) if len(names) > MOST_NAMES + 1 else list(names)
    if len(shown) < len(names):
        return f"{', '.join(shown)} and {len(names) - len(shown)} more"
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
