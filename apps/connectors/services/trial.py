"""Calls made only to see whether the API answers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.connectors import selectors
from apps.connectors.calls.paging import Following, Pages, divides, first_parameters
from apps.connectors.calls.perform import perform_now
from apps.connectors.calls.plan import CallPlan, CallTarget, prepare_call
from apps.connectors.calls.result import CallResult, request_masked
from apps.connectors.models import Build, Connection
from apps.connectors.sources import Tell
from apps.core.errors import Refused
from apps.environments.models import Environment
from apps.infra.egress import EgressError

LONGEST_EXCERPT = 2_000
REFUSING = (401, 403)


@dataclass(frozen=True, slots=True)
class Trial:
    """How one call went.

    ``kept`` is ``{operation, succeeded, sentence, request, response, status, elapsed_ms, pages}``, masked and short,
    for storing and showing; without an answer ``response`` and ``status`` are None.
    """

    succeeded: bool
    sentence: str
    kept: dict[str, Any]
    elapsed_ms: int


@dataclass(frozen=True, slots=True)
class Trials:
    """How all calls of a test went: they succeed together."""

    trials: tuple[Trial, ...]

    @property
    def succeeded(self) -> bool:
        return all(trial.succeeded for trial in self.trials)

    @property
    def sentence(self) -> str:
        """The whole in one sentence; of several failures the first."""
        failed = [trial for trial in self.trials if not trial.succeeded]
        if len(self.trials) == 1 or len(failed) == 1:
            counted = "" if len(self.trials) == 1 else f"1 of {len(self.trials)} calls failed. "
            return counted + (failed or self.trials)[0].sentence
        if failed:
            return f"{len(failed)} of {len(self.trials)} calls failed. {failed[0].sentence}"
        return f"All {len(self.trials)} calls were answered well, in {self.elapsed_ms} ms."

    @property
    def details(self) -> list[dict[str, Any]]:
        """What is kept of each call, in order."""
        return [trial.kept for trial in self.trials]

    @property
    def elapsed_ms(self) -> int:
        return sum(trial.elapsed_ms for trial in self.trials)


def tried(
    build: Build, environment: Environment, *, connection: Connection | None, kind: str | None = None, tell: Tell
) -> Trials:
    """Make every call of the build's test from ``environment``, one after the other, whatever becomes of those before.

    ``kind`` chooses the server (else the environment's); of several calls ``tell`` hears how each went. Raises
    ``Refused`` where a call cannot be made as it is kept.
    """
    calls = build.configuration["test"]["calls"]
    if not calls:
        raise Refused(f"{build.version} has no test call. Choose one under “Test” on its page and build it.")
    # All are prepared before the first one is sent.
    tests = [_Test(build, environment, connection, kind, call) for call in calls]
    trials = []
    for test in tests:
        trials.append(test.trial())
        if len(tests) > 1:
            tell(trials[-1].sentence)
    return Trials(tuple(trials))


def tried_harmlessly(build: Build, environment: Environment, *, connection: Connection) -> Trial:
    """Make the first call of the build's test that changes nothing: the test of a connection."""
    catalogue = selectors.operations_of(build)
    for call in build.configuration["test"]["calls"]:
        operation = catalogue.get(call["operation"])
        if operation is not None and operation["safe"]:
            return _Test(build, environment, connection, None, {**call, "pages": 1}).trial()
    told = "has no test call that changes nothing, so no connection can be tested"
    raise Refused(f"{build.version} {told}. Choose one under “Test” on its page, build and sync it.")


class _Test:
    """One call of a test, ready to be sent, and its further pages."""

    def __init__(
        self,
        build: Build,
        environment: Environment,
        connection: Connection | None,
        kind: str | None,
        call: Mapping[str, Any],
    ) -> None:
        self.environment, self.connection = environment, connection
        connection_id = connection.pk if connection else None
        self.target = selectors.call_target(
            build, call["operation"], environment, connection_id=connection_id, kind=kind
        )
        self.paging = build.configuration["paging"]
        self.most = call["pages"] if divides(self.paging, self.target.operation) else 1
        given = call["parameters"]
        self.parameters = first_parameters(self.paging, self.target.operation, given) if self.most > 1 else given
        self.plan = prepare_call(self.target, self.parameters)

    def trial(self) -> Trial:
        """Call, and follow the pages that are asked for."""
        pages = Pages(self.paging, most=self.most)
        following: Following | None = Following(dict(self.parameters), self.plan)
        elapsed = 0
        while following:
            plan = following.plan or prepare_call(self.target, following.parameters)
            try:
                result = self._sent(plan)
            except EgressError as error:
                return _without_answer(self.target, plan, error, pages.read, elapsed)
            elapsed += result.elapsed_ms
            following = pages.after(plan, following.parameters, result)
        return _with_answer(self.target, result, pages, elapsed)

    def _sent(self, plan: CallPlan) -> CallResult:
        connection = self.connection
        return perform_now(
            plan,
            environment_id=self.environment.pk,
            customer_id=connection.customer_id if connection else None,
            connection_id=connection.pk if connection else None,
        )


def _with_answer(target: CallTarget, result: CallResult, pages: Pages, elapsed_ms: int) -> Trial:
    sentence = _sentence(target, result, pages, elapsed_ms)
    kept = {
        **_kept(target, sentence, succeeded=result.is_success, pages=pages.read, elapsed_ms=elapsed_ms),
        "request": result.request_masked,
        "response": _excerpt(result),
        "status": result.status,
    }
    return Trial(result.is_success, sentence, kept, elapsed_ms)


def _without_answer(target: CallTarget, plan: CallPlan, error: EgressError, read: int, elapsed_ms: int) -> Trial:
    kept = {
        **_kept(target, error.sentence, succeeded=False, pages=read, elapsed_ms=elapsed_ms),
        "request": request_masked(plan),
        "response": None,
        "status": None,
    }
    return Trial(False, error.sentence, kept, elapsed_ms)


def _kept(target: CallTarget, sentence: str, *, succeeded: bool, pages: int, elapsed_ms: int) -> dict[str, Any]:
    return {
        "operation": target.operation_id,
        "succeeded": succeeded,
        "sentence": sentence,
        "pages": pages,
        "elapsed_ms": elapsed_ms,
    }


def _sentence(target: CallTarget, result: CallResult, pages: Pages, elapsed_ms: int) -> str:
    if result.is_success:
        tries = f" at the {_nth(result.tries)} try" if result.tries > 1 else ""
        read = f", {pages.read} pages" if pages.read > 1 else ""
        return f"“{target.operation_id}” answered {result.status}{tries} in {elapsed_ms} ms{read}."
    told = _told(result.body)
    why = "The API refused these credentials" if result.status in REFUSING else "The API did not do it"
    return f"{why}: {result.status}{f', “{told}”' if told else ''}."


def _nth(number: int) -> str:
    return {2: "second", 3: "third"}.get(number, f"{number}th")


def _told(body: Any) -> str:
    """The API's own words, where an answer of the usual shapes has some."""
    if not isinstance(body, dict):
        return ""
    error = body.get("error")
    candidates = (body.get("error_description"), body.get("detail"), body.get("message"), error)
    nested = error.get("message") if isinstance(error, dict) else None
    told = next((each for each in (nested, *candidates) if isinstance(each, str) and each), "")
    return told[:200].rstrip(".")


def _excerpt(result: CallResult) -> dict[str, Any]:
    body = result.body if isinstance(result.body, str) else json.dumps(result.body, ensure_ascii=False, indent=2)
    short = body if len(body) <= LONGEST_EXCERPT else f"{body[:LONGEST_EXCERPT]}\n…"
    tries = {"tries": result.tries} if result.tries > 1 else {}
    return {"status": result.status, "body": short, "elapsed_ms": result.elapsed_ms, **tries}
