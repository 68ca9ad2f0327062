"""What workers look after, beside carrying out runs."""

from datetime import timedelta
from uuid import UUID

from apps.core import clock
from apps.infra.jobs import durable, engine
from apps.runs import projection
from apps.runs.interpreter.problems import problem
from apps.runs.models import CallIntent, Run, ScheduleSlot
from apps.runs.states import IntentState

SETTLED_FOR = timedelta(seconds=60)
KEPT_SLOTS = timedelta(days=90)
AT_ONCE = 200


def wake_decided_runs() -> int:
    """Let runs of this worker go on about whose uncertain call a person has decided. Return how many."""
    waiting = [UUID(key) for key in durable.flights().waiting()]
    if not waiting:
        return 0
    decided = CallIntent.objects.filter(run__in=waiting, state=IntentState.UNCERTAIN).exclude(resolution="")
    runs = {str(run_id) for run_id in decided.values_list("run_id", flat=True)}
    for run_id in runs:
        durable.flights().wake(run_id)
    return len(runs)


def reconcile() -> int:
    """Fail runs that say they are under way although DBOS has ended or lost their workflow. Return how many."""
    old = Run.objects.under_way().filter(started_at__lt=clock.now() - SETTLED_FOR).order_by("started_at")
    ids = [str(pk) for pk in old.values_list("pk", flat=True)[:AT_ONCE]]
    alive = engine.under_way(ids) if ids else set()
    over = [run_id for run_id in ids if run_id not in alive]
    for run_id in over:
        detail = "The run was interrupted and cannot go on: its journal has ended or is gone. Try it again."
        projection.finished(run_id, problem=problem("runtime", instance="/", detail=detail))
    return len(over)


def forget_old_slots() -> None:
    """Delete times of schedules that were handled long ago; the newest of each instance is young enough to stay."""
    ScheduleSlot.objects.filter(at__lt=clock.now() - KEPT_SLOTS).delete()
