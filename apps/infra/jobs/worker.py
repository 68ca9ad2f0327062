"""The worker process: takes queued rows, carries them out, and looks after workers that died."""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any

from apps.core import clock
from apps.infra.crash import crash_point
from apps.infra.jobs import durable, engine, takeover, workers
from apps.infra.jobs.outbox import Outbox, Sweep, outboxes, sweeps
from apps.infra.jobs.threads import in_database

log = logging.getLogger(__name__)

POLL_S = 0.25
# Longer than any outside call may take, so that an orderly end leaves no call with an unknown outcome.
GRACE_S = 75.0
HOUSEKEEPING_S = 3600.0
# Pages and reports read our own rows; the journal of a finished workflow is of no more use.
JOURNALS_KEPT = timedelta(days=7)


def run_worker() -> None:
    """Work until told to stop. A worker that was taken over starts anew under another name."""
    if asyncio.run(_Worker().work()) == "start anew":
        os.execv(sys.executable, sys.orig_argv)  # noqa: S606 - our own command line, once more


class _Worker:
    def __init__(self) -> None:
        self.stop = asyncio.Event()
        self.executor_id = ""
        self.handed_over: set[str] = set()

    async def work(self) -> str:
        """Return "stopped", or "start anew" after a takeover."""
        flights = durable.take_off()
        self._listen_to_signals()
        self.executor_id = await in_database(workers.enlist)
        engine.launch(executor_id=self.executor_id, outboxes=outboxes())
        log.info("Worker %s is ready.", self.executor_id)
        loops: list[asyncio.Task[Any]] = [asyncio.create_task(loop) for loop in self._loops()]
        ends = [asyncio.create_task(event.wait()) for event in (self.stop, flights.lost)]
        await asyncio.wait([*loops, *ends], return_when=asyncio.FIRST_COMPLETED)
        return await self._end(flights, [*loops, *ends])

    async def _end(self, flights: durable.Flights, tasks: list[asyncio.Task[Any]]) -> str:
        for task in tasks:
            task.cancel()
        if flights.lost.is_set():
            log.error("Worker %s was taken over by another one; it starts anew.", self.executor_id)
            return "start anew"
        await flights.landed(within_s=GRACE_S)
        engine.close()
        await in_database(workers.retire, self.executor_id)
        log.info("Worker %s stopped; what waits is resumed by the next one.", self.executor_id)
        return "stopped"

    def _listen_to_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.stop.set)

    def _loops(self) -> list[Coroutine[Any, Any, None]]:
        beat = workers.BEAT.total_seconds()
        return [
            _again_and_again("heartbeat", beat, self._beat),
            _again_and_again("takeover", beat, self._take_over),
            _again_and_again("housekeeping", HOUSEKEEPING_S, _keep_house),
            *(_again_and_again(outbox.name, POLL_S, self._dispatching(outbox)) for outbox in outboxes()),
            *(_again_and_again(sweep.name, sweep.every.total_seconds(), _sweeping(sweep)) for sweep in sweeps()),
        ]

    async def _beat(self) -> None:
        if not await in_database(workers.beat, self.executor_id):
            durable.flights().lost.set()

    async def _take_over(self) -> None:
        for executor_id in await in_database(takeover.take_over_the_dead, self.executor_id):
            log.warning("Took over the work of worker %s.", executor_id)

    def _dispatching(self, outbox: Outbox) -> Callable[[], Awaitable[None]]:
        async def dispatch() -> None:
            pending = await in_database(outbox.pending)
            self.handed_over &= set(pending)
            for row_id in pending:
                if row_id not in self.handed_over:
                    await engine.start(outbox, row_id)
                    self.handed_over.add(row_id)
                    crash_point("worker.after_claim")

        return dispatch


async def _keep_house() -> None:
    while await in_database(engine.forget_finished, clock.now() - JOURNALS_KEPT):
        pass


def _sweeping(sweep: Sweep) -> Callable[[], Awaitable[object]]:
    async def run() -> object:
        return await in_database(sweep.run)

    return run


async def _again_and_again(name: str, pause_s: float, work: Callable[[], Awaitable[object]]) -> None:
    while True:
        try:
            await work()
        except Exception:
            log.exception("The worker's %s failed; it tries again.", name)
        # The pace of the loop itself: what is queued is found by asking, on both databases.
        await asyncio.sleep(pause_s)
