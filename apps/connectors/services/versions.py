"""Source and configuration of connector versions. Every change asks for a new build; what is synced keeps serving."""

import hashlib
from typing import Any

from apps.accounts.models import User
from apps.accounts.permissions import Verb, authorise
from apps.audit.actor import Actor
from apps.audit.operations import operation
from apps.connectors.documents import read_outline
from apps.connectors.enums import Scheme, VersionState
from apps.connectors.models import Connection, Connector, ConnectorVersion, Source
from apps.core import clock
from apps.core.errors import Refused
from apps.environments.models import EnvironmentKind
from apps.infra.egress import EgressError, origin_of

LONGEST_TIMEOUT_S = 60


def upload_source(
    *, by: User | Actor, version: ConnectorVersion, source: str, source_name: str = "pasted text"
) -> ConnectorVersion:
    """Give a version a new document. Raises ``SourceRefused``; then nothing is changed."""
    authorise(by, Verb.DRAFT_EDIT)
    read_outline(source)
    with operation("connector_version.updated", by=by) as op:
        version = _locked_row(version)
        op.about(version, within=version.connector, source=source_name)
        keep_source(version, source=source, source_name=source_name, by=by)
    return version


def add_version(*, by: User | Actor, connector: Connector) -> ConnectorVersion:
    """Begin the connector's next major version as a copy of its most recent one.

    Description, readme, document and configuration are copied with the references to development; the state and the
    references to production start fresh. Nothing of the versions before it changes: what is synced keeps serving.
    """
    authorise(by, Verb.DRAFT_EDIT)
    with operation("connector_version.added", by=by) as op:
        connector = Connector.objects.select_for_update().get(pk=connector.pk)
        recent = connector.versions.select_related("connector", "source").latest("number")
        version = _copy_of(recent)
        keep_source(version, source=recent.source.text, source_name=recent.source_name, by=by)
        op.about(version, within=connector, source=recent.short_name)
    return version


def configure_servers(
    *, by: User | Actor, version: ConnectorVersion, development_server: str, production_server: str
) -> ConnectorVersion:
    """Say where the API lives in environments of each kind."""
    for server in filter(None, (development_server, production_server)):
        _check_url(server)
    changes = {"development_server": development_server.rstrip("/"), "production_server": production_server.rstrip("/")}
    return _configured(by, version, "the servers", changes)


def configure_scheme(
    *, by: User | Actor, version: ConnectorVersion, scheme: Scheme, options: dict[str, str]
) -> ConnectorVersion:
    """Say how the API wants to know who calls.

    ``options``: ``{"header": …, "prefix": …}`` or ``{"query": …}``, ``{"token_url": …, "scope": …}``.
    """
    if scheme == Scheme.OAUTH2_CLIENT_CREDENTIALS:
        _check_url(options.get("token_url", ""))
    if scheme == Scheme.API_KEY:
        _check_key(options)
    kept = {name: value for name, value in options.items() if value}
    return _configured(by, version, "the sign-in", {"scheme": scheme, "scheme_options": kept})


def configure_execution(
    *, by: User | Actor, version: ConnectorVersion, timeout_s: float, idempotency_header: str
) -> ConnectorVersion:
    """Say how long a call may take (all of it) and which header carries the key of an unsafe call."""
    if not 0 < timeout_s <= LONGEST_TIMEOUT_S:
        raise Refused(f"A call may take at most {LONGEST_TIMEOUT_S} seconds.")
    execution = {**version.execution, "timeout_s": timeout_s, "idempotency_header": idempotency_header}
    return _configured(by, version, "the execution", {"execution": execution})


def configure_test(
    *, by: User | Actor, version: ConnectorVersion, operation_id: str, connection: Connection | None = None
) -> ConnectorVersion:
    """Choose what the test calls, and with which of the team's connections in development."""
    if connection and (connection.connector_id != version.connector_id or connection.customer_id):
        raise Refused("The test needs a connection of the team, made for this connector.")
    if connection and connection.environment.kind != EnvironmentKind.DEVELOPMENT:
        raise Refused("The test runs in development: choose a connection of such an environment.")
    changes = {"test_operation": operation_id, "test_connection": connection}
    return _configured(by, version, "the test", changes, rebuild=operation_id != version.test_operation)


def keep_source(version: ConnectorVersion, *, source: str, source_name: str, by: User | Actor) -> None:
    """Save the version with this document, ready for a build. Call it in an operation."""
    version.source_name = source_name[:255]
    version.source_digest = hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()
    version.state = VersionState.UPDATED
    version.updated_at = clock.now()
    version.save()
    given = {"text": source, "given_by_name": str(by), "given_at": clock.now()}
    Source.objects.update_or_create(version=version, defaults=given)


def configuration_of(version: ConnectorVersion) -> dict[str, Any]:
    """Return what a build keeps of a version's configuration."""
    return {
        "servers": {kind.value: version.server_for(kind) for kind in EnvironmentKind},
        "scheme": version.scheme,
        "scheme_options": version.scheme_options,
        "execution": version.execution,
        "test": {"operation": version.test_operation},
    }


def _copy_of(recent: ConnectorVersion) -> ConnectorVersion:
    return ConnectorVersion(
        connector=recent.connector,
        number=recent.number + 1,
        description=recent.description,
        readme=recent.readme,
        development_server=recent.development_server,
        scheme=recent.scheme,
        scheme_options=recent.scheme_options,
        execution=recent.execution,
        test_operation=recent.test_operation,
        test_connection=recent.test_connection,
        created_at=clock.now(),
    )


def _configured(
    by: User | Actor, version: ConnectorVersion, section: str, changes: dict[str, Any], *, rebuild: bool = True
) -> ConnectorVersion:
    authorise(by, Verb.DRAFT_EDIT)
    if all(getattr(version, name) == value for name, value in changes.items()):
        return version
    with operation("connector_version.configured", by=by) as op:
        version = _locked_row(version)
        op.about(version, within=version.connector, section=section)
        for name, value in changes.items():
            setattr(version, name, value)
        version.updated_at = clock.now()
        if rebuild:
            version.state = VersionState.UPDATED
        version.save(update_fields=[*changes, "updated_at", "state"])
    return version


def _locked_row(version: ConnectorVersion) -> ConnectorVersion:
    return ConnectorVersion.objects.select_for_update(of=("self",)).select_related("connector").get(pk=version.pk)


def _check_key(options: dict[str, str]) -> None:
    places = [name for name in ("header", "query", "cookie") if options.get(name)]
    if "cookie" in places:
        raise Refused("Slipway sends no API key in a cookie. Use the header that the API takes beside it.")
    if len(places) != 1:
        raise Refused("An API key travels in one place: name its header, or else its query parameter.")


def _check_url(url: str) -> None:
    if "{" in url:
        raise Refused(f"“{url}” has a variable in braces. Write the value that the API expects there.")
    try:
        origin_of(url)
    except EgressError:
        raise Refused(f"“{url}” is not an address of an API: write https://host/path, without a password.") from None
