"""One call to the outside, from checked request to bounded answer."""

import asyncio
import functools
import ssl
import time
from collections.abc import AsyncIterable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import cast
from urllib.parse import quote

import httpcore2

from apps.infra.egress.body import read_body
from apps.infra.egress.errors import DeadlinePassed, RequestRefused, SendFailed
from apps.infra.egress.guard import GuardedBackend, Progress, Resolver, system_resolver
from apps.infra.egress.messages import Credential, OutRequest, OutResponse, checked_headers, checked_method
from apps.infra.egress.policy import Policy
from apps.infra.egress.urls import Target, redirected, target_of

REDIRECTS = frozenset((301, 302, 303, 307, 308))
FOLLOWED = frozenset(("GET", "HEAD"))
# What may travel on to another origin; every other header might carry a secret.
HARMLESS = frozenset(("accept", "accept-language", "user-agent"))
AGENT = {"user-agent": "Slipway"}


async def send(request: OutRequest, *, policy: Policy, resolve: Resolver = system_resolver) -> OutResponse:
    """Send ``request`` under ``policy`` and return the answer, whatever its status. Raises ``EgressError``."""
    progress = Progress()
    started = time.monotonic()
    try:
        async with asyncio.timeout(policy.deadline_s):
            answer = await _Exchange(policy, GuardedBackend(policy, resolve, progress)).run(request)
    except TimeoutError:
        sentence = f"No complete answer came within {policy.deadline_s:g} seconds."
        raise DeadlinePassed(sentence, maybe_sent=progress.sent) from None
    except (httpcore2.NetworkError, httpcore2.TimeoutException) as error:
        raise SendFailed(_why_broken(error, progress), maybe_sent=progress.sent) from None
    except httpcore2.ProtocolError:
        raise SendFailed("The other side did not speak proper HTTP.", maybe_sent=progress.sent) from None
    return replace(answer, elapsed_ms=round((time.monotonic() - started) * 1000))


def send_now(request: OutRequest, *, policy: Policy, resolve: Resolver = system_resolver) -> OutResponse:
    """``send`` for code outside an event loop. Raises ``EgressError``."""
    return asyncio.run(send(request, policy=policy, resolve=resolve))


@dataclass(frozen=True, slots=True)
class _Exchange:
    policy: Policy
    backend: GuardedBackend

    async def run(self, request: OutRequest) -> OutResponse:
        method = checked_method(request.method)
        first = target = target_of(request.url)
        plain = AGENT | {name.lower(): value for name, value in request.headers.items()}
        for _hop in range(self.policy.redirects + 1):
            at_home = target.origin == first.origin
            secret = request.credential if at_home else None
            headers = plain if at_home else {name: plain[name] for name in plain.keys() & HARMLESS}
            body = request.body if at_home else None
            answer = await self._once(method, target, _attached(headers, target, secret), body)
            location = answer.headers.get("location", "")
            follow = answer.status in REDIRECTS and location and method in FOLLOWED and self.policy.redirects
            if not follow:
                return answer
            target = redirected(target, location)
        raise SendFailed(f"The answer redirected more than {self.policy.redirects} times.", maybe_sent=True)

    async def _once(self, method: str, target: Target, call: "_Call", body: bytes | None) -> OutResponse:
        address = httpcore2.URL(
            scheme=target.scheme.encode(), host=target.host.encode(), port=target.port, target=call.path.encode("ascii")
        )
        tls = _tls() if target.scheme == "https" else None
        async with httpcore2.AsyncConnectionPool(ssl_context=tls, network_backend=self.backend) as pool:
            headers = [(b"Host", target.authority.encode()), (b"Accept-Encoding", b"identity"), *call.headers]
            async with pool.stream(method, address, headers=headers, content=body) as answer:
                return await self._read(answer, target)

    async def _read(self, answer: httpcore2.Response, target: Target) -> OutResponse:
        headers = _by_name(answer.headers)
        body = await read_body(
            cast("AsyncIterable[bytes]", answer.stream),
            encoding=headers.get("content-encoding", ""),
            announced=headers.get("content-length", ""),
            policy=self.policy,
        )
        return OutResponse(answer.status, headers, body, 0, target.url)


@dataclass(frozen=True, slots=True)
class _Call:
    headers: list[tuple[bytes, bytes]]
    path: str


def _attached(headers: Mapping[str, str], target: Target, credential: Credential | None) -> _Call:
    """Headers and path as they leave, with the secrets of ``credential`` where the origin is theirs."""
    if credential is None:
        return _Call(checked_headers(headers), target.path)
    if not credential.may_go_to(target.origin):
        raise RequestRefused(f"The secrets of this connection may not be sent to {target.origin}.")
    secrets = {name.lower(): secret.reveal() for name, secret in credential.headers.items()}
    pairs = [f"{quote(name, safe='')}={quote(secret.reveal(), safe='')}" for name, secret in credential.query.items()]
    glue = "&" if "?" in target.path else "?"
    return _Call(checked_headers({**headers, **secrets}), target.path + (glue + "&".join(pairs) if pairs else ""))


def _why_broken(error: Exception, progress: Progress) -> str:
    if progress.sent:
        return "The connection broke before the answer was complete."
    # The client library drops the cause but keeps the original error as its argument.
    if any(isinstance(original, ssl.SSLError) for original in error.args):
        return "No secure connection came about: the other side's certificate or encryption was not accepted."
    return "No connection came about: the other side does not answer there."


def _by_name(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for raw_name, raw_value in headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined


@functools.cache
def _tls() -> ssl.SSLContext:
    return httpcore2.default_ssl_context()
