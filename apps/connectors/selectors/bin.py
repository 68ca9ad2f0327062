"""Reads about the bin of connector versions, and about what keeps a version out of it."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, QuerySet

from apps.connectors.models import Connector, ConnectorVersion
from apps.connectors.uses import Part, Question, UseKind, part_of, question_about

NAMED = 10


def binned_versions(*, search: str = "") -> QuerySet[ConnectorVersion]:
    """Return the versions in the bin, those put there last first."""
    found = ConnectorVersion.objects.filter(binned_at__isnull=False).select_related("connector")
    if search:
        found = found.filter(connector__name__icontains=search)
    return found.order_by("-binned_at", "connector__name", "-number")


def binned_versions_of(connector: Connector) -> QuerySet[ConnectorVersion]:
    """Return the versions of a connector that are in the bin, newest first."""
    return binned_versions().filter(connector=connector).order_by("-number")


def is_last_version(version: ConnectorVersion) -> bool:
    """Tell whether its connector has no other version, in the bin or not."""
    return not ConnectorVersion.objects.filter(connector=version.connector_id).exclude(pk=version.pk).exists()


def out_of_the_bin(connectors: QuerySet[Connector]) -> QuerySet[Connector]:
    """Keep the connectors that have a version out of the bin."""
    versions = ConnectorVersion.objects.filter(connector=OuterRef("pk"), binned_at=None)
    return connectors.filter(Exists(versions))


def keeping_out_of_the_bin(version: ConnectorVersion) -> list[Part]:
    """Return who must let go of a version before it may go to the bin: releases out of the bin, and instances."""
    return _parts(question_about([version], with_bin=False), UseKind.RELEASE, UseKind.INSTANCE)


def keeping_from_deletion(version: ConnectorVersion) -> list[Part]:
    """Return who must let go of a version before it may be deleted: any release, instance or run under way."""
    return _parts(question_about([version]), UseKind.RELEASE, UseKind.INSTANCE, UseKind.RUN)


def sentences_about(parts: Iterable[Part]) -> list[str]:
    """Return users in words: "Orders to CRM V3 uses it"."""
    return [sentence for part in parts for sentence in _sentences(part)]


def _parts(question: Question, *kinds: UseKind) -> list[Part]:
    parts = (part_of(question, kind, most=NAMED) for kind in kinds)
    return [part for part in parts if part.total]


def _sentences(part: Part) -> list[str]:
    told = [" · ".join(filter(None, (use.template, use.name, use.environment))) for use in part.uses]
    return [*told, f"{part.more} more {part.kind.plural(part.more)}"] if part.more else told
