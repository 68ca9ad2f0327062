"""Reads about builds, where they serve, and their operations."""

from collections.abc import Iterable
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from apps.connectors.calls import individual
from apps.connectors.calls.plan import DEFAULT_TIMEOUT_S, CallRefused, CallTarget
from apps.connectors.calls.servers import server_of
from apps.connectors.catalogue import Catalogue
from apps.connectors.enums import JobState, Step, UsedAs
from apps.connectors.models import (
    Build,
    Connection,
    Connector,
    ConnectorVersion,
    Document,
    Operation,
    PipelineJob,
    Sync,
)
from apps.connectors.openapi.problems import Problem
from apps.core.errors import Refused
from apps.environments.models import Environment

SHORTEST_NAME = 8


def made_at() -> Coalesce:
    """Return the expression for when a build was made last: the same content may have been built several times.

    A new one each time: Django resolves the reference to the outer row in place, once.
    """
    made = PipelineJob.objects.filter(build=OuterRef("pk"), step=Step.BUILD, state=JobState.SUCCEEDED)
    return Coalesce(Subquery(made.order_by("-finished_at").values("finished_at")[:1]), "created_at")


def newest_build(version: ConnectorVersion) -> Build | None:
    """Return the build that was made last. Content that was built before counts from when it was built again."""
    return version.builds.annotate(made_at=made_at()).order_by("-made_at", "-pk").first()


def build_of(version: ConnectorVersion, name: str) -> Build | None:
    """Return the build of the version that ``name`` means: its number, or enough of its digest to be the only one."""
    if name.isdecimal() and (build := version.builds.filter(pk=int(name[:18])).first()):
        return build
    found = list(version.builds.filter(digest__startswith=name)[:2]) if len(name) >= SHORTEST_NAME else []
    return found[0] if len(found) == 1 else None


def synced_build(version: ConnectorVersion, environment: Environment) -> Build | None:
    """Return the build that serves ``environment``."""
    sync = Sync.objects.select_related("build").filter(version=version, environment=environment).first()
    return sync.build if sync else None


def synced_builds(versions: Iterable[ConnectorVersion], environment: Environment) -> dict[int, Build]:
    """Return which build serves ``environment`` for each of the versions, by the version's id."""
    syncs = Sync.objects.select_related("build").filter(version__in=list(versions), environment=environment)
    return {sync.version_id: sync.build for sync in syncs}


def newest_synced_build(connector: Connector, environment: Environment) -> Build | None:
    """Return the build of the highest version of ``connector`` that is synced to ``environment``."""
    sync = (
        Sync.objects.select_related("build__version")
        .filter(version__connector=connector, environment=environment)
        .order_by("-version__number")
        .first()
    )
    return sync.build if sync else None


def builds_serving(connector: Connector, environment: Environment) -> list[Build]:
    """Return the builds of all versions of ``connector`` that serve ``environment``, highest version first."""
    same = Sync.objects.filter(version__connector=connector, environment=environment)
    syncs = same.select_related("build__version__connector")
    return [sync.build for sync in syncs.order_by("-version__number")]


def operations_of(build: Build) -> Catalogue:
    """Return ``{operationId: operation}`` of a build, in the document's order; each is read when it is asked for."""
    return Catalogue(build.digest, build.document_id)


def catalogue(version: ConnectorVersion) -> Catalogue | None:
    """Return the operations of the newest build for the linter, None where nothing was built yet."""
    build = newest_build(version)
    return operations_of(build) if build else None


def call_target(
    build: Build,
    operation_id: str,
    environment: Environment,
    *,
    connection_id: int | None = None,
    kind: str | None = None,
) -> CallTarget:
    """Return how an operation of ``build`` is called in ``environment`` with a connection, whose fields fill what each
    connection brings. Raises ``CallRefused`` for an unknown operation, and where such a field is missing.

    ``kind``: take the server of environments of that kind instead.
    """
    operation = operations_of(build).get(operation_id)
    if operation is None:
        raise CallRefused(f"{build.version} has no operation “{operation_id}”.")
    configuration = build.configuration
    brought = _brought(build, environment, connection_id, server_url=build.server_for(kind or environment.kind))
    return CallTarget(
        operation_id=operation_id,
        operation=operation,
        server_url=server_of(operation, brought.pop("server_url")),
        connector_id=build.version.connector_id,
        version_id=build.version_id,
        scheme=configuration["scheme"],
        execution=configuration["execution"],
        **brought,
        timeout_s=configuration["execution"].get("timeout_s", DEFAULT_TIMEOUT_S),
        idempotency_header=configuration["execution"].get("idempotency_header", ""),
    )


def _brought(build: Build, environment: Environment, connection_id: int | None, *, server_url: str) -> dict[str, Any]:
    """Server, token address, headers and query parameters with what the connection entered for the build's fields."""
    options = build.configuration["scheme_options"]
    fields = individual.fields_of(build.configuration["individual"])
    if not fields:
        return {"server_url": server_url, "scheme_options": options}
    values = _values_of(build, environment, connection_id)
    try:
        token_url = individual.filled(options.get("token_url", ""), fields, values)
        return {
            "server_url": individual.filled(server_url, fields, values),
            "scheme_options": {**options, **({"token_url": token_url} if token_url else {})},
            "headers": individual.sent_with(fields, values, UsedAs.HEADER),
            "query": individual.sent_with(fields, values, UsedAs.QUERY),
        }
    except Refused as refused:
        raise CallRefused(refused.message) from None


def _values_of(build: Build, environment: Environment, connection_id: int | None) -> dict[str, str]:
    """What the connection entered; nothing of one that is made for another connector or environment."""
    if connection_id is None:
        return {}
    same = Connection.objects.filter(pk=connection_id, connector=build.version.connector_id, environment=environment)
    return same.values_list("fields", flat=True).first() or {}


def operation_choices(build: Build) -> list[tuple[str, str]]:
    """Return ``(operationId, "GET /orders")`` of every operation, in the document's order."""
    rows = Operation.objects.filter(document_id=build.document_id).order_by("position")
    return [(name, f"{method} {path}") for name, method, path in rows.values_list("operation_id", "method", "path")]


def search_operations(build: Build, search: str) -> QuerySet[Operation]:
    """Return the operations that hold every word (id, path, method, tag, summary), in order, without ``data``."""
    found = Operation.objects.filter(document_id=build.document_id).defer("data", "searched")
    return found.matching(search).order_by("position")


def findings_of(build: Build) -> list[Problem]:
    """Return what was imperfect about the document of a build."""
    found = Document.objects.values_list("findings", flat=True).get(pk=build.document_id)
    return [Problem(**finding) for finding in found]
