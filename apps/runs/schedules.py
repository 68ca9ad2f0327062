"""Starts what is due: every worker sweeps, and each time of each instance happens at most once."""

import logging
from datetime import datetime
from functools import lru_cache

from django.db import IntegrityError, transaction
from django.db.models import Max, OuterRef, Subquery

from apps.audit.actor import Actor
from apps.core import clock
from apps.core.errors import Refused
from apps.deployments.models import Instance
from apps.releases import reading
from apps.releases.definition import Schedule
from apps.releases.models import Snapshot
from apps.runs.models import ScheduleSlot
from apps.runs.services import start_run
from apps.runs.states import RunKind, SlotState
from apps.runs.timetable import Due, due

log = logging.getLogger(__name__)

SCHEDULER = Actor.system("scheduler")


def start_due_runs() -> int:
    """Queue a run for every schedule that is due now. Return how many."""
    return sum(_start_due(instance, schedule) for instance, schedule in scheduled_instances())


def scheduled_instances() -> list[tuple[Instance, Schedule]]:
    """Return every instance whose deployed release has a schedule, with that schedule."""
    deployed = Instance.objects.installed().exclude(current_deployment=None)
    digests = deployed.values_list("current_deployment__release__snapshot__digest", flat=True).distinct().order_by()
    schedules = {digest: schedule for digest in digests if (schedule := _schedule_in(digest))}
    if not schedules:
        return []
    handled = ScheduleSlot.objects.filter(instance=OuterRef("pk")).values("instance").annotate(last=Max("at"))
    instances = (
        deployed.filter(current_deployment__release__snapshot__digest__in=schedules)
        .select_related("current_deployment__release__snapshot")
        .defer("current_deployment__release__snapshot__data")
        .annotate(handled_until=Subquery(handled.values("last")))
    )
    return [(instance, schedules[_digest_of(instance)]) for instance in instances]


def _start_due(instance: Instance, schedule: Schedule) -> int:
    deployed_at: datetime = instance.current_deployment.at  # type: ignore[union-attr]
    handled: datetime | None = instance.handled_until  # type: ignore[attr-defined]
    after = max(handled, deployed_at) if handled else deployed_at
    times = due(schedule, anchor=deployed_at, after=after, until=clock.now())
    return sum(_handle(instance, slot) for slot in times)


def _handle(instance: Instance, slot: Due) -> bool:
    try:
        with transaction.atomic():
            row = ScheduleSlot.objects.create(instance=instance, at=slot.at, state=_without_run(instance, slot))
            return slot.starts and not instance.paused_at and _start(row)
    except IntegrityError:
        # Another worker was faster with this time.
        return False


def _start(row: ScheduleSlot) -> bool:
    try:
        with transaction.atomic():
            event = {"schedule": {"at": row.at.isoformat()}}
            row.run = start_run(by=SCHEDULER, instance=row.instance, event=event, kind=RunKind.SCHEDULE)
            row.state = SlotState.STARTED
    except Refused as refusal:
        row.state, row.note = SlotState.REFUSED, refusal.message
    row.save(update_fields=["run", "state", "note"])
    return row.run is not None


def _without_run(instance: Instance, slot: Due) -> SlotState:
    if instance.paused_at:
        return SlotState.PAUSED
    return SlotState.STARTED if slot.starts else SlotState.MISSED


def _digest_of(instance: Instance) -> str:
    digest: str = instance.current_deployment.release.snapshot.digest  # type: ignore[union-attr]
    return digest


@lru_cache(maxsize=4096)
def _schedule_in(digest: str) -> Schedule | None:
    # The digest is the text's own: what was read once for it stays true.
    return reading.accepted(Snapshot.objects.get(digest=digest).text).schedule
