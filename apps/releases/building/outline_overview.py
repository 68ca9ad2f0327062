"""What there is to say about a release as a whole: what is wrong where, what starts it, what it is made of."""

from collections.abc import Iterator
from dataclasses import dataclass

from apps.releases.building.frame import Frame
from apps.releases.building.outline import Outline, Row
from apps.releases.building.outline_words import duration
from apps.releases.definition import Definition, Finding
from apps.releases.definition.metadata import ours
from apps.releases.pages import ShownSlot

MOST_FINDINGS = 100


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding with the step that it is about, None where it is about the rest of the text."""

    finding: Finding
    row: Row | None


@dataclass(frozen=True, slots=True)
class Overview:
    """A release at a glance."""

    remarks: list[Remark]
    left_out: int
    errors: int
    warnings: int
    triggers: list[tuple[str, str]]
    slots: list[ShownSlot]


def overview_of(frame: Frame, outline: Outline) -> Overview | None:
    """Put together what the builder says while no step is chosen."""
    definition = frame.reading.definition
    if definition is None:
        return None
    reading = frame.reading
    by_path = {row.step.path: row for row in outline.rows.values()}
    ordered = [*reading.errors, *reading.warnings]
    return Overview(
        [Remark(finding, by_path.get(finding.step)) for finding in ordered[:MOST_FINDINGS]],
        max(len(ordered) - MOST_FINDINGS, 0),
        len(reading.errors),
        len(reading.warnings),
        list(_triggers(definition)),
        frame.slots,
    )


def _triggers(definition: Definition) -> Iterator[tuple[str, str]]:
    schedule = definition.schedule
    if schedule and schedule.cron:
        yield "calendar-time", f"By the clock: {schedule.cron} ({schedule.time_zone})"
    elif schedule:
        yield "calendar-time", f"Every {duration(schedule.every)}"
    if "webhook" in ours(definition.document):
        yield "webhook", "When its webhook is called"
    yield "player-play", "By hand, whenever somebody runs it"
