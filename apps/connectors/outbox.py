"""What workers do for pipelines. Its parts are imported late: only workers load the durable engine."""

from datetime import timedelta

from django.utils.module_loading import import_string

from apps.connectors.models import PipelineJob
from apps.infra.jobs import Outbox, Sweep, register_outbox, register_sweep

AT_ONCE = 100
RECONCILED_EVERY = timedelta(seconds=30)


def register() -> None:
    """Let workers carry out steps of pipelines, and end those that got stuck."""
    register_outbox(Outbox("pipeline", pending, carry_out))
    register_sweep(Sweep("pipeline reconciliation", RECONCILED_EVERY, reconcile))


def pending() -> list[str]:
    """Return the ids of queued jobs, oldest first."""
    return [str(pk) for pk in PipelineJob.objects.queued().values_list("pk", flat=True)[:AT_ONCE]]


async def carry_out(job_id: str) -> object:
    """Carry out one job."""
    return await import_string("apps.connectors.carrying_out.carry_out")(job_id)


def reconcile() -> object:
    """End jobs whose workflow is over or lost."""
    return import_string("apps.connectors.carrying_out.reconcile")()
