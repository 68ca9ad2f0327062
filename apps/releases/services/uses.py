"""The rows that say which connector versions a release names; written in the transaction that sets its text."""

from collections.abc import Iterable

from django.db.models import Q

from apps.connectors.models import ConnectorVersion
from apps.core.errors import Refused
from apps.releases.connector_uses import Named, named_by
from apps.releases.models import AwaitedUse, ConnectorUse, Release


def record_uses(release: Release) -> None:
    """Let the rows say what the release's text says. Raises ``Refused`` where a version names one in the bin."""
    named = named_by(release)
    versions = locked_versions(named.values())
    if not release.is_draft:
        refuse_binned(release, versions.values())
    known = {slot: versions[_key(each)] for slot, each in named.items() if _key(each) in versions}
    uses = [
        ConnectorUse(release=release, slot=slot, version=version, operations=list(named[slot].operations))
        for slot, version in known.items()
    ]
    awaited = [_awaited(release, slot, each) for slot, each in named.items() if slot not in known]
    _replace_uses(release, uses)
    _replace_awaited(release, awaited)


def adopt(version: ConnectorVersion) -> None:
    """Let the slots that waited for a connector version use it: it has just come."""
    waiting = AwaitedUse.objects.filter(connector=version.connector.slug, number=version.number)
    rows = list(waiting)
    ConnectorUse.objects.bulk_create(
        ConnectorUse(release_id=row.release_id, slot=row.slot, version=version, operations=row.operations)
        for row in rows
    )
    AwaitedUse.objects.filter(pk__in=[row.pk for row in rows]).delete()


def refuse_if_names_binned(release: Release) -> None:
    """Raise ``Refused`` where a release names connector versions in the bin; none goes there until the commit."""
    refuse_binned(release, locked_versions(named_by(release).values()).values())


def refuse_binned(release: Release, versions: Iterable[ConnectorVersion]) -> None:
    """Raise ``Refused`` naming every connector version that is in the bin."""
    binned = sorted({str(version) for version in versions if version.is_binned})
    if binned:
        are = "is" if len(binned) == 1 else "are"
        raise Refused(
            f"{release.label} uses {' and '.join(binned)}, which {are} in the bin. "
            "Restore it there, or name another version in the slot."
        )


def locked_versions(named: Iterable[Named]) -> dict[tuple[str, int], ConnectorVersion]:
    """Return the connector versions that are named, locked in a fixed order: none goes to the bin meanwhile."""
    wanted = Q(pk=None)
    for each in named:
        wanted |= Q(connector__slug=each.connector, number=each.number)
    versions = ConnectorVersion.objects.select_for_update(no_key=True, of=("self",)).select_related("connector")
    return {(found.connector.slug, found.number): found for found in versions.filter(wanted).order_by("pk")}


def _replace_uses(release: Release, rows: list[ConnectorUse]) -> None:
    kept = ConnectorUse.objects.filter(release=release).values_list("slot", "version_id", "operations")
    if sorted(kept) == sorted((row.slot, row.version_id, row.operations) for row in rows):
        return
    ConnectorUse.objects.filter(release=release).delete()
    ConnectorUse.objects.bulk_create(rows)


def _replace_awaited(release: Release, rows: list[AwaitedUse]) -> None:
    kept = AwaitedUse.objects.filter(release=release).values_list("slot", "connector", "number", "operations")
    if sorted(kept) == sorted((row.slot, row.connector, row.number, row.operations) for row in rows):
        return
    AwaitedUse.objects.filter(release=release).delete()
    AwaitedUse.objects.bulk_create(rows)


def _awaited(release: Release, slot: str, named: Named) -> AwaitedUse:
    operations = list(named.operations)
    return AwaitedUse(release=release, slot=slot, connector=named.connector, number=named.number, operations=operations)


def _key(named: Named) -> tuple[str, int]:
    return named.connector, named.number
