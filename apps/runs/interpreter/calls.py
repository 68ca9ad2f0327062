"""``call``: HTTP requests and operations of connectors."""

import base64
import json
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from apps.runs.interpreter.effects import Answer, Call, CallFailed, ConnectorCall, HttpCall
from apps.runs.interpreter.flow import Done
from apps.runs.interpreter.problems import Fault, Unsupported, problem
from apps.runs.interpreter.uris import expanded
from apps.runs.interpreter.work import Work

CONNECTOR = "connector://"


async def call(work: Work) -> Done:
    """Call and return the answer in the wanted form; anything but success is a communication error."""
    kind, given = work.task["call"], work.task.get("with") or {}
    if kind not in _PREPARED:
        raise Unsupported(f"“call: {kind}”", work.scope.reference)
    prepared = await _PREPARED[kind](work, given)
    answer = await _answer(work, prepared)
    _refuse_failure(work, answer, allow_redirect=bool(given.get("redirect")))
    return Done(_formed(answer, given.get("output", "content")))


async def _http(work: Work, given: Mapping[str, Any]) -> Call:
    endpoint = given["endpoint"]
    uri = endpoint if isinstance(endpoint, str) else endpoint["uri"]
    authentication = {} if isinstance(endpoint, str) else endpoint.get("authentication") or {}
    if "use" in authentication:
        authentication = work.reusable("authentications", authentication["use"])
    return HttpCall(
        method=str(given["method"]).upper(),
        uri=await _uri(work, uri),
        headers=_texts(await work.evaluator.filled(given.get("headers") or {}, work.data)),
        query=await work.evaluator.filled(given.get("query") or {}, work.data) or {},
        body=await work.evaluator.filled(given.get("body"), work.data),
        authentication=await work.evaluator.filled(authentication, work.data) or None,
    )


async def _uri(work: Work, template: str) -> str:
    filled = await work.evaluator.filled(template, work.data)
    if filled != template:
        return str(filled)
    try:
        return expanded(template, work.data)
    except ValueError as error:
        raise work.fault("expression", str(error)) from None


async def _connector(work: Work, given: Mapping[str, Any]) -> Call:
    endpoint = (given.get("document") or {}).get("endpoint", "")
    uri = endpoint if isinstance(endpoint, str) else endpoint.get("uri", "")
    if not uri.startswith(CONNECTOR):
        raise Unsupported("“call: openapi” of a document that is no connector", work.scope.reference)
    return ConnectorCall(
        slot=uri.removeprefix(CONNECTOR),
        operation_id=given["operationId"],
        parameters=await work.evaluator.filled(given.get("parameters") or {}, work.data),
    )


_PREPARED: Mapping[str, Callable[[Work, Mapping[str, Any]], Awaitable[Call]]] = {
    "http": _http,
    "openapi": _connector,
}


async def _answer(work: Work, prepared: Call) -> Answer:
    try:
        return await work.effects.call(work.step, prepared)
    except CallFailed as failed:
        reference = work.scope.reference
        raise Fault(problem(failed.kind, instance=reference, detail=str(failed), status=failed.status)) from None


def _refuse_failure(work: Work, answer: Answer, *, allow_redirect: bool) -> None:
    limit = HTTPStatus.BAD_REQUEST if allow_redirect else HTTPStatus.MULTIPLE_CHOICES
    if HTTPStatus.OK <= answer.status < limit:
        return
    raise Fault(
        problem(
            "communication",
            instance=work.scope.reference,
            status=answer.status,
            title=_phrase(answer.status),
            detail=_excerpt(answer.content),
        )
    )


def _formed(answer: Answer, form: str) -> Any:
    if form == "raw":
        return base64.b64encode(_text(answer.content).encode()).decode()
    if form == "response":
        return {
            "request": dict(answer.request),
            "statusCode": answer.status,
            "headers": dict(answer.headers),
            "content": answer.content,
        }
    return answer.content


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return f"HTTP {status}"


def _excerpt(content: Any) -> str:
    return "" if content in (None, "") else _text(content)[:500]


def _text(content: Any) -> str:
    return content if isinstance(content, str) else json.dumps(content, ensure_ascii=False)


def _texts(headers: Any) -> dict[str, str]:
    return {str(name): value if isinstance(value, str) else _text(value) for name, value in (headers or {}).items()}
