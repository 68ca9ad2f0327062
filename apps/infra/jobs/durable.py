"""What a workflow may do: recorded steps, durable sleep, writes of ours, waiting for a person.

Every one of them stops at the gate once the worker is ending or was taken over: the workflow then simply stands still
and the next worker resumes it from its last recorded step. Nothing is raised, because an error would be recorded as
the workflow's own.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from contextvars import ContextVar
from typing import Any, NoReturn

from dbos import DBOS

from apps.infra.jobs.threads import persistently
from apps.infra.jobs.workers import TakenOver, fenced


class Flights:
    """Steps under way in this worker, the gate before new ones, and the workflows that wait for a person."""

    def __init__(self) -> None:
        self.closing = False
        self._loop = asyncio.get_running_loop()
        self.lost = asyncio.Event()
        self._calls = 0
        self._landed = asyncio.Event()
        self._landed.set()
        self._waiting: dict[str, asyncio.Event] = {}
        self._waiters: Counter[str] = Counter()

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """Hold the worker's end back while the block runs. Inside it the closing gate stays open: it must end."""
        await self.gate()
        self._took_off()
        token = _in_flight.set(True)
        try:
            yield
        finally:
            _in_flight.reset(token)
            self._land()

    async def gate(self) -> None:
        """Pass, or stand still for good where the worker takes on nothing more."""
        if self.lost.is_set() or (self.closing and not _in_flight.get()):
            await stand_still()

    async def landed(self, *, within_s: float) -> None:
        """Close the gate and wait until the steps under way are recorded, but not for ever."""
        self.closing = True
        try:
            await asyncio.wait_for(self._landed.wait(), within_s)
        except TimeoutError:
            return

    async def parked(self, key: str) -> None:
        """Wait inside a step, without holding the worker's end back, until ``wake(key)``."""
        event = self._waiting.setdefault(key, asyncio.Event())
        self._waiters[key] += 1
        self._land()
        try:
            await event.wait()
            if self.closing:
                await stand_still()
        finally:
            self._took_off()
            self._forget(key)

    def waiting(self) -> list[str]:
        """Return the keys of everything parked here."""
        return list(self._waiting)

    def wake(self, key: str) -> None:
        """Let what is parked under ``key`` go on. Callable from any thread."""
        if event := self._waiting.get(key):
            self._loop.call_soon_threadsafe(event.set)

    def _forget(self, key: str) -> None:
        self._waiters[key] -= 1
        if not self._waiters[key]:
            del self._waiters[key], self._waiting[key]

    def _took_off(self) -> None:
        self._calls += 1
        self._landed.clear()

    def _land(self) -> None:
        self._calls -= 1
        if not self._calls:
            self._landed.set()


_flights: Flights | None = None
_in_flight: ContextVar[bool] = ContextVar("in_flight", default=False)


def take_off() -> Flights:
    """Begin the flights of a worker that starts in the running event loop."""
    global _flights  # noqa: PLW0603 - one worker per process, reached from inside its workflows
    _flights = Flights()
    return _flights


def flights() -> Flights:
    """Return the flights of the worker in this process."""
    if _flights is None:
        raise RuntimeError("No worker runs in this process.")
    return _flights


async def recorded[R](name: str, step: Callable[[], Coroutine[Any, Any, R]]) -> R:
    """Run ``step`` once and record its JSON result; a resumed workflow gets the recorded one.

    A step must not raise for what it met outside: recorded exceptions lose their type. It may run a second time when
    the worker dies before the record.
    """
    async with flights().one():
        return await DBOS.run_step_async({"name": name}, step)


async def sleep(seconds: float) -> None:
    """Sleep durably: a resumed workflow sleeps only for what is left. Holds no thread."""
    await flights().gate()
    await DBOS.sleep_async(seconds)
    await flights().gate()


async def write[**P, R](work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Write to Django's database in one transaction, if this worker still has the right to.

    ``work`` must be idempotent: it is tried again through an outage, and runs anew when the workflow is resumed.
    """
    await flights().gate()
    try:
        return await persistently(lambda: fenced(work, *args, **kwargs))
    except TakenOver:
        flights().lost.set()
    return await stand_still()


async def stand_still() -> NoReturn:
    """Never return; the coroutine goes when its process ends."""
    while True:
        await asyncio.Event().wait()
