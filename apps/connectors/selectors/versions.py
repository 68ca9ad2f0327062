"""Reads about connectors and their versions."""

from django.db.models import Count, Max, OuterRef, Prefetch, Q, QuerySet, Subquery

from apps.connectors.models import Build, Connector, ConnectorVersion, Source, Sync
from apps.connectors.selectors.bin import out_of_the_bin
from apps.connectors.selectors.builds import made_at
from apps.environments.models import Environment

SORTS = {"name": "name", "versions": "version_count", "connections": "connection_count", "changed": "updated_at"}


def connectors(
    *, search: str = "", state: str = "", environment: Environment | None = None, sort: str = "name"
) -> QuerySet[Connector]:
    """Return connectors with a version out of the bin, with ``version_count``, ``connection_count``, ``updated_at``.

    ``state``: with a version in this state; ``environment``: with a version that serves it. ``sort``: a key of
    ``SORTS``, "-" before it turns the order round. Their ``shown_versions`` know where they serve.
    """
    in_use = Q(versions__binned_at=None)
    found = out_of_the_bin(Connector.objects.all()).annotate(
        version_count=Count("versions", filter=in_use, distinct=True),
        connection_count=Count("connections", distinct=True),
        updated_at=Max("versions__updated_at", filter=in_use),
    )
    versions = ConnectorVersion.objects.filter(binned_at=None)
    if state:
        found = found.filter(pk__in=versions.filter(state=state).values("connector"))
    if environment:
        found = found.filter(pk__in=versions.filter(syncs__environment=environment).values("connector"))
    for word in search.split():
        found = found.filter(Q(name__icontains=word) | Q(slug__icontains=word) | Q(description__icontains=word))
    shown = _with_syncs(versions).order_by("-number")
    return found.prefetch_related(Prefetch("versions", shown, to_attr="shown_versions")).order_by(*_order(sort))


def versions_of(connector: Connector, *, with_bin: bool = False) -> QuerySet[ConnectorVersion]:
    """Return the versions of a connector out of the bin, newest first, with where they serve and, of their newest
    build, ``operation_count``, ``newest_build_id`` and ``newest_digest``."""
    newest = Build.objects.filter(version=OuterRef("pk")).order_by(made_at().desc(), "-pk")
    found = connector.versions.select_related("connector").annotate(
        operation_count=Subquery(newest.values("operation_count")[:1]),
        newest_build_id=Subquery(newest.values("pk")[:1]),
        newest_digest=Subquery(newest.values("digest")[:1]),
    )
    return _with_syncs(found if with_bin else found.filter(binned_at=None)).order_by("-number")


def siblings_of(version: ConnectorVersion) -> QuerySet[ConnectorVersion]:
    """Return the versions of the same connector out of the bin, and this one: what a version selector offers."""
    same = ConnectorVersion.objects.filter(Q(binned_at=None) | Q(pk=version.pk), connector_id=version.connector_id)
    return same.select_related("connector").order_by("-number")


def version_named(slug: str, number: str | int) -> ConnectorVersion | None:
    """Return the version that a release names: slot ``{connector: acme-crm, version: "2.0.0"}``, ``"2"`` or ``2``."""
    major = str(number).split(".", 1)[0].removeprefix("v")
    if not major.isdecimal():
        return None
    return ConnectorVersion.objects.select_related("connector").filter(connector__slug=slug, number=major).first()


def source_of(version: ConnectorVersion) -> Source | None:
    """Return who gave the document of a version, and when; its text is loaded only if it is asked for."""
    return Source.objects.defer("text", "archive").filter(version=version).first()


def environments_with_sync(version: ConnectorVersion) -> list[tuple[Environment, Sync | None, str]]:
    """Return every environment with the build of ``version`` that serves it, and the server that it calls."""
    syncs = {sync.environment_id: sync for sync in version.syncs.select_related("build")}
    found = [(environment, syncs.get(environment.pk)) for environment in Environment.objects.all()]
    return [(place, sync, sync.build.server_for(place.kind) if sync else "") for place, sync in found]


def _with_syncs(versions: QuerySet[ConnectorVersion]) -> QuerySet[ConnectorVersion]:
    syncs = Sync.objects.select_related("environment", "build").order_by("environment__position")
    return versions.prefetch_related(Prefetch("syncs", syncs))


def _order(sort: str) -> tuple[str, str]:
    column = SORTS.get(sort.removeprefix("-"), "name")
    return f"-{column}" if sort.startswith("-") else column, "name"
