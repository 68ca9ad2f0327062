"""The schedule sweep: one run for each time, none while paused, refusals are kept."""

from datetime import timedelta

import pytest

from apps.accounts.models import User
from apps.core import clock
from apps.deployments.models import Instance
from apps.deployments.services import pause_instance
from apps.releases import services as releases
from apps.runs.models import Run, ScheduleSlot
from apps.runs.schedules import start_due_runs
from apps.runs.selectors import next_run_of
from tests.runs.furniture import ADD, installed, text_of
from tests.runs.ledger import Ledger


@pytest.fixture
def hourly(db: None, ledger: Ledger) -> Instance:
    """An instance that runs every hour since its deployment, and does not make up for missed times."""
    text = text_of({"add": ADD}, schedule={"every": {"hours": 1}}, slipway={"missedRuns": "skip"})
    return installed(text, ledger.url)


def sweep(instance: Instance, *, hours: float, seconds: float = 5) -> int:
    deployed_at = instance.current_deployment.at  # type: ignore[union-attr]
    with clock.shifted_to(deployed_at + timedelta(hours=hours, seconds=seconds)):
        return start_due_runs()


def states() -> list[str]:
    return list(ScheduleSlot.objects.order_by("at").values_list("state", flat=True))


def test_each_time_starts_one_run_however_often_workers_sweep(hourly: Instance) -> None:
    assert sweep(hourly, hours=0.5) == 0
    assert [sweep(hourly, hours=1) for _ in range(3)] == [1, 0, 0]
    assert sweep(hourly, hours=2) == 1
    run = Run.objects.order_by("queued_at").first()
    assert run is not None
    assert (run.kind, run.started_by_name) == ("schedule", "scheduler")
    assert run.input == {
        "config": {"amount": 7},
        "event": {"schedule": {"at": ScheduleSlot.objects.order_by("at")[0].at.isoformat()}},
    }


def test_missed_times_are_kept_as_missed(hourly: Instance) -> None:
    assert sweep(hourly, hours=3) == 1
    assert states() == ["missed", "missed", "started"]


def test_a_paused_instance_lets_its_times_pass(otto: User, hourly: Instance) -> None:
    pause_instance(by=otto, instance=hourly)
    assert sweep(hourly, hours=1) == 0
    assert states() == ["paused"]


def test_a_refusal_is_kept_with_its_sentence(rita: User, hourly: Instance) -> None:
    assert hourly.current_deployment is not None
    releases.quarantine(by=rita, release=hourly.current_deployment.release, reason="It deletes orders")
    assert sweep(hourly, hours=1) == 0
    slot = ScheduleSlot.objects.get()
    assert (slot.state, slot.run) == ("refused", None)
    assert "quarantined" in slot.note
    assert sweep(hourly, hours=1) == 0


def test_the_next_run_is_shown(hourly: Instance) -> None:
    assert hourly.current_deployment is not None
    assert next_run_of(hourly) == hourly.current_deployment.at + timedelta(hours=1)
