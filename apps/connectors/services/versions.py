"""Connector versions: the next one, and what a build keeps of their configuration."""

from typing import Any

from django.db.models import Max

from apps.accounts.models import User
from apps.accounts.permissions import Verb, authorise
from apps.audit.actor import Actor
from apps.audit.operations import operation
from apps.connectors.models import Connector, ConnectorVersion, Source
from apps.connectors.uses import arrived
from apps.core import clock
from apps.core.errors import Refused
from apps.environments.models import EnvironmentKind

# What the next version takes over; number, state and what refers to production start fresh.
COPIED = (
    "description",
    "readme",
    "source_kind",
    "source_options",
    "source_name",
    "source_digest",
    "development_server",
    "scheme",
    "scheme_options",
    "individual",
    "execution",
    "paging",
    "test_calls",
    "test_connection",
)


def add_version(*, by: User | Actor, connector: Connector) -> ConnectorVersion:
    """Begin the connector's next major version as a copy of its most recent one.

    Description, readme, document and configuration are copied with the references to development; the state and the
    references to production start fresh. Nothing of the versions before it changes: what is synced keeps serving.
    """
    authorise(by, Verb.DRAFT_EDIT)
    with operation("connector_version.added", by=by) as op:
        connector = Connector.objects.select_for_update().get(pk=connector.pk)
        op.about(connector)
        recent = _most_recent(connector)
        version = _copy_of(recent, number=_next_number(connector))
        version.save()
        given, now = recent.source, clock.now()
        Source.objects.create(
            version=version, text=given.text, archive=given.archive, given_by_name=str(by), given_at=now
        )
        arrived(version)
        op.about(version, within=connector, source=recent.short_name)
    return version


def configuration_of(version: ConnectorVersion) -> dict[str, Any]:
    """Return what a build keeps of a version's configuration."""
    return {
        "servers": {kind.value: version.server_for(kind) for kind in EnvironmentKind},
        "scheme": version.scheme,
        "scheme_options": version.scheme_options,
        "individual": version.individual,
        "execution": version.execution,
        "paging": version.paging,
        "test": {"calls": version.test_calls},
    }


def _most_recent(connector: Connector) -> ConnectorVersion:
    versions = connector.versions.select_related("connector", "source").filter(binned_at=None)
    recent = versions.order_by("-number").first()
    if recent is None:
        raise Refused(f"Every version of {connector} is in the bin. Restore one, then add the next.")
    return recent


def _next_number(connector: Connector) -> int:
    """Numbers of deleted versions are not used again."""
    highest = connector.versions.aggregate(highest=Max("number"))["highest"] or 0
    connector.last_number = max(connector.last_number, highest) + 1
    connector.save(update_fields=["last_number"])
    return connector.last_number


def _copy_of(recent: ConnectorVersion, *, number: int) -> ConnectorVersion:
    copied = {name: getattr(recent, name) for name in COPIED}
    now = clock.now()
    return ConnectorVersion(connector=recent.connector, number=number, created_at=now, updated_at=now, **copied)
