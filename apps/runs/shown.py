"""Steps of a run as a page shows them. Pure."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from apps.core.badges import Badge
from apps.runs.models import RunStep
from apps.runs.states import RunState, StepState

_ROUND = re.compile(r"/(?P<name>[^/\[\]]+)\[(?P<number>\d+)\]")
_ROUNDS = re.compile(r"\[\d+\](?=/|$)")
_LISTS = re.compile(r"/(?:do|try)(?=/\d+/)")
DEEPEST = 6

KINDS = {
    "call": ("Call", "plug-connected"),
    "set": ("Mapping", "arrows-exchange"),
    "switch": ("Decision", "arrows-split"),
    "for": ("Loop", "repeat"),
    "do": ("Group", "list-details"),
    "try": ("Attempt", "shield-check"),
    "wait": ("Pause", "hourglass"),
    "raise": ("Error", "alert-triangle"),
}


@dataclass(frozen=True)
class Part:
    """A piece of a step's story: request, response, result or error, as text."""

    title: str
    text: str


@dataclass(frozen=True)
class ShownStep:
    """One attempt of one step. ``note`` says which round and attempt; ``depth`` how deep it lies in other steps.

    ``cause`` names the step inside it that failed, where the error is that one's and is told there.
    """

    row: RunStep
    badge: Badge
    kind: str
    icon: str
    depth: int
    note: str
    headline: str
    cause: str
    parts: tuple[Part, ...]
    seconds: float | None


def shown_steps(rows: Iterable[RunStep]) -> list[ShownStep]:
    """Return steps as a page shows them, in the same order."""
    return [_shown(row) for row in rows]


def tells(rows: Iterable[RunStep], error: Any) -> bool:
    """Tell whether one of the steps shows the error as its own."""
    return any(row.error == error and not _cause(row) for row in rows)


def shown_json(value: Any) -> str:
    """Return data as indented text."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def token(state: RunState, rows: Iterable[RunStep], *more: object) -> str:
    """Return what changes when the page would: so that a poll swaps nothing while nothing happened."""
    told = [state, *more, *((row.pk, row.state, row.request is None, row.response is None) for row in rows)]
    return hashlib.sha256(repr(told).encode()).hexdigest()[:16]


def _shown(row: RunStep) -> ShownStep:
    kind, icon = KINDS.get(row.kind, (row.kind, "point"))
    cause = _cause(row)
    return ShownStep(
        row=row,
        badge=StepState(row.state).badge,
        kind=kind,
        icon=icon,
        depth=min(len(_LISTS.findall(row.path)) - 1, DEEPEST),
        note=_note(row),
        headline="" if cause else _headline(row),
        cause=cause,
        parts=() if cause else tuple(_parts(row)),
        seconds=(row.finished_at - row.started_at).total_seconds() if row.finished_at else None,
    )


def _cause(row: RunStep) -> str:
    """An error says by its instance where it happened: loops and attempts only hand it on."""
    where = str((row.error or {}).get("instance") or "")
    is_inside = where.startswith(f"{_ROUNDS.sub('', row.path)}/")
    return where.rpartition("/")[2].replace("~1", "/").replace("~0", "~") if is_inside else ""


def _note(row: RunStep) -> str:
    rounds = [f"round {match['number']} of {match['name']}" for match in _ROUND.finditer(row.path)]
    attempt = [f"attempt {row.attempt}"] if row.attempt > 1 else []
    return ", ".join([*rounds, *attempt])


def _headline(row: RunStep) -> str:
    """What a call asked and got, or what went wrong, in one line."""
    asked, answered = row.request or {}, row.response or {}
    call = " ".join(filter(None, [str(asked.get("method", "")), str(asked.get("url", ""))]))
    status = f"→\N{NO-BREAK SPACE}{answered['status']}" if "status" in answered else ""
    problem = row.error or {}
    wrong = str(problem.get("detail") or problem.get("title") or "")[:200] if problem else ""
    return " ".join(filter(None, [call, status])) or wrong


def _parts(row: RunStep) -> Iterable[Part]:
    if row.request is not None:
        yield Part("Request", _message(row.request))
    if row.response is not None:
        yield Part("Response", _message(row.response))
    if row.error is not None:
        yield Part("Error", shown_json(row.error))
    elif row.finished_at and row.state == StepState.SUCCEEDED:
        yield Part("Result", shown_json(row.result))


def _message(message: dict[str, Any]) -> str:
    """A request or response as people read HTTP: first line, headers, body."""
    if "shortened" in message:
        return str(message["shortened"])
    first = " ".join(str(message[name]) for name in ("method", "url", "status") if name in message)
    headers = [f"{name}: {value}" for name, value in (message.get("headers") or {}).items()]
    body = _body(message.get("body"))
    return "\n".join([first, *headers, *(["", body] if body else [])])


def _body(body: Any) -> str:
    if body in (None, ""):
        return ""
    if not isinstance(body, str):
        return shown_json(body)
    try:
        return shown_json(json.loads(body))
    except ValueError:
        return body
