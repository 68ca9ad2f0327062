"""What workers do for runs. Its parts are imported late: only workers load the durable engine."""

from collections.abc import Callable
from datetime import timedelta

from django.utils.module_loading import import_string

from apps.infra.jobs import Outbox, Sweep, register_outbox, register_sweep
from apps.runs.models import Run

AT_ONCE = 100

SWEEPS = (
    ("schedules", timedelta(seconds=1), "apps.runs.schedules.start_due_runs"),
    ("decisions", timedelta(seconds=0.5), "apps.runs.sweeps.wake_decided_runs"),
    ("reconciliation", timedelta(seconds=30), "apps.runs.sweeps.reconcile"),
    ("old schedule slots", timedelta(hours=6), "apps.runs.sweeps.forget_old_slots"),
)


def register() -> None:
    """Let workers carry out runs, start what is due, and look after what got stuck."""
    register_outbox(Outbox("runs", pending, carry_out))
    for name, every, path in SWEEPS:
        register_sweep(Sweep(name, every, _imported_late(path)))


def pending() -> list[str]:
    """Return the ids of queued runs, oldest first."""
    return [str(pk) for pk in Run.objects.queued().values_list("pk", flat=True)[:AT_ONCE]]


async def carry_out(run_id: str) -> object:
    """Carry out one run."""
    return await import_string("apps.runs.carrying_out.carry_out")(run_id)


def _imported_late(path: str) -> Callable[[], object]:
    def sweep() -> object:
        return import_string(path)()

    return sweep
