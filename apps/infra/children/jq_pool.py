"""Expressions: jq in child processes that stay, each for one customer at a time."""

import asyncio
import atexit
import functools
import json
import math
import os
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from apps.infra.children.channel import Child, ChildLost
from apps.infra.children.jq_words import VARIABLE_NAME, checkable, fault, kind_message, together, wrapped

WALL_S = 2.5
CPU_S = 2
MEMORY_MIB = 400
MOST_BYTES = 1_000_000
EVALUATIONS_PER_CHILD = 500
LINT = "lint"
# jq spends a millisecond on each program before it looks at it; longer ones than this it compiles no quicker.
COMPILED_TOGETHER = 250
DSL_VARIABLES = ("context", "input", "output", "secrets", "authorization", "task", "workflow", "runtime")


class ExpressionFailed(Exception):
    """The expression gave no value. ``sentence`` says why, for its author."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass
class _Seat:
    """A child and whom it serves."""

    tenant: str
    child: Child
    served: int = 0


@dataclass
class _Job:
    tenant: str
    frame: bytes
    answer: Future[bytes] = field(default_factory=Future)


class JqPool:
    """Evaluates jq expressions in at most ``size`` children, never two tenants in one, none of whom starves another.

    Safe from any thread and any event loop. ``tenant`` is whatever must not share a process: a customer, or a run.
    """

    def __init__(self, size: int = 4) -> None:
        self._size = size
        self._per_tenant = max(1, size - 1)
        self._lock = Lock()
        self._waiting: dict[str, deque[_Job]] = {}
        self._running: Counter[str] = Counter()
        self._idle: list[_Seat] = []
        self._threads = ThreadPoolExecutor(size, thread_name_prefix="jq")

    async def evaluate(self, program: str, value: Any, args: Mapping[str, Any], *, tenant: str) -> Any:
        """The first result of ``program`` for ``value``, ``args`` being its variables; ``None`` if it gives no result.

        Raises ``ExpressionFailed``.
        """
        return _value(await asyncio.wrap_future(self._submit(tenant, _evaluation(program, value, args))))

    def evaluate_now(self, program: str, value: Any, args: Mapping[str, Any], *, tenant: str) -> Any:
        """``evaluate`` for code outside an event loop."""
        return _value(self._submit(tenant, _evaluation(program, value, args)).result())

    def compile_error(self, program: str, variables: Sequence[str] = DSL_VARIABLES) -> str | None:
        """Why ``program`` cannot be compiled, in one sentence; none if it can."""
        try:
            _value(self._submit(LINT, _frame(b"c", program, variables, "")).result())
        except ExpressionFailed as failed:
            return failed.sentence
        return None

    def compile_errors(self, programs: Sequence[tuple[str, Sequence[str]]]) -> list[str | None]:
        """``compile_error`` of many (program, variables): those without an error are compiled together, in no time."""
        told: list[str | None] = []
        for start in range(0, len(programs), COMPILED_TOGETHER):
            told += self._told(programs[start : start + COMPILED_TOGETHER])
        return told

    def _told(self, programs: Sequence[tuple[str, Sequence[str]]]) -> list[str | None]:
        if len(programs) == 1:
            return [self.compile_error(*programs[0])]
        if self._compile_together(programs):
            return [None] * len(programs)
        middle = len(programs) // 2
        return self._told(programs[:middle]) + self._told(programs[middle:])

    def _compile_together(self, programs: Sequence[tuple[str, Sequence[str]]]) -> bool:
        if any(fault(program) or not _are_names(names) for program, names in programs):
            return False
        try:
            _value(self._submit(LINT, _framed(b"c", together(programs), "")).result())
        except ExpressionFailed:
            return False
        return True

    def close(self) -> None:
        """End every child. Whatever still waits is finished first."""
        self._threads.shutdown()
        with self._lock:
            seats, self._idle = self._idle, []
        for seat in seats:
            seat.child.end()

    def _submit(self, tenant: str, frame: bytes) -> Future[bytes]:
        job = _Job(tenant, frame)
        with self._lock:
            self._waiting.setdefault(tenant, deque()).append(job)
            self._dispatch()
        return job.answer

    def _dispatch(self) -> None:
        """Start what may start, one tenant after the other. Called with the lock held."""
        for tenant in [*self._waiting]:
            if self._running.total() >= self._size:
                return
            if self._running[tenant] < self._per_tenant:
                jobs = self._waiting.pop(tenant)
                self._running[tenant] += 1
                self._threads.submit(self._work, jobs.popleft())
                if jobs:
                    # At the end of the row: the next turn is another tenant's.
                    self._waiting[tenant] = jobs

    def _work(self, job: _Job) -> None:
        try:
            if job.answer.set_running_or_notify_cancel():
                job.answer.set_result(self._ask(job))
        except BaseException as error:  # noqa: BLE001 - whoever waits must hear of it
            job.answer.set_exception(error)
        finally:
            with self._lock:
                self._running[job.tenant] -= 1
                self._running += Counter()
                self._dispatch()

    def _ask(self, job: _Job) -> bytes:
        seat = self._take(job.tenant)
        try:
            answer = seat.child.ask(job.frame, wall_s=WALL_S, most_bytes=MOST_BYTES + 1)
        except ChildLost as lost:
            raise _failure(lost) from None
        seat.served += 1
        if seat.served >= EVALUATIONS_PER_CHILD:
            seat.child.end()
        else:
            with self._lock:
                self._idle.append(seat)
        return answer

    def _take(self, tenant: str) -> _Seat:
        """A child that has served nobody but ``tenant``; for a new one the child that idled longest makes room."""
        with self._lock:
            mine = next((seat for seat in self._idle if seat.tenant == tenant), None)
            if mine is not None:
                self._idle.remove(mine)
                return mine
            full = len(self._idle) + self._running.total() > self._size
            stale = self._idle.pop(0) if full and self._idle else None
        if stale is not None:
            stale.child.end()
        return _Seat(tenant, _start())


def _start() -> Child:
    life_cpu_s = CPU_S * EVALUATIONS_PER_CHILD
    return Child("jq_child.py", (str(MEMORY_MIB), str(CPU_S), str(life_cpu_s), str(MOST_BYTES)))


def _evaluation(program: str, value: Any, args: Mapping[str, Any]) -> bytes:
    try:
        body = json.dumps([value, args], allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        raise ExpressionFailed("The data for the expression cannot be written as JSON.") from None
    return _frame(b"e", program, [*args], body)


def _frame(kind: bytes, program: str, variables: Sequence[str], body: str) -> bytes:
    problem = fault(program)
    if problem is not None:
        raise ExpressionFailed(problem)
    if not _are_names(variables):
        raise ExpressionFailed("A variable's name is not one that jq accepts.")
    return _framed(kind, (checkable if kind == b"c" else wrapped)(program, variables), body)


def _framed(kind: bytes, text: str, body: str) -> bytes:
    try:
        source = text.encode()
    except UnicodeEncodeError:
        raise ExpressionFailed("The expression is not valid text.") from None
    return kind + len(source).to_bytes(4) + source + body.encode()


def _are_names(variables: Sequence[str]) -> bool:
    return all(VARIABLE_NAME.fullmatch(name) for name in variables)


def _value(answer: bytes) -> Any:
    kind, text = answer[:1], answer[1:]
    if kind == b"v":
        return _parsed(text) if text else None
    if kind == b"n":
        return None
    if kind == b"e":
        raise ExpressionFailed(kind_message(text.decode()))
    if kind == b"s":
        raise ExpressionFailed(f"The result is larger than {MOST_BYTES // 1_000_000} MB.")
    raise ExpressionFailed(f"It needs more than {MEMORY_MIB} MiB of memory.")


def _parsed(text: bytes) -> Any:
    try:
        return json.loads(text, parse_float=_finite)
    except (ValueError, RecursionError):
        raise ExpressionFailed("The result holds a number too large or is nested too deep to be used.") from None


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(text)
    return number


def _failure(lost: ChildLost) -> ExpressionFailed:
    if lost.late:
        return ExpressionFailed(f"It takes longer than {CPU_S} seconds.")
    if lost.too_much:
        return ExpressionFailed(f"The result is larger than {MOST_BYTES // 1_000_000} MB.")
    return ExpressionFailed(f"It was stopped: it needs more than {MEMORY_MIB} MiB of memory or breaks jq.")


@functools.cache
def _pool_of(_pid: int) -> JqPool:
    pool = JqPool()
    atexit.register(pool.close)
    return pool


def shared_pool() -> JqPool:
    """The pool of this process, made at first use; a forked process gets its own."""
    return _pool_of(os.getpid())


def compile_error(program: str, variables: Sequence[str] = DSL_VARIABLES) -> str | None:
    """Why ``program`` cannot be compiled, in one sentence; none if it can. For linting."""
    return shared_pool().compile_error(program, variables)


def compile_errors(programs: Sequence[tuple[str, Sequence[str]]]) -> list[str | None]:
    """Why each of many (program, variables) cannot be compiled, in their order; None for each that can."""
    return shared_pool().compile_errors(programs)
