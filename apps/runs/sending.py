"""From a step of a run to a call of its connector, and from what came of it to an answer for the interpreter."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.connectors import selectors
from apps.connectors.calls import CallPlan, CallRefused, CallResult, prepare_call, prepare_http, request_masked
from apps.connectors.models import Build
from apps.core.errors import Refused
from apps.environments.models import Environment
from apps.infra.egress import DeadlinePassed, EgressError
from apps.runs.assignments import Assignment
from apps.runs.certainty import Manner, is_safe_to_repeat, key_of
from apps.runs.interpreter.effects import Answer, Call, CallFailed, HttpCall, Step


@dataclass(frozen=True)
class Errand:
    """One call ready to be sent, with the key and the manner of repeating it."""

    plan: CallPlan
    connection_id: int | None
    customer_id: int | None
    environment_id: int
    key: str
    manner: Manner

    @property
    def request(self) -> dict[str, Any]:
        """The request as it may be stored and shown."""
        return request_masked(self.plan, idempotency_key=self.key)

    @property
    def sending(self) -> dict[str, Any]:
        """The arguments of ``connectors.calls.perform`` beside the plan."""
        return {
            "environment_id": self.environment_id,
            "customer_id": self.customer_id,
            "connection_id": self.connection_id,
            "idempotency_key": self.key,
        }


def errand_for(assignment: Assignment, step: Step, call: Call) -> Errand:
    """Prepare a call with what the run is pinned to. Reads the database. Raises ``CallFailed``."""
    try:
        plan, connection_id = _planned(assignment, call)
    except Refused as refused:
        raise CallFailed("configuration", _told(refused)) from None
    declared = is_safe_to_repeat(step.metadata, otherwise=assignment.safe_to_repeat)
    is_connectors = plan.connector_id is not None
    return Errand(
        plan=plan,
        connection_id=connection_id,
        customer_id=assignment.customer_id if is_connectors else None,
        environment_id=assignment.environment_id,
        key=key_of(assignment.run_id, step.path),
        manner=Manner(safe=plan.safe, honours_key=is_connectors and bool(plan.idempotency_header), declared=declared),
    )


def answer_of(result: CallResult) -> Answer:
    """Return an API's answer as the interpreter sees it."""
    asked = result.request_masked
    request = {"method": asked["method"].lower(), "uri": asked["url"], "headers": asked["headers"]}
    return Answer(status=result.status, headers=result.headers, content=result.body, request=request)


def failure_of(error: Exception) -> CallFailed:
    """Return what a call without an answer means for the workflow."""
    if isinstance(error, DeadlinePassed):
        return CallFailed("timeout", error.sentence)
    if isinstance(error, EgressError):
        return CallFailed("communication", error.sentence)
    if isinstance(error, Refused):
        return CallFailed("configuration", _told(error))
    raise error


def maybe_arrived(error: Exception) -> bool:
    """Tell whether the other side may have acted on a call that got no answer."""
    return isinstance(error, EgressError) and error.maybe_sent


def _planned(assignment: Assignment, call: Call) -> tuple[CallPlan, int | None]:
    if isinstance(call, HttpCall):
        headers = {**call.headers, **_authorization(call.authentication or {})}
        return prepare_http(call.method, call.uri, headers=headers, query=call.query, body=call.body), None
    pin = assignment.pins.get(call.slot)
    if pin is None:
        raise CallRefused(f"Nothing is bound to the slot “{call.slot}”.")
    build = Build.objects.select_related("version__connector").get(pk=pin.build_id)
    environment = Environment.objects.get(pk=assignment.environment_id)
    target = selectors.call_target(build, call.operation_id, environment, connection_id=pin.connection_id)
    return prepare_call(target, call.parameters), pin.connection_id


def _authorization(authentication: Mapping[str, Any]) -> dict[str, str]:
    if basic := authentication.get("basic"):
        pair = f"{basic.get('username', '')}:{basic.get('password', '')}"
        return {"authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
    if bearer := authentication.get("bearer"):
        token = bearer.get("token", "") if isinstance(bearer, Mapping) else bearer
        return {"authorization": f"Bearer {token}"}
    if authentication:
        raise CallRefused("This way to sign in is not supported here. Make a connector for the API.")
    return {}


def _told(refused: Refused) -> str:
    return " ".join([refused.message, *refused.problems])
