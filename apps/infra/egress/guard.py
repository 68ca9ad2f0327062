"""The only place where a connection is opened: look up once, check every address, connect to the number."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpcore2

from apps.infra.egress.addresses import Address, number_of
from apps.infra.egress.errors import DestinationRefused
from apps.infra.egress.policy import Policy

type Resolver = Callable[[str, int], Awaitable[Sequence[str]]]

# Look-ups cannot be interrupted; in threads of their own a slow name server never holds back the loop that gave up.
LOOKUPS = ThreadPoolExecutor(max_workers=16, thread_name_prefix="egress-dns")
MOST_ATTEMPTS = 3


async def system_resolver(host: str, port: int) -> Sequence[str]:
    """Every address that the system knows for ``host``, in its order of preference; none if it is unknown."""
    loop = asyncio.get_running_loop()
    try:
        found = await loop.run_in_executor(LOOKUPS, _look_up, host, port)
    except (OSError, UnicodeError):
        return ()
    return tuple(dict.fromkeys(str(entry[4][0]) for entry in found))


def _look_up(host: str, port: int) -> list[tuple[Any, ...]]:
    return [*socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


async def admitted(host: str, port: int, *, policy: Policy, resolve: Resolver = system_resolver) -> list[Address]:
    """The addresses of ``host``, looked up once. Raises ``DestinationRefused`` unless the policy admits every one."""
    if not policy.may_ask(host, port):
        raise DestinationRefused
    found: Sequence[str] = ()
    with contextlib.suppress(OSError):
        found = await resolve(host, port)
    numbers = [number_of(text) for text in found]
    addresses = [number for number in numbers if number is not None]
    if len(addresses) != len(numbers) or not policy.admits(host, port, addresses):
        raise DestinationRefused
    return addresses


class Progress:
    """Whether bytes of the request have gone to the other side."""

    def __init__(self) -> None:
        self.sent = False


class WatchedStream(httpcore2.AsyncNetworkStream):
    """A connection that notes the first byte written on it."""

    def __init__(self, stream: httpcore2.AsyncNetworkStream, progress: Progress) -> None:
        self._stream = stream
        self._progress = progress

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._progress.sent = self._progress.sent or bool(buffer)
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        return WatchedStream(await self._stream.start_tls(ssl_context, server_hostname, timeout), self._progress)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class GuardedBackend(httpcore2.AsyncNetworkBackend):
    """Connects only to numbers that the policy admits, and decides before the first packet."""

    def __init__(self, policy: Policy, resolve: Resolver, progress: Progress) -> None:
        self._policy = policy
        self._resolve = resolve
        self._progress = progress
        self._network = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        error: Exception = httpcore2.ConnectError("no address")
        for address in (await admitted(host, port, policy=self._policy, resolve=self._resolve))[:MOST_ATTEMPTS]:
            try:
                stream = await self._network.connect_tcp(str(address), port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as failed:
                error = failed
            else:
                return WatchedStream(stream, self._progress)
        raise error

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,
        socket_options: Iterable[httpcore2.SOCKET_OPTION] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        raise DestinationRefused

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)
