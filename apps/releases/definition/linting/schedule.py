"""The timer: a cron expression, an interval, a time zone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import available_timezones

from cronsim import CronSim, CronSimError

from ..document import Definition
from ..expressions import inner
from ..findings import Finding, did_you_mean
from ..metadata import Schedule, ours
from ..shapes import mapping, text


def findings(definition: Definition) -> Iterator[Finding]:
    zone = text(ours(definition.document).get("timeZone"))
    if zone and zone not in available_timezones():
        at = "/document/metadata/slipway/timeZone"
        mend = did_you_mean(zone, available_timezones(), "Write for example Europe/Berlin.")
        yield definition.error("time-zone", at, f"“{zone}” is no time zone.", mend)
    if definition.schedule is not None:
        yield from _timer(definition, definition.schedule)


def _timer(definition: Definition, schedule: Schedule) -> Iterator[Finding]:
    if schedule.cron is not None and schedule.every is not None:
        message = "A schedule has “cron” or “every”, not both."
        yield definition.error("schedule", "/schedule", message, "Remove one of the two.")
    if schedule.cron is not None:
        yield from _cron(definition, schedule.cron)
    if inner(schedule.every) is not None:
        message = "An interval is a fixed duration: nothing is running yet that could evaluate an expression."
        yield definition.error("schedule", "/schedule/every", message, "Write for example “minutes: 15” below it.")
    if mapping(schedule.every) and not any(mapping(schedule.every).values()):
        yield definition.error("schedule", "/schedule/every", "This interval has no length.", "Write “minutes: 15”.")


def _cron(definition: Definition, cron: str) -> Iterator[Finding]:
    try:
        CronSim(cron, datetime.now(UTC))
    except CronSimError as error:
        message = f"“{cron}” is no cron expression: {str(error).lower()}."
        yield definition.error("schedule", "/schedule/cron", message, "Write five fields, such as 0 6 * * 1-5.")
