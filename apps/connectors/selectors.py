"""Reads about connectors, versions, builds and connections."""

from collections.abc import Iterable

from django.db.models import Count, F, Max, OuterRef, Q, QuerySet, Subquery

from apps.accounts.models import Customer, User
from apps.connectors.calls.plan import DEFAULT_TIMEOUT_S, CallRefused, CallTarget
from apps.connectors.catalogue import Catalogue
from apps.connectors.models import (
    Build,
    Connection,
    Connector,
    ConnectorVersion,
    Document,
    Operation,
    PipelineRecord,
    Source,
    Sync,
)
from apps.connectors.openapi.problems import Problem
from apps.environments.models import Environment, EnvironmentKind


def connectors(*, search: str = "") -> QuerySet[Connector]:
    """Return connectors by name, with ``version_count``, ``connection_count`` and ``updated_at``."""
    found = Connector.objects.annotate(
        version_count=Count("versions", distinct=True),
        connection_count=Count("connections", distinct=True),
        updated_at=Max("versions__updated_at"),
    ).prefetch_related("versions")
    if search:
        found = found.filter(Q(name__icontains=search) | Q(slug__icontains=search) | Q(description__icontains=search))
    return found.order_by("name")


def versions_of(connector: Connector) -> QuerySet[ConnectorVersion]:
    """Return the versions of a connector, newest first, with ``operation_count`` of their newest build."""
    newest = Build.objects.filter(version=OuterRef("pk")).order_by("-created_at", "-pk")
    return (
        connector.versions.select_related("connector")
        .annotate(operation_count=Subquery(newest.values("operation_count")[:1]))
        .prefetch_related("syncs__environment", "syncs__build")
        .order_by("-number")
    )


def siblings_of(version: ConnectorVersion) -> QuerySet[ConnectorVersion]:
    """Return every version of the same connector, newest first: what a version selector offers."""
    same = ConnectorVersion.objects.filter(connector_id=version.connector_id)
    return same.select_related("connector").order_by("-number")


def version_named(slug: str, number: str | int) -> ConnectorVersion | None:
    """Return the version that a release names: slot ``{connector: acme-crm, version: "2.0.0"}``, ``"2"`` or ``2``."""
    major = str(number).split(".", 1)[0].removeprefix("v")
    if not major.isdecimal():
        return None
    return ConnectorVersion.objects.select_related("connector").filter(connector__slug=slug, number=major).first()


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


def source_of(version: ConnectorVersion) -> Source | None:
    """Return who gave the document of a version, and when; its text is loaded only if it is asked for."""
    return Source.objects.defer("text").filter(version=version).first()


def environments_with_sync(version: ConnectorVersion) -> list[tuple[Environment, Sync | None, str]]:
    """Return every environment with the build of ``version`` that serves it, and the server that it calls."""
    syncs = {sync.environment_id: sync for sync in version.syncs.select_related("build")}
    found = [(environment, syncs.get(environment.pk)) for environment in Environment.objects.all()]
    return [(place, sync, sync.build.server_for(place.kind) if sync else "") for place, sync in found]


def test_connections(version: ConnectorVersion) -> QuerySet[Connection]:
    """Return the connections that the test of a version may use: the team's, in development."""
    return Connection.objects.filter(
        connector=version.connector, customer=None, environment__kind=EnvironmentKind.DEVELOPMENT
    ).defer("sealed")


def latest_records(version: ConnectorVersion) -> dict[str, PipelineRecord]:
    """Return the last record of each step of a version's pipeline."""
    records = version.pipeline_records.select_related("build").order_by("at", "pk")
    return {record.step: record for record in records}


def connections_visible_to(person: User, *, search: str = "") -> QuerySet[Connection]:
    """Return the connections that the person may see, complete for a list; without their sealed secrets."""
    found = (
        Connection.objects.visible_to(person)
        .select_related("connector", "environment", "customer")
        .defer("sealed")
        .order_by("connector__name", "environment__position", F("customer__name").asc(nulls_first=True), "name")
    )
    if search:
        wanted = Q(name__icontains=search) | Q(connector__name__icontains=search) | Q(customer__name__icontains=search)
        found = found.filter(wanted)
    return found


def usable_connections(
    connector: Connector, environment: Environment, customer: Customer | None
) -> QuerySet[Connection]:
    """Return the connections that may fill a slot: of this connector, environment and owner (None: the team)."""
    return (
        Connection.objects.filter(connector=connector, environment=environment, customer=customer)
        .defer("sealed")
        .order_by("name")
    )
