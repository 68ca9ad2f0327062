"""The bin of connector versions: put away, take out again exactly as before, delete for good."""

from collections.abc import Collection
from datetime import datetime

from apps.accounts.models import User
from apps.accounts.permissions import Verb, authorise
from apps.audit.actor import Actor
from apps.audit.operations import operation
from apps.connectors import selectors
from apps.connectors.models import Build, Connector, ConnectorVersion, Document, Operation, PipelineJob, Sync
from apps.connectors.services.locking import locked_version
from apps.core import clock
from apps.core.errors import Conflict, Refused
from apps.environments.models import Environment


def bin_version(
    *, by: User | Actor, version: ConnectorVersion, seen_serving: Collection[str] | None = None
) -> ConnectorVersion:
    """Put a version that nobody uses into the bin; the environments that it serves lose it until it is restored.

    ``seen_serving``: slugs of the environments that the person was told about; raises ``Conflict`` if it serves
    others by now. Raises ``Refused`` naming every release and instance that uses it.
    """
    authorise(by, Verb.DRAFT_EDIT)
    with operation("connector_version.binned", by=by) as op:
        version = locked_version(version)
        syncs = list(version.syncs.select_related("environment", "build").order_by("environment"))
        op.about(
            version,
            within=version.connector,
            consequence=_told("; it stops serving {}", [sync.environment for sync in syncs]),
        )
        _refuse_other_places(version, syncs, seen_serving)
        _refuse_while_busy(version)
        if users := selectors.keeping_out_of_the_bin(version):
            raise Refused(f"{version} is in use, so it stays.", problems=selectors.sentences_about(users))
        version.binned_at, version.binned_by_name = clock.now(), str(by)
        version.binned_syncs = [_remembered(sync) for sync in syncs]
        version.save(update_fields=["binned_at", "binned_by_name", "binned_syncs"])
        for sync in syncs:
            sync.delete()
    return version


def restore_version(*, by: User | Actor, version: ConnectorVersion) -> ConnectorVersion:
    """Take a version out of the bin exactly as it was: with its state, its builds, and where each of them served."""
    authorise(by, Verb.DRAFT_EDIT)
    with operation("connector_version.restored", by=by) as op:
        version = locked_version(version, binned=True)
        places = [_served_again(version, remembered) for remembered in version.binned_syncs]
        op.about(
            version,
            within=version.connector,
            consequence=_told("; it serves {} again", [place for place in places if place]),
        )
        version.binned_at, version.binned_by_name, version.binned_syncs = None, "", []
        version.save(update_fields=["binned_at", "binned_by_name", "binned_syncs"])
    return version


def delete_version(*, by: User | Actor, version: ConnectorVersion, typed: str) -> None:
    """Delete a version in the bin for good, with its builds, documents that no other build holds, and its jobs.

    ``typed`` must be its name ("Acme CRM v2"). With the last version goes the connector itself. Raises ``Refused``
    naming everything that still needs either. The number is not used again.
    """
    authorise(by, Verb.ADMINISTER)
    with operation("connector_version.deleted", by=by) as op:
        connector = Connector.objects.select_for_update().get(pk=version.connector_id)
        version = locked_version(version, binned=True)
        op.about(version, within=connector, builds=_counted(version.builds.count()))
        _refuse_other_name(version, typed)
        _refuse_while_busy(version)
        if users := selectors.keeping_from_deletion(version):
            raise Refused(f"{version} is in use, so it stays.", problems=selectors.sentences_about(users))
        is_last = not connector.versions.exclude(pk=version.pk).exists()
        if is_last:
            _refuse_connected(connector)
        op.target = _departing(version, connector)
        _forget(version)
        if is_last:
            _delete_connector(by, connector)


def _forget(version: ConnectorVersion) -> None:
    documents = set(version.builds.values_list("document_id", flat=True))
    PipelineJob.objects.filter(version=version).delete()
    Build.objects.filter(version=version).delete()
    _forget_unheld(documents)
    version.delete()


def _forget_unheld(documents: Collection[int]) -> None:
    """Another version may just be taking one up: that locks the document too, so who holds it is asked afterwards."""
    rows = Document.objects.filter(pk__in=documents).order_by("pk")
    list(rows.select_for_update().values_list("pk", flat=True))
    gone = list(rows.filter(builds=None).values_list("pk", flat=True))
    Operation.objects.filter(document__in=gone).delete()
    Document.objects.filter(pk__in=gone).delete()


def _delete_connector(by: User | Actor, connector: Connector) -> None:
    with operation("connector.deleted", by=by) as op:
        op.about(Connector(pk=connector.pk, name=connector.name, slug=connector.slug))
        connector.delete()


def _refuse_other_places(version: ConnectorVersion, syncs: Collection[Sync], seen: Collection[str] | None) -> None:
    serving = {sync.environment.slug for sync in syncs}
    if seen is not None and serving != set(seen):
        raise Conflict(
            f"Meanwhile it changed which environments {version} serves, so it stays. Look at it, then decide again."
        )


def _refuse_while_busy(version: ConnectorVersion) -> None:
    job = PipelineJob.objects.under_way().filter(version=version).first()
    if job:
        raise Refused(f"A step of {version} is under way: {job.get_step_display()}. Wait for its end.")


def _refuse_other_name(version: ConnectorVersion, typed: str) -> None:
    if typed.strip() != str(version):
        raise Refused(f"Type its name to delete it for good: {version}")


def _refuse_connected(connector: Connector) -> None:
    connections = connector.connections.select_related("environment", "customer").order_by("environment", "name")
    if names := [f"{one} of {one.owner_name} in {one.environment}" for one in connections]:
        raise Refused(
            f"This is the last version of {connector}, and connections were made with it. Delete these first.",
            problems=names,
        )


def _remembered(sync: Sync) -> dict[str, object]:
    return {"environment": sync.environment_id, "build": sync.build_id, "synced_at": sync.synced_at.isoformat()}


def _served_again(version: ConnectorVersion, remembered: dict[str, str]) -> Environment | None:
    """An environment may be gone by now."""
    environment = Environment.objects.filter(pk=remembered["environment"]).first()
    build = version.builds.filter(pk=remembered["build"]).first()
    if environment is None or build is None:
        return None
    synced_at = datetime.fromisoformat(remembered["synced_at"])
    Sync.objects.create(environment=environment, version=version, build=build, synced_at=synced_at)
    return environment


def _told(words: str, environments: Collection[Environment]) -> str:
    return words.format(", ".join(environment.name for environment in environments)) if environments else ""


def _counted(builds: int) -> str:
    return {0: "no build", 1: "one build"}.get(builds, f"{builds} builds")


def _departing(version: ConnectorVersion, connector: Connector) -> ConnectorVersion:
    """A copy that keeps its number after the row is gone, for the trail."""
    return ConnectorVersion(pk=version.pk, connector=connector, number=version.number)
