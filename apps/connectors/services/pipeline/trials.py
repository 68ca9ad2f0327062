"""Test: call the operations chosen for it in development, for real, and keep what came back."""

from typing import Any

from apps.audit.operations import Operation
from apps.connectors import selectors
from apps.connectors.enums import Scheme, Step
from apps.connectors.models import Build, Connection, ConnectorVersion, PipelineJob
from apps.connectors.services.pipeline.work import Ending, Work, advance, check_move
from apps.connectors.services.trial import Trials, tried
from apps.connectors.sources import Tell
from apps.core import clock
from apps.core.errors import Conflict, Refused
from apps.environments.models import Environment, EnvironmentKind
from apps.infra.crash import crash_point
from apps.infra.jobs import workers

UNKNOWN = (
    "The worker ended while the test was calling, and what it calls changes something, so it is not called again by "
    "itself. Whether the calls arrived is unknown: look there, then test again."
)


def check(version: ConnectorVersion, _build: Build | None, _reason: str) -> Build:
    """Return the newest build, if there is all that its test needs."""
    check_move(version, Step.TEST)
    build = selectors.newest_build(version)
    if build is None:
        raise Refused(f"{version} has no build yet.")
    connection_for(version, build, place())
    return build


def prepare(job: PipelineJob, tell: Tell) -> dict[str, Any]:
    """Call. A job that is taken up again calls again only where that changes nothing over there."""
    version = ConnectorVersion.objects.select_related("connector", "test_connection").get(pk=job.version_id)
    build, environment = _build_of(job), place()
    connection = connection_for(version, build, environment)
    if job.sent_at and not is_harmless(build):
        raise Refused(UNKNOWN)
    workers.fenced(_note_sending, job)
    tell(f"Calling from {environment}{f' with the connection “{connection}”' if connection else ''}.")
    trials = tried(build, environment, connection=connection, kind=EnvironmentKind.DEVELOPMENT, tell=tell)
    crash_point("pipeline.test.sent")
    return _recorded(trials)


def finish(job: PipelineJob, recorded: dict[str, Any], op: Operation) -> Ending:
    """Keep how the test went."""
    version, build = job.version, _build_of(job)
    op.about(version, answer=recorded["sentence"])
    if selectors.newest_build(version) != build:
        raise Conflict(f"{version} was built anew during the test. Test it again.")
    advance(version, Step.TEST, succeeded=recorded["succeeded"])
    return Ending(recorded["sentence"], build, recorded["details"], succeeded=recorded["succeeded"])


def is_harmless(build: Build) -> bool:
    """Tell whether everything that the test of this build calls may be called twice."""
    chosen = build.configuration["test"]
    names = {call["operation"] for call in chosen["calls"]}
    catalogue = selectors.operations_of(build)
    found = [catalogue.get(name) for name in names]
    return all(operation is not None and operation["safe"] for operation in found)


def place() -> Environment:
    """Return where the test calls from."""
    environment = selectors.test_environment()
    if environment is None:
        raise Refused("There is no environment to test from yet.")
    return environment


def connection_for(version: ConnectorVersion, build: Build, environment: Environment) -> Connection | None:
    """Return the connection to test with: the chosen one, else the team's first; None where the API asks for none."""
    if build.configuration["scheme"] == Scheme.NONE and not build.configuration["individual"]:
        return None
    usable = selectors.usable_connections(version.connector, environment, None)
    connection = version.test_connection or usable.first()
    if connection is None:
        raise Refused(f"The test needs a connection of the team in {environment}. Create one, then test again.")
    return connection


def _build_of(job: PipelineJob) -> Build:
    if job.build is None:
        raise Refused(f"{job.version} has no such build any more.")
    return job.build


def _note_sending(job: PipelineJob) -> None:
    PipelineJob.objects.filter(pk=job.pk, sent_at=None).update(sent_at=clock.now())


def _recorded(trials: Trials) -> dict[str, Any]:
    """The trials as JSON data. Masked already: it is stored in the journal and with the job."""
    return {"succeeded": trials.succeeded, "sentence": trials.sentence, "details": trials.details}


WORK = Work("connector_version.tested", check, finish, prepare, is_recorded=True)
