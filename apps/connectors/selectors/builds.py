"""Reads about builds, where they serve, and their operations."""

from collections.abc import Iterable

from django.db.models import QuerySet

from apps.connectors.calls.plan import DEFAULT_TIMEOUT_S, CallRefused, CallTarget
from apps.connectors.catalogue import Catalogue
from apps.connectors.models import Build, Connector, ConnectorVersion, Document, Operation, Sync
from apps.connectors.openapi.problems import Problem
from apps.environments.models import Environment


def newest_build(version: ConnectorVersion) -> Build | None:
    """Return the build that was made last."""
    return version.builds.first()


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


def call_target(build: Build, operation_id: str, environment: Environment, *, kind: str | None = None) -> CallTarget:
    """Return how an operation of ``build`` is called in ``environment``. Raises ``CallRefused`` for unknown ones.

    ``kind``: take the server of environments of that kind instead.
    """
    operation = operations_of(build).get(operation_id)
    if operation is None:
        raise CallRefused(f"{build.version} has no operation “{operation_id}”.")
    configuration = build.configuration
    return CallTarget(
        operation_id=operation_id,
        operation=operation,
        server_url=build.server_for(kind or environment.kind),
        connector_id=build.version.connector_id,
        scheme=configuration["scheme"],
        scheme_options=configuration["scheme_options"],
        timeout_s=configuration["execution"].get("timeout_s", DEFAULT_TIMEOUT_S),
        idempotency_header=configuration["execution"].get("idempotency_header", ""),
    )


def callable_for_test(build: Build) -> list[str]:
    """Return the operations fit for a test: they change nothing and need no values."""
    fit = Operation.objects.filter(document_id=build.document_id, fit_for_test=True)
    return list(fit.values_list("operation_id", flat=True))


def search_operations(build: Build, search: str) -> QuerySet[Operation]:
    """Return the operations that hold every word (id, path, method, tag, summary), in order, without ``data``."""
    found = Operation.objects.filter(document_id=build.document_id).defer("data", "searched")
    return found.matching(search).order_by("position")


def findings_of(build: Build) -> list[Problem]:
    """Return what was imperfect about the document of a build."""
    found = Document.objects.values_list("findings", flat=True).get(pk=build.document_id)
    return [Problem(**finding) for finding in found]
