"""Performs a prepared call: opens the secret, waits for its turn, signs in, sends through the egress module, tries
again where that is allowed, cleans the answer."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from asgiref.sync import async_to_sync, sync_to_async

from apps.connectors.calls.credentials import Material, SignedIn, TokenRefused, forget_token, load_material, sign_in
from apps.connectors.calls.pace import InDatabase, Limits, PaceRefused, admitted, limits_of
from apps.connectors.calls.plan import DEFAULT_TIMEOUT_S, CallPlan, prepare_http
from apps.connectors.calls.result import CallResult, headers_to_send, result_of
from apps.connectors.calls.retries import SHORTEST_TRY_S, pause_before, retries_of
from apps.environments.models import Environment
from apps.environments.selectors import egress_policy
from apps.infra.egress import DeadlinePassed, EgressError, OutRequest, OutResponse, Policy, Redactor, SendFailed, send
from apps.infra.jobs.threads import in_database

UNAUTHORIZED = 401
# How long a call waits for its turn: a run waits without a thread, a person in front of a page does not.
PATIENCE_S, PATIENCE_NOW_S = 120.0, 15.0
# Why a call got no answer although it was allowed; trying again may help.
NO_ANSWER = (DeadlinePassed, SendFailed)


async def perform(
    plan: CallPlan,
    *,
    environment_id: int,
    customer_id: int | None,
    connection_id: int | None,
    idempotency_key: str = "",
    patience_s: float = PATIENCE_S,
) -> CallResult:
    """Send ``plan`` from an environment on behalf of an owner (a customer, or None: the team) and return the answer.

    Secrets are opened inside and do not leave but towards their own origins. The connector's limits are kept to: the
    call waits up to ``patience_s`` seconds for its turn. Raises ``CallRefused``, ``KeyMissing`` or ``UnsealRefused``
    before anything is sent, and ``EgressError``, whose ``maybe_sent`` says whether the other side may have acted.
    """
    policy, material = await in_database(
        _prepared, plan, connection_id=connection_id, environment_id=environment_id, customer_id=customer_id
    )
    turn = _turn(plan, environment_id, patience_s, in_database)
    return await _Performance(plan, material, policy, idempotency_key, turn).result()


def perform_now(
    plan: CallPlan,
    *,
    environment_id: int,
    customer_id: int | None,
    connection_id: int | None,
    idempotency_key: str = "",
    patience_s: float = PATIENCE_NOW_S,
) -> CallResult:
    """``perform`` for code outside an event loop; the database is reached in the caller's own thread."""
    policy, material = _prepared(
        plan, connection_id=connection_id, environment_id=environment_id, customer_id=customer_id
    )
    turn = _turn(plan, environment_id, patience_s, _in_callers_thread)
    performance = _Performance(plan, material, policy, idempotency_key, turn)
    return async_to_sync(performance.result)()


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


async def _in_callers_thread(work: Any, *args: Any, **kwargs: Any) -> Any:
    return await sync_to_async(work, thread_sensitive=True)(*args, **kwargs)


@dataclass(frozen=True, slots=True)
class _Turn:
    """What a call has to wait for before it may go out."""

    limits: Limits | None
    patience_s: float
    in_database: InDatabase


def _turn(plan: CallPlan, environment_id: int, patience_s: float, in_database: InDatabase) -> _Turn:
    limits = limits_of(
        plan.execution, version_id=plan.version_id, environment_id=environment_id, timeout_s=plan.timeout_s
    )
    return _Turn(limits, patience_s, in_database)


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What came of one try: an answer, or why there is none. ``asked`` is what was answered (a token's call, too)."""

    answer: OutResponse | None = None
    error: EgressError | None = None
    asked: CallPlan | None = None
    redactor: Redactor | None = None
    token_is_stale: bool = False


@dataclass(slots=True)
class _Performance:
    """One call, tried as often as it may be. Its time limit counts from when the first try may go out."""

    plan: CallPlan
    material: Material | None
    policy: Policy
    key: str
    turn: _Turn
    tries: int = 0
    maybe_sent: bool = False
    until: float = 0.0

    async def result(self) -> CallResult:
        """Return the last answer. Raises ``EgressError`` where the last try got none."""
        outcome = await self._tried(self.turn.patience_s)
        while (pause := self._pause_after(outcome)) is not None:
            await asyncio.sleep(pause)
            try:
                outcome = await self._tried(self._left())
            except PaceRefused:
                break
        return self._kept(outcome)

    async def _tried(self, patience_s: float) -> _Outcome:
        outcome = await self._once(patience_s)
        self.tries += 1
        if not (outcome.token_is_stale and self.material):
            return outcome
        # The API ended the token early. It refused the call, so sending it again repeats nothing.
        forget_token(self.plan, self.material)
        return await self._once(patience_s)

    async def _once(self, patience_s: float) -> _Outcome:
        async with admitted(self.turn.limits, patience_s=patience_s, in_database=self.turn.in_database):
            self.until = self.until or time.monotonic() + self.plan.timeout_s
            try:
                signed_in = await sign_in(self.plan, self.material, self._policy_now())
                answer = await self._sent(signed_in)
            except TokenRefused as refused:
                return _Outcome(refused.answer, asked=refused.plan, redactor=refused.redactor)
            except EgressError as error:
                self.maybe_sent = self.maybe_sent or error.maybe_sent
                return _Outcome(error=error)
        is_stale = signed_in.from_cache and answer.status == UNAUTHORIZED
        return _Outcome(answer, redactor=Redactor(signed_in.secrets), token_is_stale=is_stale)

    async def _sent(self, signed_in: SignedIn) -> OutResponse:
        plan = self.plan
        headers = headers_to_send(plan, self.key)
        request = OutRequest(plan.method, plan.url, headers, plan.content, signed_in.credential)
        return await send(request, policy=self._policy_now())

    def _policy_now(self) -> Policy:
        """The policy with what is left of the time limit."""
        return replace(self.policy, deadline_s=min(self.plan.timeout_s, max(SHORTEST_TRY_S, self._left())))

    def _left(self) -> float:
        return max(0.0, self.until - time.monotonic())

    def _pause_after(self, outcome: _Outcome) -> float | None:
        refused = outcome.error is not None and not isinstance(outcome.error, NO_ANSWER)
        if refused or outcome.asked is not None or not self._may_arrive_twice():
            return None
        headers = outcome.answer.headers if outcome.answer else {}
        return pause_before(
            retries_of(self.plan.execution),
            tries=self.tries,
            left_s=self._left(),
            status=outcome.answer.status if outcome.answer else None,
            retry_after=headers.get("retry-after", ""),
        )

    def _may_arrive_twice(self) -> bool:
        return self.plan.safe or bool(self.key and self.plan.idempotency_header)

    def _kept(self, outcome: _Outcome) -> CallResult:
        if outcome.answer is None or outcome.redactor is None:
            error = outcome.error or SendFailed("There was no answer.", maybe_sent=self.maybe_sent)
            # An earlier try may have arrived, whatever became of the last one.
            error.maybe_sent = error.maybe_sent or self.maybe_sent
            raise error
        asked, key = (outcome.asked, "") if outcome.asked else (self.plan, self.key)
        return result_of(asked, outcome.answer, idempotency_key=key, redactor=outcome.redactor, tries=self.tries)
