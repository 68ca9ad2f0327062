"""Calls to the APIs behind connectors: prepared as plain data, performed with secrets that leave nowhere else.

target = selectors.call_target(build_id, "upsertContact", environment)
plan = prepare_call(target, {"email": "a@b.example", "body": {...}})
result = await perform(plan, environment_id=…, customer_id=None, connection_id=7, idempotency_key="run-1:3")
"""

from apps.connectors.calls.pace import PaceRefused
from apps.connectors.calls.paging import Following, Pages, first_parameters, next_parameters, next_url
from apps.connectors.calls.perform import perform, perform_http, perform_now
from apps.connectors.calls.plan import CallPlan, CallRefused, CallTarget, prepare_call, prepare_http
from apps.connectors.calls.result import CallResult, request_masked

__all__ = [
    "CallPlan",
    "CallRefused",
    "CallResult",
    "CallTarget",
    "Following",
    "PaceRefused",
    "Pages",
    "first_parameters",
    "next_parameters",
    "next_url",
    "perform",
    "perform_http",
    "perform_now",
    "prepare_call",
    "prepare_http",
    "request_masked",
]
