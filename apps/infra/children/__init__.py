"""Work on what strangers wrote, in processes that can be lost: empty environment, hard limits, no Django inside.

``run``: one fresh child per document (YAML, OpenAPI, archives). ``JqPool``: expressions, in children that stay.
"""

from apps.infra.children.jq_pool import ExpressionFailed, JqPool, compile_error, compile_errors, shared_pool
from apps.infra.children.tasks import ChildFailed, Limits, register_task, run, run_async

__all__ = [
    "ChildFailed",
    "ExpressionFailed",
    "JqPool",
    "Limits",
    "compile_error",
    "compile_errors",
    "register_task",
    "run",
    "run_async",
    "shared_pool",
]
