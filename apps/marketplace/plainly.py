"""Refusals in words for customers: what the team's rules say is meant for the team and may name it."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from apps.core.errors import Conflict, Forbidden, Refused
from apps.deployments.readiness import Problem
from apps.marketplace.integrations import Integration
from apps.releases.definition import Asks, Definition
from apps.releases.states import Mark

STOPPED = "Our team has stopped this version. It goes on with an update, or when we resume it."
CLOSED = "We have closed changes for a while. What is installed goes on; please try again later."
SOMETHING = "That did not work just now, and nothing was changed. Try again in a moment, or write to us."
MEANWHILE = "Something was changed here meanwhile, so nothing was done. Look at it as it is now, then decide again."
OURS = "Our team has to set something up for you first. Write to us."
NOT_YOURS = "Your role lets you see and run integrations. Ask a colleague who manages them."


@contextmanager
def spoken() -> Iterator[None]:
    """Turn a refusal of the team's rules into one that tells a customer enough and nothing internal."""
    try:
        yield
    except Forbidden as refusal:
        raise Forbidden(NOT_YOURS) from refusal
    except Conflict as refusal:
        raise Conflict(MEANWHILE) from refusal
    except Refused as refusal:
        raise Refused(SOMETHING) from refusal


def missing_sentences(problems: Iterable[Problem], definition: Definition) -> list[str]:
    """Say what stands in the way: in full where it is the customer's to mend, once and briefly where it is ours."""
    return list(dict.fromkeys(_told(problem, definition) for problem in problems))


def _told(problem: Problem, definition: Definition) -> str:
    match problem.about:
        case "configuration":
            is_theirs = definition.audience(problem.field) is Asks.CUSTOMER
            return problem.sentence if is_theirs else OURS
        case "connections":
            return "One of your connections is missing or was not let in. Choose one that works."
        case "environment":
            return CLOSED
        case _:
            return "This version is not offered right now. Take what is offered, or try again later."


def why_not_run(integration: Integration) -> str:
    """Say why it cannot be started now, or "" where it can."""
    release = integration.release
    if release.mark == Mark.QUARANTINED or release.paused_at:
        return STOPPED
    return "It is paused. Resume it first." if integration.instance.paused_at else ""


def why_not_change(integration: Integration) -> str:
    """Say why nothing can be changed now, or "" where it can."""
    return CLOSED if integration.instance.environment.is_locked else ""
