"""A call made only to see whether the API answers."""

import json
from dataclasses import dataclass
from typing import Any

from apps.connectors import selectors
from apps.connectors.calls.perform import perform_now
from apps.connectors.calls.plan import CallPlan, CallTarget, prepare_call
from apps.connectors.calls.result import CallResult, request_masked
from apps.connectors.models import Build, Connection
from apps.core.errors import Refused
from apps.environments.models import Environment
from apps.infra.egress import EgressError

LONGEST_EXCERPT = 2_000
REFUSING = (401, 403)


@dataclass(frozen=True, slots=True)
class Trial:
    """How it went. ``kept`` is ``{sentence, request, response}``, masked and short, for storing and showing."""

    succeeded: bool
    sentence: str
    kept: dict[str, Any]
    elapsed_ms: int


def tried(build: Build, environment: Environment, *, connection: Connection | None, kind: str | None = None) -> Trial:
    """Call the build's test operation from ``environment``. ``kind`` chooses the server (else the environment's)."""
    operation_id = build.configuration["test"]["operation"]
    if not operation_id:
        raise Refused(f"{build.version} has no test operation. Choose one under “Test” on its page and build it.")
    target = selectors.call_target(build, operation_id, environment, kind=kind)
    plan = prepare_call(target, {})
    try:
        result = perform_now(
            plan,
            environment_id=environment.pk,
            customer_id=connection.customer_id if connection else None,
            connection_id=connection.pk if connection else None,
        )
    except EgressError as error:
        return _without_answer(plan, error)
    return _with_answer(target, result)


def _with_answer(target: CallTarget, result: CallResult) -> Trial:
    sentence = _sentence(target, result)
    kept = {"sentence": sentence, "request": result.request_masked, "response": _excerpt(result)}
    return Trial(result.is_success, sentence, kept, result.elapsed_ms)


def _without_answer(plan: CallPlan, error: EgressError) -> Trial:
    kept = {"sentence": error.sentence, "request": request_masked(plan), "response": None}
    return Trial(False, error.sentence, kept, 0)


def _sentence(target: CallTarget, result: CallResult) -> str:
    if result.is_success:
        return f"“{target.operation_id}” answered {result.status} in {result.elapsed_ms} ms."
    told = _told(result.body)
    why = "The API refused these credentials" if result.status in REFUSING else "The API did not do it"
    return f"{why}: {result.status}{f', “{told}”' if told else ''}."


def _told(body: Any) -> str:
    """The API's own words, where an answer of the usual shapes has some."""
    if not isinstance(body, dict):
        return ""
    error = body.get("error")
    candidates = (body.get("error_description"), body.get("detail"), body.get("message"), error)
    nested = error.get("message") if isinstance(error, dict) else None
    told = next((each for each in (nested, *candidates) if isinstance(each, str) and each), "")
    return told[:200].rstrip(".")


def _excerpt(result: CallResult) -> dict[str, Any]:
    body = result.body if isinstance(result.body, str) else json.dumps(result.body, ensure_ascii=False, indent=2)
    short = body if len(body) <= LONGEST_EXCERPT else f"{body[:LONGEST_EXCERPT]}\n…"
    return {"status": result.status, "body": short, "elapsed_ms": result.elapsed_ms}
