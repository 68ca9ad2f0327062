"""Sources of connector versions. A new one asks for a new build; what is synced keeps serving."""

from typing import Any

from apps.accounts.models import User
from apps.accounts.permissions import Verb, authorise
from apps.audit.actor import Actor
from apps.audit.operations import operation
from apps.connectors.documents import read_outline
from apps.connectors.enums import SourceKind, VersionState
from apps.connectors.models import ConnectorVersion, Source
from apps.connectors.services.locking import locked_version
from apps.connectors.sources import Given, given_of, looked_at
from apps.core import clock
from apps.core.errors import Refused

PASTED = "pasted text"


def upload_source(
    *, by: User | Actor, version: ConnectorVersion, source: str, source_name: str = PASTED
) -> ConnectorVersion:
    """Give a version a new document. Raises ``SourceRefused``; then nothing is changed."""
    return give_source(by=by, version=version, given=Given.document(source, name=source_name))


def give_source(*, by: User | Actor, version: ConnectorVersion, given: Given) -> ConnectorVersion:
    """Give a version another source. What is given here is read at once; what builds fetch is fetched by the next one.

    Raises ``SourceRefused`` for a document or archive that cannot be used; then nothing is changed.
    """
    authorise(by, Verb.DRAFT_EDIT)
    if given.kind is SourceKind.DOCUMENT:
        read_outline(given.text)
    elif not given.is_fetched:
        looked_at(given)
    verb = "connector_version.source_chosen" if given.is_fetched else "connector_version.updated"
    with operation(verb, by=by) as op:
        version = locked_version(version)
        op.about(version, within=version.connector, source=given.name)
        keep_given(version, given, by=by)
    return version


def look_at_source(*, by: User | Actor, version: ConnectorVersion) -> dict[str, Any]:
    """Fetch and read a version's source now, as a build would, and change nothing.

    Return ``{"outline", "operation_count", "origin"}``. Raises ``SourceRefused``.
    """
    authorise(by, Verb.DRAFT_EDIT)
    if version.is_binned:
        raise Refused(f"{version} is in the bin. Restore it first.")
    return looked_at(given_of(version))


def keep_given(version: ConnectorVersion, given: Given, *, by: User | Actor) -> None:
    """Save the version with this source, ready for a build. Call it in an operation."""
    now = clock.now()
    version.source_kind, version.source_options = given.kind, dict(given.options)
    version.source_name, version.source_digest = given.name, given.digest
    version.state, version.updated_at = VersionState.UPDATED, now
    version.save()
    kept = {"text": given.text, "archive": given.archive or None, "given_by_name": str(by), "given_at": now}
    Source.objects.update_or_create(version=version, defaults=kept)
