"""How both demo products answer: authorise, check by the document, do it once per key, count the delivery."""

import base64
import binascii
import hashlib
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path

from apps.demo import documents, store
from apps.demo.documents import Complaint, Operation
from apps.demo.store import Document, Store

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
REPLAY_HEADER = "Idempotent-Replay"


@dataclass(frozen=True)
class Answer:
    """What an operation answers; ``delay_seconds`` pass between doing the work and answering."""

    body: Document
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    delay_seconds: float = 0


class Problem(Exception):
    """An error answer with problem details. Raise it before anything is changed."""

    def __init__(
        self,
        status: int,
        title: str,
        detail: str,
        *,
        errors: list[Complaint] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.status = status
        details = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        self.body: Document = {**details, "errors": errors} if errors else details
        self.headers = {**(headers or {}), "Content-Type": "application/problem+json"}


@dataclass(frozen=True, kw_only=True)
class Call:
    """One authorised request, with the values that its document promises."""

    store: Store
    query: dict[str, Any]
    body: Document
    where: dict[str, str]


type Methods = Mapping[str, Operation]
type Handler = Callable[[Call], Answer]
type Authorise = Callable[[HttpRequest, Store], None]


@dataclass(frozen=True, kw_only=True)
class Api:
    """A product's API as its document describes it: every operation id has its handler."""

    product: str
    document: str
    authorise: Authorise
    handlers: Mapping[str, Handler]

    def urls(self) -> list[URLPattern]:
        """Return one address per path of the document."""
        by_path: dict[str, dict[str, Operation]] = {}
        for operation in documents.operations(self.document):
            by_path.setdefault(operation.path, {})[operation.method] = operation
        return [path(_pattern(template), self._view(methods)) for template, methods in by_path.items()]

    def _view(self, methods: Methods) -> Callable[..., HttpResponseBase]:
        def view(request: HttpRequest, **where: str) -> HttpResponse:
            # Read to the end even if it is refused: a client that still sends would see a reset, not the answer.
            _ = request.body
            is_unsafe = request.method in UNSAFE
            with store.opened(writing=is_unsafe) as opened:
                answer = (self._delivered if is_unsafe else self._answered)(request, opened, methods, where)
            # The demo plays a slow API: runs are shown to wait and to time out on it. The store is closed by now.
            time.sleep(answer.delay_seconds)
            return respond(answer)

        return view

    def _delivered(self, request: HttpRequest, opened: Store, methods: Methods, where: dict[str, str]) -> Answer:
        key = request.headers.get("Idempotency-Key", "")
        answer = self._answered(request, opened, methods, where, key)
        opened.record_delivery(
            self.product,
            method=str(request.method),
            path=request.path,
            key=key,
            replayed=REPLAY_HEADER in answer.headers,
            status=answer.status,
        )
        return answer

    def _answered(
        self, request: HttpRequest, opened: Store, methods: Methods, where: dict[str, str], key: str = ""
    ) -> Answer:
        try:
            self.authorise(request, opened)
            operation = _offered(request, methods)
            if key and (earlier := self._earlier(request, opened, key)):
                return earlier
            answer = self.handlers[operation.id](_checked(request, opened, operation, where))
        except Problem as problem:
            return Answer(problem.body, problem.status, problem.headers)
        if key:
            self._remember(request, opened, key, answer)
        return answer

    def _earlier(self, request: HttpRequest, opened: Store, key: str) -> Answer | None:
        """Return the answer that this key got before. Raises Problem if it came with another request."""
        found = opened.db.execute("SELECT * FROM answer WHERE product = ? AND key = ?", (self.product, key)).fetchone()
        if found is None:
            return None
        if found["fingerprint"] != fingerprint(request):
            raise Problem(422, "Idempotency key reused", "This Idempotency-Key came before with another request.")
        return Answer(json.loads(found["body"]), found["status"], {REPLAY_HEADER: "true"})

    def _remember(self, request: HttpRequest, opened: Store, key: str, answer: Answer) -> None:
        opened.db.execute(
            "INSERT INTO answer VALUES (?, ?, ?, ?, ?)",
            (self.product, key, fingerprint(request), answer.status, json.dumps(answer.body)),
        )


def fingerprint(request: HttpRequest) -> str:
    """Identify what a request asks for, to tell a repetition from another request under the same key."""
    return hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode() + request.body).hexdigest()


def respond(answer: Answer) -> HttpResponse:
    """Turn an answer into HTTP."""
    response = HttpResponse(json.dumps(answer.body), status=answer.status, content_type="application/json")
    for name, value in answer.headers.items():
        response[name] = value
    return response


def paged(documents_found: list[Document], limit: int) -> Answer:
    """Answer a page of at most ``limit`` items from a list that was read one item further."""
    items = documents_found[:limit]
    more = len(documents_found) > limit
    return Answer({"items": items, "next_cursor": _cursor(items[-1]) if more else None})


def behind(cursor: str | None) -> tuple[str, str]:
    """Return the place that a cursor marks. Raises Problem for a cursor that is not ours."""
    if not cursor:
        return "", ""
    try:
        created_at, record_id = base64.urlsafe_b64decode(cursor).decode().split(" ")
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise Problem(400, "Bad request", "This cursor did not come from an earlier page.") from error
    return created_at, record_id


def since(given: str | None) -> str:
    """Return a date-time of a query in our own writing. Raises Problem for days that do not exist."""
    try:
        return store.stamp(datetime.fromisoformat(given)) if given else ""
    except (ValueError, OverflowError) as error:
        raise Problem(400, "Bad request", f"{given!r} is not a moment.") from error


def found(document: Document | None, what: str) -> Document:
    """Return the document. Raises Problem 404 when there is none."""
    if document is None:
        raise Problem(404, "Not found", f"There is no {what}.")
    return document


def _cursor(document: Document) -> str:
    return base64.urlsafe_b64encode(f"{document['created_at']} {document['id']}".encode()).decode()


def _pattern(template: str) -> str:
    return template.removeprefix("/").replace("{", "<str:").replace("}", ">")


def _offered(request: HttpRequest, methods: Methods) -> Operation:
    operation = methods.get(str(request.method))
    if operation is None:
        detail = f"{request.method} is not offered at {request.path}."
        raise Problem(405, "Method not allowed", detail, headers={"Allow": ", ".join(methods)})
    return operation


def _checked(request: HttpRequest, opened: Store, operation: Operation, where: dict[str, str]) -> Call:
    query, complaints = operation.check_query({name: str(value) for name, value in request.GET.items()})
    if complaints:
        raise Problem(400, "Bad request", "The query is not as documented.", errors=complaints)
    if complaints := operation.check_path(where):
        raise Problem(422, "Invalid content", "The address is not as documented.", errors=complaints)
    call = Call(store=opened, query=query, body={}, where=where)
    return call if operation.body is None else replace(call, body=_body(request, operation))


def _body(request: HttpRequest, operation: Operation) -> Document:
    try:
        body = json.loads(request.body)
    except ValueError as error:
        raise Problem(400, "Bad request", "The body is not JSON.") from error
    if complaints := operation.check_body(body):
        raise Problem(422, "Invalid content", "The body is not as documented.", errors=complaints)
    return dict(body)
