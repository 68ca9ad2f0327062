"""Connections come and change here. Secrets go in and never come out: they are sealed to their row."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from apps.accounts.models import Customer, User
from apps.accounts.permissions import Verb, authorise
from apps.audit.actor import Actor
from apps.audit.operations import operation
from apps.connectors import selectors
from apps.connectors.calls import individual
from apps.connectors.calls.individual import Field
from apps.connectors.enums import ConnectionState, Scheme
from apps.connectors.models import Build, Connection, Connector, ConnectorVersion
from apps.connectors.services.reach import builds_to_connect, fields_asked, origins_for
from apps.connectors.services.trial import tried_harmlessly
from apps.core import clock
from apps.core.errors import Conflict, Forbidden, Refused
from apps.environments.models import Environment
from apps.infra import sealed

SECRET_COLUMNS = [
    "fields",
    "allowed_origins",
    "sealed",
    "fingerprint",
    "secret_version",
    "secret_set_at",
    "secret_set_by_name",
    "state",
    "tested_at",
    "test_answer",
]
LONGEST_SECRET = 8_000


@dataclass(frozen=True)
class ConnectionUser:
    """What uses a connection: its name, where it is found, and what it does with it ("uses it")."""

    name: str
    note: str
    url: str = ""

    def __str__(self) -> str:
        return f"{self.name} {self.note}"


type Users = Callable[[Connection], list[ConnectionUser]]
_users: list[Users] = []


def register_user(users: Users) -> None:
    """Let an app above name what uses a connection; one that is in use cannot be deleted."""
    if users not in _users:
        _users.append(users)


def users_of(connection: Connection) -> list[ConnectionUser]:
    """Return what uses the connection."""
    return [user for users in _users for user in users(connection)]


def create_connection(
    *,
    by: User | Actor,
    connector: Connector,
    environment: Environment,
    name: str,
    fields: dict[str, str],
    secret: str,
    customer: Customer | None = None,
    scheme: Scheme | None = None,
) -> Connection:
    """Add a connection of the team, or of a customer. The connector must be synced to the environment: its servers
    there are the only places that the secret may ever be sent to.

    ``fields`` holds what the scheme asks for beside its secret, and the individual fields (``fields_asked``).
    ``scheme``: where versions that serve there sign in differently, the one that is meant; else the newest one's.
    """
    authorise_connection(by, environment, customer)
    with operation("connection.created", by=by) as op:
        op.about(environment)
        scheme = _serving_build(connector, environment, scheme, for_team=customer is None).scheme
        _check_name(connector, environment, customer, name)
        _check_entry(
            scheme, fields, secret, asked=fields_asked(connector, environment, scheme, for_team=customer is None)
        )
        connection = Connection(
            connector=connector,
            environment=environment,
            customer=customer,
            name=name.strip(),
            scheme=scheme,
            created_at=clock.now(),
        )
        # The secret is sealed to the row's number, so the row comes first.
        connection.save()
        _enter_secret(connection, by=by, fields=fields, secret=secret)
        chain = _chain(connection)
        op.about(connection, within=connector, chain=chain, connector=connector.name, environment=environment.name)
    return connection


def replace_secret(*, by: User | Actor, connection: Connection, fields: dict[str, str], secret: str) -> Connection:
    """Enter the credentials anew; where they may be sent is fixed anew, too. The old secret is gone."""
    authorise_connection(by, connection.environment, connection.customer)
    with operation("connection.secret_replaced", by=by) as op:
        connection = _locked_row(connection)
        op.about(connection, within=connection.connector, chain=_chain(connection))
        _serving_build(
            connection.connector,
            connection.environment,
            Scheme(connection.scheme),
            for_team=connection.customer is None,
        )
        asked = fields_asked(
            connection.connector,
            connection.environment,
            Scheme(connection.scheme),
            for_team=connection.customer is None,
        )
        _check_entry(Scheme(connection.scheme), fields, secret, asked=asked)
        _enter_secret(connection, by=by, fields=fields, secret=secret)
    return connection


def rename_connection(*, by: User | Actor, connection: Connection, name: str) -> Connection:
    """Give a connection another name."""
    authorise_connection(by, connection.environment, connection.customer)
    with operation("connection.renamed", by=by) as op:
        connection = _locked_row(connection)
        before = connection.name
        op.about(connection, within=connection.connector, chain=_chain(connection), before=before)
        if name.strip() != before:
            _check_name(connection.connector, connection.environment, connection.customer, name)
        connection.name = name.strip()
        connection.save(update_fields=["name"])
    return connection


def delete_connection(*, by: User | Actor, connection: Connection) -> None:
    """Delete a connection that nothing uses; its secret is gone for good."""
    authorise_connection(by, connection.environment, connection.customer)
    with operation("connection.deleted", by=by) as op:
        connection = _locked_row(connection)
        op.about(connection, within=connection.connector, chain=_chain(connection))
        if users := users_of(connection):
            raise Refused(f"“{connection}” is in use, so it stays.", problems=[str(user) for user in users])
        op.target = _departing(connection)
        connection.delete()


def test_connection(
    *,
    by: User | Actor,
    connection: Connection,
    version: ConnectorVersion | None = None,  # noqa: PT028 - a service, no test
) -> Connection:
    """Make the connector's first test call that changes nothing with these credentials, for real, and keep what the API
    answered. ``version``: as that version is served there; else as the newest one that signs in like this."""
    authorise_connection(by, connection.environment, connection.customer)
    scheme = Scheme(connection.scheme)
    build = _serving_build(connection.connector, connection.environment, scheme, version)
    trial = tried_harmlessly(build, connection.environment, connection=connection)
    with operation("connection.tested", by=by) as op:
        tested_version, connection = connection.secret_version, _locked_row(connection)
        op.about(connection, within=connection.connector, chain=_chain(connection), answer=trial.sentence)
        if connection.secret_version != tested_version:
            raise Conflict("The secret was replaced during the test. Test it again.")
        connection.state = ConnectionState.VALID if trial.succeeded else ConnectionState.INVALID
        connection.tested_at, connection.test_answer = clock.now(), trial.kept
        connection.save(update_fields=["state", "tested_at", "test_answer"])
    return connection


def authorise_connection(by: User | Actor, environment: Environment, customer: Customer | None) -> None:
    """Raise ``Forbidden`` unless the person may write connections of this owner in this environment."""
    if isinstance(by, User) and by.customer_id is not None:
        authorise(by, Verb.MARKETPLACE_MANAGE)
        if customer is None or customer.pk != by.customer_id:
            raise Forbidden("This connection belongs to somebody else.")
        return
    authorise(by, Verb.INSTANCE_OPERATE, protected=environment.is_protected)


def _enter_secret(connection: Connection, *, by: User | Actor, fields: dict[str, str], secret: str) -> None:
    connection.fields = {name: value.strip() for name, value in fields.items() if value.strip()}
    connection.allowed_origins = origins_for(
        connection.connector, connection.environment, connection.fields, customer=connection.customer
    )
    connection.secret_version += 1
    connection.secret_set_at, connection.secret_set_by_name = clock.now(), str(by)
    connection.state, connection.tested_at, connection.test_answer = ConnectionState.UNTESTED, None, {}
    if secret:
        connection.sealed = sealed.seal(secret, scope=connection.seal_scope, bound_to=connection.seal_binding)
        connection.fingerprint = sealed.fingerprint(sealed.Secret(secret))
    connection.save(update_fields=SECRET_COLUMNS)


def _serving_build(
    connector: Connector,
    environment: Environment,
    scheme: Scheme | None = None,
    version: ConnectorVersion | None = None,
    *,
    for_team: bool = False,
) -> Build:
    builds = builds_to_connect(connector, environment, for_team=for_team)
    if version is not None:
        builds = [build for build in builds if build.version_id == version.pk]
    if not builds:
        raise Refused(_not_synced(version or connector, environment))
    build = next((each for each in builds if scheme in (None, each.scheme)), None)
    if build is None:
        told = Scheme(scheme).label if scheme else "this way"
        raise Refused(f"No version of {connector} in {environment} signs in by {told} any more.")
    is_tested = for_team and build in selectors.builds_tested_from(connector, environment)
    if not build.server_for(environment.kind) and not is_tested:
        raise Refused(f"{connector} has no server for {environment} yet. Enter one under “Servers”, build and sync it.")
    return build


def _not_synced(what: Connector | ConnectorVersion, environment: Environment) -> str:
    return f"{what} is not synced to {environment} yet. Build and sync it first, then connect."


def _check_name(connector: Connector, environment: Environment, customer: Customer | None, name: str) -> None:
    if not name.strip():
        raise Refused("Give the connection a name.")
    if selectors.usable_connections(connector, environment, customer).filter(name=name.strip()).exists():
        raise Refused(f"There is a connection “{name}” for {connector} in {environment} already.")


def _check_entry(scheme: Scheme, fields: dict[str, str], secret: str, *, asked: Iterable[Field]) -> None:
    missing = [label for name, label in scheme.field_labels.items() if not fields.get(name, "").strip()]
    if scheme.secret_label and not secret:
        missing.append(scheme.secret_label)
    if missing:
        raise Refused("Some of the credentials are missing.", problems=[f"{label} is missing." for label in missing])
    if len(secret) > LONGEST_SECRET or not secret.isprintable():
        raise Refused("The secret is too long or holds a line break or another invisible character.")
    unfit = [individual.value_problem(field, fields.get(field.name, "").strip()) for field in asked]
    if any(unfit):
        raise Refused(
            "Some of the fields cannot be used like this.", problems=[problem for problem in unfit if problem]
        )


def _locked_row(connection: Connection) -> Connection:
    return (
        Connection.objects.select_for_update(of=("self",))
        .select_related("connector", "environment", "customer")
        .get(pk=connection.pk)
    )


def _chain(connection: Connection) -> str:
    return f"customer:{connection.customer_id}" if connection.customer_id else "system"


def _departing(connection: Connection) -> Connection:
    """A copy that keeps its number after the row is gone, for the trail."""
    return Connection(pk=connection.pk, name=connection.name)
