"""What is kept of a call, fit to be stored and shown."""

import json
from dataclasses import dataclass
from typing import Any

from apps.connectors.calls.plan import CallPlan
from apps.infra.egress import OutResponse, Redactor

LONGEST_KEPT = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CallResult:
    """An API's answer, JSON-able, with the secrets of the call removed wherever the API echoed them.

    ``body`` is data if the answer is JSON, else text. ``request_masked`` is ``{method, url, headers, body}``,
    ``response_masked`` ``{status, headers, body}``: shortened for people, where ``body`` is whole; with ``tries`` where
    it took more than one.
    """

    status: int
    headers: dict[str, str]
    body: Any
    request_masked: dict[str, Any]
    response_masked: dict[str, Any]
    elapsed_ms: int
    tries: int = 1

    @property
    def is_success(self) -> bool:
        """True for a status in the two hundreds."""
        return 200 <= self.status < 300


def request_masked(plan: CallPlan, *, idempotency_key: str = "", redactor: Redactor | None = None) -> dict[str, Any]:
    """The request as it may be stored and shown, before or after it is sent."""
    redactor = redactor or Redactor(())
    # The name of this header ends in "key", but it is no secret: people compare it with the API's own records.
    key = {name: redactor.text(value) for name, value in _key_header(plan, idempotency_key).items()}
    return {
        "method": plan.method,
        "url": redactor.text(plan.url),
        "headers": redactor.headers(plan.headers) | key,
        "body": _shown(plan, redactor),
    }


def result_of(
    plan: CallPlan, answer: OutResponse, *, idempotency_key: str, redactor: Redactor, tries: int = 1
) -> CallResult:
    """Read an answer and clean it."""
    headers = redactor.headers(answer.headers)
    body = redactor.json(_data(answer))
    shown = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False, indent=2)
    return CallResult(
        status=answer.status,
        headers=headers,
        body=body,
        request_masked=request_masked(plan, idempotency_key=idempotency_key, redactor=redactor),
        response_masked={
            "status": answer.status,
            "headers": headers,
            "body": _shortened(shown),
            **({"tries": tries} if tries > 1 else {}),
        },
        elapsed_ms=answer.elapsed_ms,
        tries=tries,
    )


def headers_to_send(plan: CallPlan, idempotency_key: str) -> dict[str, str]:
    """The plan's headers with the idempotency key, where the call is unsafe and the API knows such a header."""
    return {**plan.headers, **_key_header(plan, idempotency_key)}


def _key_header(plan: CallPlan, idempotency_key: str) -> dict[str, str]:
    wanted = idempotency_key and plan.idempotency_header and not plan.safe
    return {plan.idempotency_header.lower(): idempotency_key} if wanted else {}


def _data(answer: OutResponse) -> Any:
    if not answer.body:
        return None
    try:
        return answer.json()
    except (ValueError, RecursionError):
        return answer.text().replace("\x00", "\ufffd")


def _shown(plan: CallPlan, redactor: Redactor) -> str | None:
    if plan.body_is_base64:
        return f"({len(plan.content or b''):,} bytes that are no text)"
    return _shortened(redactor.text(plan.body)) if plan.body is not None else None


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST_KEPT else f"{text[:LONGEST_KEPT]}\n… ({len(text):,} characters in all)"
