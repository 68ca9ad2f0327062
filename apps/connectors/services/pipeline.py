"""The steps of a connector version's pipeline. Each leaves a record; what is synced keeps serving throughout."""

import time
from collections.abc import Mapping
from typing import Any

from apps.accounts.models import User
from apps.accounts.permissions import Verb, authorise
from apps.audit.actor import Actor
from apps.audit.operations import operation
from apps.connectors import documents, pipeline, selectors
from apps.connectors.documents import SourceRefused
from apps.connectors.enums import Scheme, Step, VersionState
from apps.connectors.models import Build, Connection, ConnectorVersion, PipelineRecord, Sync
from apps.connectors.services.trial import Trial, tried
from apps.connectors.services.versions import configuration_of
from apps.connectors.sources import compiled_source
from apps.core import clock
from apps.core.errors import Conflict, Refused
from apps.environments.models import Environment, EnvironmentKind
from apps.infra.crash import crash_point


def build_version(*, by: User | Actor, version: ConnectorVersion) -> Build:
    """Compile source and configuration into an immutable build; the same content gives the same build.

    Raises ``SourceRefused`` for a document that cannot be built (recorded; older builds keep serving) and ``Conflict``
    if source or configuration changed meanwhile.
    """
    authorise(by, Verb.DRAFT_EDIT)
    version = ConnectorVersion.objects.select_related("connector").get(pk=version.pk)
    started = time.monotonic()
    try:
        answer = compiled_source(version, tell=lambda _: None)
    except SourceRefused as refused:
        _record_failed_build(by, version, refused, _since(started))
        raise
    return _keep_build(by, version, answer, _since(started))


def sync_version(
    *,
    by: User | Actor,
    version: ConnectorVersion,
    kind: EnvironmentKind,
    build: Build | None = None,
    reason: str = "",
) -> list[Sync]:
    """Let a build (without one: the newest) serve every environment of ``kind``.

    To production: after the test, or with a reason. Naming an older build brings that one back and leaves the
    pipeline where it is.
    """
    production = kind == EnvironmentKind.PRODUCTION
    authorise(by, Verb.RELEASE_MANAGE if production else Verb.DRAFT_EDIT)
    step = Step.SYNC_TO_PROD if production else Step.SYNC_TO_DEV
    with operation("connector_version.synced", by=by, reason=reason) as op:
        version = _locked_row(version)
        newest = selectors.newest_build(version)
        is_newest = build is None or build == newest
        chosen = newest if build is None else build
        names = f"{EnvironmentKind(kind).label.lower()} environments"
        op.about(version, within=version.connector, build=chosen.short_digest if chosen else "", environments=names)
        if is_newest:
            _check_move(version, step, reason=reason)
        if chosen is None or chosen.version_id != version.pk:
            raise Refused(f"{version} has no such build.")
        if not chosen.server_for(kind):
            told = f"{version} has no server for {names} in this build."
            raise Refused(f"{told} Enter one under “Servers”, build and sync it.")
        syncs = [_sync(version, chosen, environment) for environment in Environment.objects.filter(kind=kind)]
        if is_newest:
            _advance(version, step)
        where = ", ".join(sync.environment.name for sync in syncs) or "no environment of this kind yet"
        _record(by, version, step, sentence=f"Build {chosen.short_digest} serves {where}.", build=chosen)
        crash_point("connector.sync_before_commit")
    return syncs


def test_version(*, by: User | Actor, version: ConnectorVersion) -> PipelineRecord:
    """Call the chosen test operation in development, for real, and record what came back."""
    authorise(by, Verb.DRAFT_EDIT)
    version = ConnectorVersion.objects.select_related("connector", "test_connection").get(pk=version.pk)
    _check_move(version, Step.TEST)
    build = selectors.newest_build(version)
    environment = _test_environment()
    if build is None or environment is None:
        raise Refused("There is no environment to test from yet.")
    connection = _test_connection(version, build, environment)
    trial = tried(build, environment, connection=connection, kind=EnvironmentKind.DEVELOPMENT)
    with operation("connector_version.tested", by=by) as op:
        version = _locked_row(version)
        op.about(version, within=version.connector, answer=trial.sentence)
        if selectors.newest_build(version) != build:
            raise Conflict(f"{version} was built anew during the test. Test it again.")
        _advance(version, Step.TEST, succeeded=trial.succeeded)
        return _record_trial(by, version, build, trial)


def release_version(*, by: User | Actor, version: ConnectorVersion) -> ConnectorVersion:
    """Offer the version to builders: the end of its pipeline."""
    authorise(by, Verb.RELEASE_MANAGE)
    with operation("connector_version.released", by=by) as op:
        version = _locked_row(version)
        op.about(version, within=version.connector)
        _check_move(version, Step.RELEASE)
        _advance(version, Step.RELEASE)
        _record(by, version, Step.RELEASE, sentence="Offered to builders.", build=selectors.newest_build(version))
    return version


def _keep_build(by: User | Actor, compiled: ConnectorVersion, answer: Mapping[str, Any], elapsed_ms: int) -> Build:
    with operation("connector_version.built", by=by) as op:
        version = _locked_row(compiled)
        configuration = configuration_of(version)
        op.about(version, within=version.connector, operations=len(answer["operations"]))
        if (version.source_digest, configuration) != (compiled.source_digest, configuration_of(compiled)):
            raise Conflict(f"{version} changed while it was being built. Build it again.")
        document = documents.kept(answer)
        digest = documents.digest_of({"document": document.digest, "configuration": configuration})
        build, is_new = Build.objects.get_or_create(
            version=version,
            digest=digest,
            defaults={
                "document": document,
                "configuration": configuration,
                "origin": answer["origin"],
                "operation_count": len(answer["operations"]),
                "finding_count": len(answer["findings"]),
                "created_by_name": str(by),
                "created_at": clock.now(),
            },
        )
        op.about(version, build=build.short_digest)
        _after_build(version, build, is_new=is_new)
        sentence = _built_sentence(build, is_new=is_new)
        _record(by, version, Step.BUILD, sentence=sentence, build=build, elapsed_ms=elapsed_ms)
        crash_point("connector.build_before_commit")
    return build


def _after_build(version: ConnectorVersion, build: Build, *, is_new: bool) -> None:
    """The same content keeps the progress that it had; anything else starts the pipeline anew."""
    unchanged = not is_new and selectors.newest_build(version) == build
    if not (unchanged and pipeline.DEPTH[VersionState(version.state)] > 0):
        _advance(version, Step.BUILD)


def _built_sentence(build: Build, *, is_new: bool) -> str:
    found = f", {build.finding_count} findings" if build.finding_count else ""
    told = "" if is_new else " The content is the same as before, so it is the same build."
    return f"Build {build.short_digest}: {build.operation_count} operations{found}.{told}"


def _record_failed_build(by: User | Actor, version: ConnectorVersion, refused: SourceRefused, elapsed_ms: int) -> None:
    with operation("connector_version.build_failed", by=by) as op:
        version = _locked_row(version)
        op.about(version, within=version.connector, why=refused.problems[0])
        _advance(version, Step.BUILD, succeeded=False)
        _record(
            by,
            version,
            Step.BUILD,
            sentence=refused.problems[0],
            details=list(refused.problems),
            succeeded=False,
            elapsed_ms=elapsed_ms,
        )


def _sync(version: ConnectorVersion, build: Build, environment: Environment) -> Sync:
    now = clock.now()
    sync, _ = Sync.objects.update_or_create(
        environment=environment, version=version, defaults={"build": build, "synced_at": now}
    )
    return sync


def _test_environment() -> Environment | None:
    # With production environments only, the test runs from the first of them against the development server.
    development = Environment.objects.filter(kind=EnvironmentKind.DEVELOPMENT)
    return development.first() or Environment.objects.first()


def _test_connection(version: ConnectorVersion, build: Build, environment: Environment) -> Connection | None:
    if build.configuration["scheme"] == Scheme.NONE:
        return None
    chosen = version.test_connection
    connection = chosen or selectors.usable_connections(version.connector, environment, None).first()
    if connection is None:
        raise Refused(f"The test needs a connection of the team in {environment}. Create one, then test again.")
    return connection


def _record_trial(by: User | Actor, version: ConnectorVersion, build: Build, trial: Trial) -> PipelineRecord:
    return _record(
        by,
        version,
        Step.TEST,
        sentence=trial.sentence,
        build=build,
        details=[trial.kept],
        succeeded=trial.succeeded,
        elapsed_ms=trial.elapsed_ms,
    )


def _check_move(version: ConnectorVersion, step: Step, *, reason: str = "") -> None:
    move = pipeline.move(VersionState(version.state), step)
    if not move.allowed and not (move.with_reason and reason.strip()):
        raise Refused(move.why_not)


def _advance(version: ConnectorVersion, step: Step, *, succeeded: bool = True) -> None:
    version.state = pipeline.state_after(VersionState(version.state), step, succeeded=succeeded)
    version.updated_at = clock.now()
    version.save(update_fields=["state", "updated_at"])


def _record(
    by: User | Actor,
    version: ConnectorVersion,
    step: Step,
    *,
    sentence: str,
    build: Build | None = None,
    details: list[Any] | None = None,
    succeeded: bool = True,
    elapsed_ms: int = 0,
) -> PipelineRecord:
    return PipelineRecord.objects.create(
        version=version,
        step=step,
        build=build,
        succeeded=succeeded,
        sentence=sentence,
        details=details or [],
        by_name=str(by),
        at=clock.now(),
        elapsed_ms=elapsed_ms,
    )


def _locked_row(version: ConnectorVersion) -> ConnectorVersion:
    return ConnectorVersion.objects.select_for_update(of=("self",)).select_related("connector").get(pk=version.pk)


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
