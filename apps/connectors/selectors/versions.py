"""Reads about connectors and their versions."""

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery

from apps.connectors.models import Build, Connector, ConnectorVersion, Source, Sync
from apps.environments.models import Environment


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


def source_of(version: ConnectorVersion) -> Source | None:
    """Return who gave the document of a version, and when; its text is loaded only if it is asked for."""
    return Source.objects.defer("text").filter(version=version).first()


def environments_with_sync(version: ConnectorVersion) -> list[tuple[Environment, Sync | None, str]]:
    """Return every environment with the build of ``version`` that serves it, and the server that it calls."""
    syncs = {sync.environment_id: sync for sync in version.syncs.select_related("build")}
    found = [(environment, syncs.get(environment.pk)) for environment in Environment.objects.all()]
    return [(place, sync, sync.build.server_for(place.kind) if sync else "") for place, sync in found]
