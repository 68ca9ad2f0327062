"""What the interpreter asks of the world. Everything that may differ on a replay goes through here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from apps.runs.interpreter.problems import Problem


@dataclass(frozen=True, kw_only=True)
class Step:
    """One execution of one task.

    ``path`` names the execution within loops (``/do/0/each[2]/do/0/send``), ``attempt`` counts its repetitions by a
    retrying ``try``: two attempts of one path are the same act for the outside world.
    """

    path: str
    reference: str
    name: str
    kind: str
    attempt: int
    sequence: int
    metadata: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class HttpCall:
    """``call: http`` with every expression evaluated."""

    method: str
    uri: str
    headers: Mapping[str, str]
    query: Mapping[str, Any]
    body: Any
    authentication: Mapping[str, Any] | None


@dataclass(frozen=True, kw_only=True)
class ConnectorCall:
    """``call: openapi`` of an operation of the connector in a slot, with every expression evaluated."""

    slot: str
    operation_id: str
    parameters: Mapping[str, Any]


type Call = HttpCall | ConnectorCall


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What an API answered. ``request`` and ``headers`` are masked; ``content`` is JSON or text."""

    status: int
    headers: Mapping[str, str]
    content: Any
    request: Mapping[str, Any]


class ExpressionFailed(Exception):
    """An expression gave no value; the text is a sentence."""


class CallFailed(Exception):
    """No answer came back. ``kind`` is a standard error type: communication, timeout, configuration, ..."""

    def __init__(self, kind: str, detail: str, *, status: int | None = None) -> None:
        super().__init__(detail)
        self.kind = kind
        self.status = status


class Effects(Protocol):
    """The world, as the interpreter sees it. Answers of ``call``, ``wait`` and ``now`` repeat on a replay."""

    def now(self) -> datetime:
        """The logical moment: when the last recorded effect ended."""

    async def evaluate(self, program: str, value: Any, arguments: Mapping[str, Any]) -> Any:
        """The first result of a jq program. Raises ``ExpressionFailed``."""

    async def call(self, step: Step, call: Call) -> Answer:
        """Call an API. Raises ``CallFailed``."""

    async def wait(self, step: Step, seconds: float) -> None:
        """Let time pass."""

    async def began(self, step: Step) -> None:
        """A step with effects or steps of its own begins."""

    async def ended(self, step: Step, *, result: Any = None, problem: Problem | None = None) -> None:
        """A step ended, well or with a problem."""

    async def skipped(self, step: Step) -> None:
        """The step's ``if`` said no."""
