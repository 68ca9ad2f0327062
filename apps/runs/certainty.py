"""Whether a call that may already have arrived is sent again. Pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from apps.runs.states import IntentState, Resolution


class Move(StrEnum):
    """What to do with a call now."""

    SEND = "send"
    KEEP = "keep"
    ASK = "ask"
    FAIL = "fail"
    ACCEPT = "accept"


@dataclass(frozen=True)
class Manner:
    """What is known about repeating a call.

    ``safe``: it changes nothing on the other side. ``honours_key``: the connector knows an idempotency header.
    ``declared``: the release says that it is safe to repeat.
    """

    safe: bool
    honours_key: bool
    declared: bool

    @property
    def may_repeat(self) -> bool:
        """A second delivery has no second effect."""
        return self.safe or self.honours_key or self.declared


def next_move(state: IntentState, resolution: str, manner: Manner) -> Move:
    """Return what to do with a call that has come this far, perhaps under a worker that died."""
    if state in (IntentState.CONFIRMED, IntentState.FAILED):
        return Move.KEEP
    if state is IntentState.INTENT:
        return Move.SEND
    if resolution:
        return {Resolution.DONE: Move.ACCEPT, Resolution.REPEAT: Move.SEND, Resolution.FAIL: Move.FAIL}[
            Resolution(resolution)
        ]
    return Move.SEND if manner.may_repeat else Move.ASK


def key_of(run_id: str, path: str) -> str:
    """Return the idempotency key of a step in one round of its loops: the same for every attempt and every worker."""
    return hashlib.sha256(f"{run_id} {path}".encode()).hexdigest()[:32]


def is_safe_to_repeat(metadata: Mapping[str, Any], *, otherwise: bool) -> bool:
    """Read what a step declares in ``metadata.slipway.safeToRepeat``; the document's word counts where it is silent."""
    ours = metadata.get("slipway")
    declared = ours.get("safeToRepeat") if isinstance(ours, Mapping) else None
    return declared if isinstance(declared, bool) else otherwise
