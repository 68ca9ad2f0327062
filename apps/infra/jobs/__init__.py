"""Durable jobs: DBOS, workers, what waits for them, and what happens when one dies.

Apps register what they want carried out; ``durable`` holds what a workflow may do, ``worker`` the process itself.
"""

from apps.infra.jobs.outbox import Outbox, Sweep, register_outbox, register_sweep

__all__ = ["Outbox", "Sweep", "register_outbox", "register_sweep"]
