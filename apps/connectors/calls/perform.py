"""Performs a prepared call: opens the secret, signs in, sends through the egress module, cleans the answer."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from apps.connectors.calls.credentials import Material, SignedIn, TokenRefused, forget_token, load_material, sign_in
from apps.connectors.calls.plan import DEFAULT_TIMEOUT_S, CallPlan, prepare_http
from apps.connectors.calls.result import CallResult, headers_to_send, result_of
from apps.environments.models import Environment
from apps.environments.selectors import egress_policy
from apps.infra.egress import OutRequest, OutResponse, Policy, Redactor, send
from apps.infra.jobs.threads import in_database

UNAUTHORIZED = 401


async def perform(
    plan: CallPlan,
    *,
    environment_id: int,
    customer_id: int | None,
    connection_id: int | None,
    idempotency_key: str = "",
) -> CallResult:
    """Send ``plan`` from an environment on behalf of an owner (a customer, or None: the team) and return the answer.

    Secrets are opened inside and do not leave but towards their own origins. Raises ``CallRefused``, ``KeyMissing``
    or ``UnsealRefused`` before anything is sent, and ``EgressError``, whose ``maybe_sent`` says whether the other
    side may have acted.
    """
    policy, material = await in_database(
        _prepared, plan, connection_id=connection_id, environment_id=environment_id, customer_id=customer_id
    )
    return await _performed(plan, material, policy, idempotency_key)


def perform_now(
    plan: CallPlan,
    *,
    environment_id: int,
    customer_id: int | None,
    connection_id: int | None,
    idempotency_key: str = "",
) -> CallResult:
    """``perform`` for code outside an event loop."""
    policy, material = _prepared(
        plan, connection_id=connection_id, environment_id=environment_id, customer_id=customer_id
    )
    return asyncio.run(_performed(plan, material, policy, idempotency_key))


async def perform_http(
    method: str,
    url: str,
    *,
    environment_id: int,
    headers: Mapping[str, Any] | None = None,
    query: Mapping[str, Any] | None = None,
    body: Any = None,
    timeout_s: float = DEFAULT_TIMEOUT_S,
    idempotency_key: str = "",
) -> CallResult:
    """Call a plain address without credentials. Raises ``CallRefused`` and ``EgressError``."""
    plan = prepare_http(method, url, headers=headers, query=query, body=body, timeout_s=timeout_s)
    return await perform(
        plan, environment_id=environment_id, customer_id=None, connection_id=None, idempotency_key=idempotency_key
    )


def _prepared(
    plan: CallPlan, *, connection_id: int | None, environment_id: int, customer_id: int | None
) -> tuple[Policy, Material | None]:
    policy = egress_policy(Environment.objects.get(pk=environment_id))
    material = load_material(plan, connection_id=connection_id, environment_id=environment_id, customer_id=customer_id)
    return replace(policy, deadline_s=plan.timeout_s), material


async def _performed(plan: CallPlan, material: Material | None, policy: Policy, key: str) -> CallResult:
    try:
        signed_in = await sign_in(plan, material, policy)
        answer = await _sent(plan, signed_in, policy, key)
        if material and signed_in.from_cache and answer.status == UNAUTHORIZED:
            # The API ended the token early. It refused the call, so sending it again repeats nothing.
            forget_token(plan, material)
            signed_in = await sign_in(plan, material, policy)
            answer = await _sent(plan, signed_in, policy, key)
    except TokenRefused as refused:
        return result_of(refused.plan, refused.answer, idempotency_key="", redactor=refused.redactor)
    return result_of(plan, answer, idempotency_key=key, redactor=Redactor(signed_in.secrets))


async def _sent(plan: CallPlan, signed_in: SignedIn, policy: Policy, key: str) -> OutResponse:
    body = plan.body.encode("utf-8", "surrogatepass") if plan.body is not None else None
    request = OutRequest(plan.method, plan.url, headers_to_send(plan, key), body, signed_in.credential)
    return await send(request, policy=policy)
