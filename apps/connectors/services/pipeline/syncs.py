"""Sync: let a build serve every environment of a kind, in one transaction."""

from functools import partial

from apps.audit.operations import Operation
from apps.connectors import pipeline, selectors
from apps.connectors.enums import Step, VersionState
from apps.connectors.models import Build, ConnectorVersion, PipelineJob, Sync
from apps.connectors.services.pipeline.work import Ending, Work, advance, check_move
from apps.core import clock
from apps.core.errors import Refused
from apps.environments.models import Environment, EnvironmentKind


def work_for(kind: EnvironmentKind) -> Work:
    """Return the step that syncs to the environments of ``kind``."""
    return Work("connector_version.synced", partial(check, kind), partial(finish, kind))


def check(kind: EnvironmentKind, version: ConnectorVersion, build: Build | None, reason: str) -> Build:
    """Return the build to sync (without one: the newest). A build beside the pipeline needs no test before it."""
    newest = selectors.newest_build(version)
    chosen, state = build or newest, VersionState(version.state)
    if not pipeline.is_synced_anew(state, chosen=build is not None, newest=chosen == newest):
        check_move(version, pipeline.SYNCS[kind], reason)
    if chosen is None or chosen.version_id != version.pk:
        raise Refused(f"{version} has no such build.")
    _check_server(version, chosen, kind)
    return chosen


def finish(kind: EnvironmentKind, job: PipelineJob, _prepared: None, op: Operation) -> Ending:
    """Let the build serve. An older one than the newest leaves the pipeline where it is."""
    version, build = job.version, job.build
    if build is None:
        raise Refused(f"{version} has no such build any more.")
    op.about(version, build=build.short_digest, environments=_names(kind))
    _check_server(version, build, kind)
    places = list(Environment.objects.filter(kind=kind))
    for place in places:
        _serve(version, build, place)
    if build == selectors.newest_build(version):
        advance(version, Step(job.step))
    return Ending(_sentence(build, kind, places), build)


def _serve(version: ConnectorVersion, build: Build, place: Environment) -> None:
    serving = {"build": build, "synced_at": clock.now()}
    Sync.objects.update_or_create(environment=place, version=version, defaults=serving)


def _check_server(version: ConnectorVersion, build: Build, kind: EnvironmentKind) -> None:
    if not build.server_for(kind):
        told = f"{version} has no server for {_names(kind)} in this build."
        raise Refused(f"{told} Enter one under “Servers”, build and sync it.")


def _names(kind: EnvironmentKind) -> str:
    return f"{kind.label.lower()} environments"


def _sentence(build: Build, kind: EnvironmentKind, places: list[Environment]) -> str:
    if places:
        return f"Build {build.short_digest} serves {', '.join(place.name for place in places)}."
    tested_from = selectors.test_environment()
    if kind == EnvironmentKind.DEVELOPMENT and tested_from:
        told = f"There is no development environment: its test runs from {tested_from}"
        return f"Build {build.short_digest} is ready. {told}, against the development server."
    return f"Build {build.short_digest} is ready, but there is no {kind.label.lower()} environment yet."
