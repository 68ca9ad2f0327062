"""A world for the interpreter without Django and DBOS: real jq, canned APIs, time that only waits move."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from apps.infra.children import ExpressionFailed as JqFailed
from apps.infra.children import JqPool
from apps.runs.interpreter import Interpreter
from apps.runs.interpreter.effects import Answer, Call, ExpressionFailed, Step

POOL = JqPool(size=2)
START = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)

type Api = Callable[[Call], tuple[int, Any]]


class World:
    """Remembers everything that the interpreter did to it."""

    def __init__(self, api: Api | None = None) -> None:
        self.api = api or (lambda _call: (200, None))
        self.moment = START
        self.calls: list[tuple[Step, Call]] = []
        self.waits: list[float] = []
        self.steps: list[tuple[str, int, str]] = []

    def now(self) -> datetime:
        return self.moment

    async def evaluate(self, program: str, value: Any, arguments: Mapping[str, Any]) -> Any:
        try:
            return await POOL.evaluate(program, value, arguments, tenant="test")
        except JqFailed as failed:
            raise ExpressionFailed(failed.sentence) from None

    async def call(self, step: Step, call: Call) -> Answer:
        self.calls.append((step, call))
        status, content = self.api(call)
        request: dict[str, Any] = {
            "method": getattr(call, "method", ""),
            "uri": getattr(call, "uri", ""),
            "headers": {},
        }
        return Answer(status=status, headers={"content-type": "application/json"}, content=content, request=request)

    async def wait(self, step: Step, seconds: float) -> None:
        self.waits.append(seconds)
        self.moment += timedelta(seconds=seconds)

    async def began(self, step: Step) -> None:
        pass

    async def ended(self, step: Step, *, result: Any = None, problem: Mapping[str, Any] | None = None) -> None:
        self.steps.append((step.path, step.attempt, "failed" if problem else "succeeded"))

    async def skipped(self, step: Step) -> None:
        self.steps.append((step.path, step.attempt, "skipped"))


def carried_out(document: Mapping[str, Any], data: Any = None, world: World | None = None) -> Any:
    """Run a document to its output."""
    interpreter = Interpreter(document, world or World(), run_id="a-run", started_at=START)
    return asyncio.run(interpreter.run(data))
