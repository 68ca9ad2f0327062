"""What starts a run: a timer, a webhook, always a person."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from apps.releases.building.settings.edits import MISSING, OURS, Edit, all_of, found, setting
from apps.releases.definition import Definition, MissedRuns
from apps.releases.definition.metadata import ours
from apps.releases.definition.shapes import Json, dig, mapping, text

TIMER = "/schedule"
CRON = f"{TIMER}/cron"
EVERY = f"{TIMER}/every"
ZONE = f"{OURS}/timeZone"
MISSED = f"{OURS}/missedRuns"
WEBHOOK = f"{OURS}/webhook"
EVENT = f"{OURS}/sampleInput/event"
UNITS = ("minutes", "hours", "days", "seconds")


class When(StrEnum):
    """What the timer is."""

    NONE = "none"
    EVERY = "every"
    CRON = "cron"
    SOURCE = "source"


@dataclass(frozen=True)
class Triggers:
    """The triggers of a definition. ``as_written``: a timer that the form cannot show, in the words of the source."""

    when: When
    number: int | float | str
    unit: str
    cron: str
    time_zone: str
    missed: str
    has_webhook: bool
    webhook_title: str
    webhook_help: str
    webhook_schema: Any
    event: Any
    as_written: str
    line: int | None


def no_triggers() -> Triggers:
    """What a definition says that nothing but a person starts."""
    return triggers_of(Definition({}))


def triggers_of(definition: Definition) -> Triggers:
    """Read the triggers of a definition."""
    document, manners = definition.document, ours(definition.document)
    timer = mapping(mapping(document).get("schedule"))
    number, unit = _interval(timer.get("every"))
    when = _when(timer, unit)
    webhook = manners.get("webhook")
    return Triggers(
        when=when,
        number=number,
        unit=unit or UNITS[0],
        cron=text(timer.get("cron")),
        time_zone=text(manners.get("timeZone")),
        missed=text(manners.get("missedRuns")) or MissedRuns.ONCE,
        has_webhook="webhook" in manners,
        webhook_title=text(dig(webhook, "title")),
        webhook_help=text(dig(webhook, "help")),
        webhook_schema=mapping(webhook).get("schema", MISSING),
        event=found(document, EVENT),
        as_written=_told(timer) if when is When.SOURCE else "",
        line=definition.line(TIMER) if timer else None,
    )


def change_triggers(changes: Mapping[str, Any]) -> Edit:
    """Change what a form says differently; keys are those of ``Triggers``."""

    def edit(definition: Definition) -> str:
        now = triggers_of(definition)
        steps = []
        if {"when", "number", "unit", "cron"} & changes.keys():
            steps += _timer(now, changes)
        for name, pointer in (("time_zone", ZONE), ("missed", MISSED), ("event", EVENT)):
            if name in changes:
                steps.append(setting(pointer, _said(changes[name])))
        return all_of(*steps, *_webhook(now, changes))(definition)

    return edit


def _timer(now: Triggers, changes: Mapping[str, Any]) -> list[Edit]:
    match changes.get("when", now.when):
        case When.CRON:
            return [setting(CRON, changes.get("cron", now.cron)), setting(EVERY, MISSING)]
        case When.EVERY:
            every = {changes.get("unit", now.unit): changes.get("number", now.number)}
            return [setting(EVERY, every), setting(CRON, MISSING)]
        case When.NONE:
            return [setting(CRON, MISSING), setting(EVERY, MISSING)]
    return []


def _webhook(now: Triggers, changes: Mapping[str, Any]) -> list[Edit]:
    if not changes.get("has_webhook", now.has_webhook):
        return [setting(WEBHOOK, MISSING)] if now.has_webhook else []
    told = {"title": "webhook_title", "help": "webhook_help", "schema": "webhook_schema"}
    said = {key: _said(changes[name]) for key, name in told.items() if name in changes}
    if not now.has_webhook:
        return [setting(WEBHOOK, {key: value for key, value in said.items() if value is not MISSING})]
    # First what is there afterwards: a webhook that says nothing of itself is one all the same.
    steps = [setting(f"{WEBHOOK}/{key}", value) for key, value in said.items() if value is not MISSING]
    return [*steps, *(_without(key) for key, value in said.items() if value is MISSING)]


def _without(key: str) -> Edit:
    def edit(definition: Definition) -> str:
        webhook = mapping(found(definition.document, WEBHOOK))
        only = webhook.keys() == {key}
        return (setting(WEBHOOK, {}) if only else setting(f"{WEBHOOK}/{key}", MISSING))(definition)

    return edit


def _said(value: Any) -> Any:
    return MISSING if value == "" else value


def _when(timer: Mapping[str, Json], unit: str) -> When:
    has_cron, has_every = "cron" in timer, "every" in timer
    if has_cron and not has_every and isinstance(timer["cron"], str):
        return When.CRON
    if has_every and not has_cron and unit:
        return When.EVERY
    return When.SOURCE if timer else When.NONE


def _interval(every: Json) -> tuple[int | float | str, str]:
    """The number and the unit of an interval that has one unit only."""
    parts = list(mapping(every).items())
    if len(parts) == 1 and parts[0][0] in UNITS:
        unit, number = parts[0]
        if isinstance(number, int | float) and not isinstance(number, bool):
            return number, unit
    return "", ""


def _told(timer: Mapping[str, Json]) -> str:
    return ", ".join(f"{key}: {_shown(value)}" for key, value in timer.items())


def _shown(value: Json) -> str:
    if isinstance(value, dict) and all(isinstance(each, int | float | str) for each in value.values()):
        return " ".join(f"{number} {unit}" for unit, number in value.items())
    return str(value) if isinstance(value, int | float | str) else "…"
