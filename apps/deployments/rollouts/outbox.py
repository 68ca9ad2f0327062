"""What workers do for rollouts."""

import logging

from django.utils.module_loading import import_string

from apps.deployments.rollouts.selectors import pending_jobs
from apps.deployments.services.rollout_items import carry_out_item, give_up_item
from apps.infra.jobs import Outbox, register_outbox

log = logging.getLogger(__name__)

SENTENCE = "An unexpected error stopped it and nothing was changed. The log of the worker says more."


def register() -> None:
    """Let workers carry out the items of rollouts."""
    register_outbox(Outbox("rollouts", pending_jobs, carry_out))


async def carry_out(job: str) -> None:
    """Give one item its turn; an error of ours ends the item, never the rollout."""
    write = import_string("apps.infra.jobs.durable.write")
    try:
        await write(carry_out_item, job)
    except Exception:
        log.exception("The rollout's item %s failed.", job)
        await write(give_up_item, job, SENTENCE)
