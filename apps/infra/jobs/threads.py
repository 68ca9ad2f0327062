"""The bounded pool of threads in which asynchronous code reaches Django's database."""

import asyncio
import functools
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from django.db import InterfaceError, OperationalError, close_old_connections, connection

log = logging.getLogger(__name__)

THREADS = 4
LONGEST_PAUSE_S = 5.0

_pool = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="database")
_slow_pool = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="aside")


async def in_database[**P, R](work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Run ``work`` in a database thread and wait without holding the event loop."""
    call = functools.partial(copy_context().run, functools.partial(_with_fresh_connection, work, *args, **kwargs))
    return await asyncio.get_running_loop().run_in_executor(_pool, call)


async def aside[**P, R](work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """``in_database`` for work that takes long: in threads of its own, so that short work never waits for it."""
    call = functools.partial(copy_context().run, functools.partial(_with_fresh_connection, work, *args, **kwargs))
    return await asyncio.get_running_loop().run_in_executor(_slow_pool, call)


async def persistently[**P, R](work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    """Like ``in_database``, but outlive an outage of the database: wait and try again until it answers.

    For idempotent work only.
    """
    pause = 0.1
    while True:
        try:
            return await in_database(work, *args, **kwargs)
        except (OperationalError, InterfaceError) as error:
            log.warning("The database does not answer (%s); trying again in %.1f s.", type(error).__name__, pause)
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE_S)


def _with_fresh_connection[**P, R](work: Callable[P, R], *args: P.args, **kwargs: P.kwargs) -> R:
    # A test that keeps all work in its own transaction lends its connection to this thread.
    if connection.in_atomic_block:
        return work(*args, **kwargs)
    close_old_connections()
    try:
        return work(*args, **kwargs)
    finally:
        close_old_connections()
