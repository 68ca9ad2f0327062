"""From an operation and values by name to a call, as plain data. Pure: no database, no network, no secrets."""

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from apps.connectors.calls import styles
from apps.connectors.calls.bodies import Content, described_body
from apps.connectors.calls.bodies import body as body_of
from apps.core.errors import Refused
from apps.infra.egress import EgressError, expand_url

BODY = "body"
DEFAULT_TIMEOUT_S = 10.0
JSON = "application/json"
SAFE_METHODS = frozenset(("GET", "HEAD", "OPTIONS", "QUERY"))


class CallRefused(Refused):
    """The call cannot be made as it is asked for; ``problems`` lists every reason. Nothing was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallTarget:
    """One operation of a build as it is called in one environment. ``scheme`` and its options say how to sign in.

    ``headers`` and ``query`` go with every call of the connection; what a caller gives by name comes first.
    """

    operation_id: str
    operation: Mapping[str, Any]
    server_url: str
    connector_id: int | None = None
    scheme: str = "none"
    scheme_options: Mapping[str, str] = field(default_factory=dict)
    timeout_s: float = DEFAULT_TIMEOUT_S
    idempotency_header: str = ""
    version_id: int | None = None
    execution: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class CallPlan:
    """One call, ready to be sent: JSON-able and without secrets, so that it may be recorded.

    ``safe``: repeating it changes nothing on the other side. ``body`` is text; where the content is none, its base64.
    ``execution``: what the build says about trying again and limits.
    """

    operation_id: str
    method: str
    url: str
    headers: dict[str, str]
    body: str | None
    safe: bool
    connector_id: int | None
    scheme: str
    scheme_options: dict[str, str]
    timeout_s: float
    idempotency_header: str
    body_is_base64: bool = False
    version_id: int | None = None
    execution: dict[str, Any] = field(default_factory=dict)

    @property
    def content(self) -> bytes | None:
        """The body as it goes over the wire."""
        if self.body is None:
            return None
        return base64.b64decode(self.body) if self.body_is_base64 else self.body.encode()


def prepare_call(target: CallTarget, parameters: Mapping[str, Any]) -> CallPlan:
    """Fill in the operation's parameters.

    ``parameters`` holds values by name; ``body`` is the request body, and a name that occurs twice is written
    ``path.id``, ``query.id``. Raises ``CallRefused`` naming everything that is missing, unknown or unfit.
    """
    given = _Given(target, parameters)
    if given.problems:
        raise CallRefused(f"“{target.operation_id}” cannot be called like this.", problems=given.problems)
    operation = target.operation
    headers, content = _body(operation, parameters[BODY]) if given.has_body else ({}, None)
    headers |= {parameter["name"]: styles.header_text(parameter, value) for parameter, value in given.at("header")}
    headers |= _besides(target.headers, headers)
    cookies = "; ".join(each for parameter, value in given.at("cookie") for each in styles.cookies(parameter, value))
    return CallPlan(
        operation_id=target.operation_id,
        method=operation["method"],
        url=_url(target, given),
        headers={"accept": operation.get("accept", JSON), **headers, **({"cookie": cookies} if cookies else {})},
        **_kept(content),
        safe=operation["safe"],
        connector_id=target.connector_id,
        scheme=target.scheme,
        scheme_options=dict(target.scheme_options),
        timeout_s=target.timeout_s,
        idempotency_header=target.idempotency_header,
        version_id=target.version_id,
        execution=dict(target.execution),
    )


def prepare_http(
    method: str,
    url: str,
    *,
    headers: Mapping[str, Any] | None = None,
    query: Mapping[str, Any] | None = None,
    body: Any = None,
    timeout_s: float = DEFAULT_TIMEOUT_S,
) -> CallPlan:
    """A call to a plain address, without a connector and without credentials. Raises ``CallRefused``."""
    own = {name.lower(): styles.scalar(value) for name, value in (headers or {}).items()}
    typed, content = body_of(own.get("content-type", JSON), body) if body is not None else ({}, None)
    return CallPlan(
        operation_id="",
        method=method.upper(),
        url=_with_query(url, query or {}),
        headers={"accept": JSON, **own, **typed},
        **_kept(content),
        safe=method.upper() in SAFE_METHODS,
        connector_id=None,
        scheme="none",
        scheme_options={},
        timeout_s=timeout_s,
        idempotency_header="Idempotency-Key",
    )


def _with_query(url: str, query: Mapping[str, Any]) -> str:
    plain, _, own = url.partition("#")[0].partition("?")
    pairs = [pair for name, value in query.items() for pair in styles.query_pairs({"name": name, "in": "query"}, value)]
    return _asking(plain, own, pairs)


def _asking(plain: str, own: str, pairs: list[styles.Pair]) -> str:
    asked = "&".join(filter(None, [own, *(f"{name}={text}" for name, text in pairs)]))
    return f"{plain}?{asked}" if asked else plain


class _Given:
    """Values sorted by the parameter that they are for."""

    def __init__(self, target: CallTarget, parameters: Mapping[str, Any]) -> None:
        self.described: list[Mapping[str, Any]] = list(target.operation["parameters"])
        self.values: dict[tuple[str, str], Any] = {}
        self.problems: list[str] = []
        self.has_body = BODY in parameters and parameters[BODY] is not None and bool(target.operation["body"])
        for name, value in parameters.items():
            self._sort(name, value, takes_body=bool(target.operation["body"]))
        self._take_from_connection(target)
        self._check_missing()
        if target.operation.get("body_required") and not self.has_body:
            self.problems.append("The request body is missing: give it as “body”.")

    def at(self, place: str) -> Iterator[tuple[Mapping[str, Any], Any]]:
        """Parameters of one place with their values, in the document's order; absent ones are left out."""
        for parameter in self.described:
            value = self.values.get((place, parameter["name"]))
            if parameter["in"] == place and value is not None:
                yield parameter, value

    def _sort(self, name: str, value: Any, *, takes_body: bool) -> None:
        if name == BODY and takes_body:
            return
        fitting = [parameter for parameter in self.described if name in _spellings(parameter)]
        exact = [parameter for parameter in fitting if f"{parameter['in']}.{parameter['name']}" == name]
        if len(fitting) > 1 and not exact:
            ways = " or ".join(f"“{parameter['in']}.{parameter['name']}”" for parameter in fitting)
            self.problems.append(f"“{name}” occurs twice: write {ways}.")
        elif fitting:
            parameter = (exact or fitting)[0]
            self._take(parameter, value)
        elif name == BODY:
            self.problems.append("This operation takes no request body.")
        else:
            self.problems.append(f"There is no parameter “{name}”.{self._known()}")

    def _take(self, parameter: Mapping[str, Any], value: Any) -> None:
        problem = styles.unfit(parameter, value)
        if problem:
            self.problems.append(problem)
        self.values[parameter["in"], parameter["name"]] = value

    def _take_from_connection(self, target: CallTarget) -> None:
        """What the connection sends with every call fills parameters of the same name that nobody gave."""
        always = {("header", name.lower()): value for name, value in target.headers.items()}
        always |= {("query", name): value for name, value in target.query.items()}
        for parameter in self.described:
            name = parameter["name"].lower() if parameter["in"] == "header" else parameter["name"]
            if (parameter["in"], name) in always:
                self.values.setdefault((parameter["in"], parameter["name"]), always[parameter["in"], name])

    def _known(self) -> str:
        names = ", ".join(parameter["name"] for parameter in self.described[:12])
        return f" Known are: {names}." if names else " This operation takes none."

    def _check_missing(self) -> None:
        for parameter in self.described:
            if parameter["required"] and styles.is_absent(self.values.get((parameter["in"], parameter["name"]))):
                self.problems.append(f"The required parameter “{parameter['name']}” ({parameter['in']}) is missing.")


def _spellings(parameter: Mapping[str, Any]) -> tuple[str, str]:
    return parameter["name"], f"{parameter['in']}.{parameter['name']}"


def _url(target: CallTarget, given: _Given) -> str:
    if not target.server_url:
        raise CallRefused("The connector has no server for this kind of environment: an engineer must enter one.")
    path = {parameter["name"]: styles.path_text(parameter, value) for parameter, value in given.at("path")}
    pairs = [pair for parameter, value in given.at("query") for pair in styles.query_pairs(parameter, value)]
    described = {parameter["name"] for parameter, _ in given.at("query")}
    besides = {name: value for name, value in target.query.items() if name not in described}
    pairs += [
        pair for name, value in besides.items() for pair in styles.query_pairs({"name": name, "in": "query"}, value)
    ]
    try:
        return _asking(expand_url(target.server_url, target.operation["path"], path, {}), "", pairs)
    except EgressError as error:
        raise CallRefused(f"“{target.operation_id}” cannot be called like this.", problems=[error.sentence]) from None


def _besides(always: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    given = {name.lower() for name in own}
    return {name: value for name, value in always.items() if name.lower() not in given}


def _body(operation: Mapping[str, Any], value: Any) -> tuple[dict[str, str], Content]:
    try:
        return described_body(operation, value)
    except Refused as refused:
        raise CallRefused(refused.message) from None


def _kept(content: Content | None) -> dict[str, Any]:
    """A body as a plan keeps it."""
    if isinstance(content, bytes):
        return {"body": base64.b64encode(content).decode(), "body_is_base64": True}
    return {"body": content}
