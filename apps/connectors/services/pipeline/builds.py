"""Build: compile source and configuration into an immutable build; the same content gives the same build."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.audit.operations import Operation
from apps.connectors import documents, pipeline, selectors
from apps.connectors.enums import Step, VersionState
from apps.connectors.models import Build, ConnectorVersion, PipelineJob
from apps.connectors.services.pipeline.work import Ending, Work, keep_state
from apps.connectors.services.versions import configuration_of
from apps.connectors.sources import Tell, compiled_source
from apps.core import clock
from apps.core.errors import Conflict


@dataclass(frozen=True, slots=True)
class Compiled:
    """A compiled document, and the version as it was when its source was read."""

    version: ConnectorVersion
    answer: Mapping[str, Any]


def check(_version: ConnectorVersion, _build: Build | None, _reason: str) -> None:
    """Building may always begin anew."""


def prepare(job: PipelineJob, tell: Tell) -> Compiled:
    """Fetch and compile. Raises ``SourceRefused``."""
    version = ConnectorVersion.objects.select_related("connector").get(pk=job.version_id)
    answer = compiled_source(version, tell=tell)
    tell(f"Compiled {_counted(len(answer['operations']), 'operation')}.")
    return Compiled(version, answer)


def finish(job: PipelineJob, compiled: Compiled, op: Operation) -> Ending:
    """Keep the build. Raises ``Conflict`` if source or configuration changed meanwhile."""
    version, answer = job.version, compiled.answer
    op.about(version, operations=len(answer["operations"]))
    if _basis(version) != _basis(compiled.version):
        raise Conflict(f"{version} changed while it was being built. Build it again.")
    newest = selectors.newest_build(version)
    build, is_new = _kept(job, answer)
    op.about(version, build=build.short_digest)
    keep_state(version, _state_after(job, is_same=build == newest))
    return Ending(_sentence(build, is_new=is_new), build)


def _kept(job: PipelineJob, answer: Mapping[str, Any]) -> tuple[Build, bool]:
    document, configuration = documents.kept(answer), configuration_of(job.version)
    digest = documents.digest_of({"document": document.digest, "configuration": configuration})
    return Build.objects.get_or_create(
        version=job.version,
        digest=digest,
        defaults={
            "document": document,
            "configuration": configuration,
            "origin": answer["origin"],
            "operation_count": len(answer["operations"]),
            "finding_count": len(answer["findings"]),
            "created_by_name": job.asked_by_name,
            "created_at": clock.now(),
        },
    )


def _basis(version: ConnectorVersion) -> tuple[Any, ...]:
    """Everything that a build is made from."""
    return (version.source_kind, version.source_options, version.source_digest, configuration_of(version))


def _state_after(job: PipelineJob, *, is_same: bool) -> VersionState:
    """The same content keeps the progress that it had; anything else starts the pipeline anew."""
    before = VersionState(job.state_before or VersionState.UPDATED)
    return before if is_same and pipeline.DEPTH[before] > 0 else pipeline.AFTER[Step.BUILD]


def _sentence(build: Build, *, is_new: bool) -> str:
    found = f", {_counted(build.finding_count, 'finding')}" if build.finding_count else ""
    told = "" if is_new else " The content is the same as before, so it is the same build."
    return f"Build {build.short_digest}: {_counted(build.operation_count, 'operation')}{found}.{told}"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


WORK = Work("connector_version.built", check, finish, prepare)
