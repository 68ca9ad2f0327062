"""Checks a document against the specification. Many real ones are imperfect, so every finding is a warning."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

from apps.connectors.openapi.problems import Problem, pointer

MOST_FINDINGS = 100
LONGEST_MESSAGE = 300
SECONDS = 12.0


def _load_schemas() -> None:
    # The validators read their own schemas at first use, through urllib: too late in a child that has closed its doors.
    for version, validator in (("3.0.0", OpenAPIV30SpecValidator), ("3.1.0", OpenAPIV31SpecValidator)):
        list(validator({"openapi": version, "info": {"title": "", "version": ""}, "paths": {}}).iter_errors())


_load_schemas()


class _TimeIsUp(BaseException):
    """Not an ``Exception``: the validator's own handlers must let it through."""


def findings(document: dict[str, Any], *, seconds: float = SECONDS) -> list[Problem]:
    """Return what the validator finds. After ``seconds`` of computing it stops and says so. For the main thread."""
    validator = OpenAPIV31SpecValidator if str(document["openapi"]).startswith("3.1") else OpenAPIV30SpecValidator
    found: list[Problem] = []
    try:
        with _at_most(seconds):
            errors = islice(validator(document).iter_errors(), MOST_FINDINGS)
            found.extend(Problem(_shortened(error.message), pointer(list(error.absolute_path))) for error in errors)
    except _TimeIsUp:
        found.append(Problem(f"The check was stopped after {seconds:g} seconds; there may be more to find."))
    except Exception as error:  # noqa: BLE001 - the validator trips over some imperfect documents in ways of its own
        found.append(Problem(_shortened(f"The check could not be completed: {error}")))
    return found


@contextmanager
def _at_most(seconds: float) -> Iterator[None]:
    def stop(*_: Any) -> None:
        raise _TimeIsUp

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _shortened(message: str) -> str:
    return message if len(message) <= LONGEST_MESSAGE else message[: LONGEST_MESSAGE - 1] + "…"
