"""What the steps of a pipeline have in common."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from apps.audit.operations import Operation
from apps.connectors import pipeline
from apps.connectors.enums import Step, VersionState
from apps.connectors.models import Build, ConnectorVersion, PipelineJob
from apps.connectors.sources import Tell
from apps.core import clock
from apps.core.errors import Refused


@dataclass(frozen=True, slots=True)
class Ending:
    """How a step went, for its job."""

    sentence: str
    build: Build | None = None
    details: list[Any] = field(default_factory=list)
    succeeded: bool = True


@dataclass(frozen=True, slots=True)
class Work:
    """One step. Everything raises ``Refused`` with the sentence for the page.

    ``check`` refuses what cannot be done now and returns the build that it is about; ``prepare`` is what takes time
    and stands outside of any transaction; ``finish`` changes things in one, which ends the job too. A worker that
    dies before that end lets the next one do both again, so ``prepare`` changes nothing that may not happen twice.
    ``is_recorded``: what was prepared is JSON data that a resumed job takes up instead of preparing it again.
    """

    verb: str
    check: Callable[[ConnectorVersion, Build | None, str], Build | None]
    finish: Callable[[PipelineJob, Any, Operation], Ending]
    prepare: Callable[[PipelineJob, Tell], Any] | None = None
    is_recorded: bool = False


def check_move(version: ConnectorVersion, step: Step, reason: str = "") -> None:
    """Raise ``Refused`` where the step may not follow now."""
    move = pipeline.move(VersionState(version.state), step)
    if not move.allowed and not (move.with_reason and reason.strip()):
        raise Refused(move.why_not)


def advance(version: ConnectorVersion, step: Step, *, succeeded: bool = True) -> None:
    """Move the version on; one whose source or configuration changed meanwhile stays ``updated``."""
    state = VersionState(version.state)
    move = pipeline.move(state, step)
    if move.allowed or move.with_reason:
        keep_state(version, pipeline.state_after(state, step, succeeded=succeeded))


def keep_state(version: ConnectorVersion, state: VersionState) -> None:
    """Save the version's state. Call it in an operation."""
    version.state = state
    version.updated_at = clock.now()
    version.save(update_fields=["state", "updated_at"])
