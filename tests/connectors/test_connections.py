"""Credentials: sealed to their row, tried for real, seen by nobody."""

import json
from typing import Any

import pytest
from django.core import serializers

from apps.accounts.models import Customer, User
from apps.audit.models import AuditEvent
from apps.connectors import selectors, services
from apps.connectors.calls import CallPlan, CallRefused, CallResult, perform_now, prepare_call
from apps.connectors.enums import ConnectionState
from apps.connectors.models import Connection, ConnectorVersion
from apps.connectors.services.connections import ConnectionUser, register_user
from apps.core.errors import Forbidden, Refused
from apps.demo import credentials
from apps.environments import services as environment_services
from apps.environments.models import Environment, EnvironmentKind
from apps.infra import egress
from apps.infra.egress import DestinationRefused
from apps.infra.sealed import UnsealRefused
from tests.factories import connectors as make


def shop_connection(shop: ConnectorVersion, by: User, secret: str = credentials.SHOP_API_KEY) -> Connection:
    return services.create_connection(
        by=by, connector=shop.connector, environment=make.environment(), name="Shop key", fields={}, secret=secret
    )


def crm_connection(crm: ConnectorVersion, by: User, secret: str = credentials.CRM_CLIENT_SECRET) -> Connection:
    return services.create_connection(
        by=by,
        connector=crm.connector,
        environment=make.environment(),
        name="CRM",
        fields={"client_id": credentials.CRM_CLIENT_ID},
        secret=secret,
    )


def plan(version: ConnectorVersion, operation_id: str, **parameters: Any) -> CallPlan:
    build = selectors.newest_build(version)
    assert build is not None
    return prepare_call(selectors.call_target(build, operation_id, make.environment()), parameters)


def called(call: CallPlan, connection: Connection, **more: Any) -> CallResult:
    place = {"environment_id": connection.environment_id, "customer_id": connection.customer_id}
    return perform_now(call, connection_id=connection.pk, **{**place, **more})


def everything_stored() -> str:
    rows = [*Connection.objects.all(), *Connection.history.all(), *AuditEvent.objects.all()]
    return str(serializers.serialize("json", rows))


def test_a_secret_is_sealed_and_stored_nowhere_in_the_open(otto: User, shop: ConnectorVersion, address: str) -> None:
    connection = shop_connection(shop, otto)

    assert connection.allowed_origins == [address]
    assert (connection.secret_version, connection.secret_set_by_name, len(connection.fingerprint)) == (1, "Otto", 8)
    assert credentials.SHOP_API_KEY not in everything_stored()
    assert "sealed" not in {field.name for field in Connection.history.model._meta.fields}


def test_the_right_key_works(otto: User, shop: ConnectorVersion) -> None:
    connection = services.test_connection(by=otto, connection=shop_connection(shop, otto))

    assert connection.state == ConnectionState.VALID
    assert connection.test_answer["response"]["status"] == 200
    assert credentials.SHOP_API_KEY not in everything_stored()


def test_a_wrong_key_shows_what_the_api_answered(otto: User, shop: ConnectorVersion) -> None:
    connection = services.test_connection(by=otto, connection=shop_connection(shop, otto, "wrong-key-123456"))

    assert connection.state == ConnectionState.INVALID
    assert connection.test_answer["sentence"].startswith("The API refused these credentials: 401, “")
    assert connection.test_answer["response"]["status"] == 401
    assert "wrong-key-123456" not in everything_stored()


def test_client_credentials_get_a_token_first(otto: User, crm: ConnectorVersion) -> None:
    connection = services.test_connection(by=otto, connection=crm_connection(crm, otto))

    assert connection.state == ConnectionState.VALID
    assert connection.test_answer["sentence"].startswith("“listContacts” answered 200 in ")
    assert credentials.CRM_CLIENT_SECRET not in everything_stored()


def test_a_wrong_client_secret_shows_what_the_token_address_answered(otto: User, crm: ConnectorVersion) -> None:
    connection = services.test_connection(by=otto, connection=crm_connection(crm, otto, "not-the-secret-1"))

    answer = connection.test_answer
    assert connection.state == ConnectionState.INVALID
    assert answer["sentence"] == "The API refused these credentials: 401, “Client id or secret is wrong”."
    assert answer["request"]["url"].endswith(credentials.CRM_TOKEN_PATH)


def test_a_token_is_asked_for_once_and_again_after_the_api_forgot_it(
    otto: User, crm: ConnectorVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    connection = crm_connection(crm, otto)
    asked = _count_token_requests(monkeypatch)

    assert [called(plan(crm, "listContacts"), connection).status for _ in range(3)] == [200, 200, 200]
    assert len(asked) == 1
    _spoil_tokens()
    assert called(plan(crm, "listContacts"), connection).status == 200
    assert len(asked) == 2


def test_an_unsafe_call_bears_its_key(otto: User, crm: ConnectorVersion) -> None:
    connection = crm_connection(crm, otto)
    call = plan(crm, "upsertContact", email="ada@example.com", body={"first_name": "Ada", "last_name": "L"})

    first = called(call, connection, idempotency_key="run-1:2")
    again = called(call, connection, idempotency_key="run-1:2")

    assert (first.status, again.status) == (201, 201)
    assert "idempotent-replay" in again.headers
    assert first.request_masked["headers"]["idempotency-key"] == "run-1:2"


def test_what_the_api_echoes_is_cleaned(otto: User, crm: ConnectorVersion) -> None:
    connection = crm_connection(crm, otto)
    echo = {"first_name": credentials.CRM_CLIENT_SECRET, "last_name": "x"}

    result = called(plan(crm, "upsertContact", email="echo@example.com", body=echo), connection)

    shown = json.dumps([result.request_masked, result.response_masked, result.body])
    assert result.status == 201
    assert credentials.CRM_CLIENT_SECRET not in shown


def test_a_secret_only_opens_for_its_own_environment_owner_and_connector(
    otto: User, shop: ConnectorVersion, crm: ConnectorVersion, northwind: Customer
) -> None:
    connection = shop_connection(shop, otto)
    elsewhere = make.environment("Staging")
    call = plan(shop, "listOrders")

    for wrong in ({"environment_id": elsewhere.pk}, {"customer_id": northwind.pk}):
        with pytest.raises(CallRefused, match="belongs elsewhere"):
            called(call, connection, **wrong)
    with pytest.raises(CallRefused, match="belongs elsewhere"):
        called(plan(crm, "listContacts"), connection)


def test_a_sealed_secret_moved_to_another_row_does_not_open(otto: User, shop: ConnectorVersion) -> None:
    mine = shop_connection(shop, otto)
    other = services.create_connection(
        by=otto, connector=shop.connector, environment=mine.environment, name="Other", fields={}, secret="other-key"
    )
    sealed_before = other.sealed
    Connection.objects.filter(pk=other.pk).update(sealed=mine.sealed)

    with pytest.raises(UnsealRefused):
        called(plan(shop, "listOrders"), other)

    Connection.objects.filter(pk=other.pk).update(sealed=sealed_before)


def test_the_secret_follows_no_change_of_the_server(otto: User, bea: User, shop: ConnectorVersion) -> None:
    connection = shop_connection(shop, otto)
    services.configure_servers(by=bea, version=shop, development_server="http://127.0.0.1:1/evil", production_server="")
    services.build_version(by=bea, version=shop)

    with pytest.raises(Exception, match=r"may not be sent to http://127\.0\.0\.1:1"):
        called(plan(shop, "listOrders"), connection)


def test_an_environment_without_the_exception_calls_nothing_private(otto: User, address: str, db: None) -> None:
    from apps.demo import documents  # noqa: PLC0415 - only this test builds by itself

    version = make.synced_version("Demo Shop", source=documents.served("shop", address))
    connection = shop_connection(version, otto)

    with pytest.raises(DestinationRefused):
        called(plan(version, "listOrders"), connection)
    tested = services.test_connection(by=otto, connection=connection)
    assert (tested.state, tested.test_answer["response"]) == (ConnectionState.INVALID, None)


def test_replacing_the_secret_forgets_the_last_test(otto: User, shop: ConnectorVersion) -> None:
    connection = services.test_connection(by=otto, connection=shop_connection(shop, otto, "wrong-key-123456"))
    before = connection.fingerprint

    connection = services.replace_secret(by=otto, connection=connection, fields={}, secret=credentials.SHOP_API_KEY)

    assert (connection.secret_version, connection.state, connection.test_answer) == (2, ConnectionState.UNTESTED, {})
    assert connection.fingerprint != before
    assert services.test_connection(by=otto, connection=connection).state == ConnectionState.VALID


def test_what_is_missing_is_named(otto: User, crm: ConnectorVersion) -> None:
    with pytest.raises(Refused) as refused:
        services.create_connection(
            by=otto, connector=crm.connector, environment=make.environment(), name="CRM", fields={}, secret=""
        )

    assert refused.value.problems == ("Client id is missing.", "Client secret is missing.")


def test_a_connector_that_is_not_synced_cannot_be_connected(otto: User, development: Environment) -> None:
    version = make.built_version()

    with pytest.raises(Refused, match="not synced to Development yet"):
        make.connection(version, development)


def test_a_protected_environment_needs_the_right(bea: User, otto: User, shop: ConnectorVersion) -> None:
    production = make.environment("Production", kind="production", is_protected=True)
    version = make.synced_version("Orders API")

    def connect(by: User) -> Connection:
        return services.create_connection(
            by=by, connector=version.connector, environment=production, name="K", fields={}, secret="k-123456"
        )

    with pytest.raises(Forbidden):
        connect(bea)
    assert connect(otto).environment == production


def test_customers_make_and_see_their_own_only(
    cleo: User, carl: User, otto: User, northwind: Customer, shop: ConnectorVersion
) -> None:
    own = services.create_connection(
        by=cleo,
        connector=shop.connector,
        environment=make.environment(),
        customer=northwind,
        name="Ours",
        fields={},
        secret="k-123456",
    )
    team = shop_connection(shop, otto)

    assert list(selectors.connections_visible_to(cleo)) == [own]
    assert list(selectors.connections_visible_to(carl)) == []
    assert list(selectors.connections_visible_to(otto)) == [team, own]
    with pytest.raises(Forbidden):
        services.replace_secret(by=carl, connection=own, fields={}, secret="x-123456")
    assert AuditEvent.objects.filter(chain__name=f"customer:{northwind.pk}").count() == 1


def test_a_connection_in_use_stays(otto: User, shop: ConnectorVersion, monkeypatch: pytest.MonkeyPatch) -> None:
    connection = shop_connection(shop, otto)
    monkeypatch.setattr("apps.connectors.services.connections._users", [])
    user = ConnectionUser("Orders to CRM in Staging", "uses it")
    register_user(lambda each: [user] if each.name == "Shop key" else [])

    with pytest.raises(Refused) as refused:
        services.delete_connection(by=otto, connection=connection)
    assert refused.value.problems == ("Orders to CRM in Staging uses it",)

    services.rename_connection(by=otto, connection=connection, name="Retired")
    services.delete_connection(by=otto, connection=connection)
    assert list(Connection.objects.all()) == []
    assert AuditEvent.objects.latest("pk").sentence == "deleted the connection Retired"


def test_the_pipeline_runs_to_its_end_with_a_real_test(
    bea: User, rita: User, otto: User, crm: ConnectorVersion
) -> None:
    services.build_version(by=bea, version=crm)
    crm_connection(crm, otto)

    job = services.test_version(by=bea, version=crm)

    assert (job.succeeded, job.asked_by_name) == (True, "Bea")
    assert services.release_version(by=rita, version=crm).state == "released"


def _count_token_requests(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    asked: list[str] = []
    send = egress.send

    async def watched(request: Any, **options: Any) -> Any:
        asked.append(request.url)
        return await send(request, **options)

    monkeypatch.setattr("apps.connectors.calls.credentials.send", watched)
    return asked


def _spoil_tokens() -> None:
    from apps.connectors.calls.credentials import _tokens  # noqa: PLC0415 - the API ends a token early
    from apps.infra.secret import Secret  # noqa: PLC0415 - see above

    _tokens.kept = {key: (Secret("spoiled"), until) for key, (_, until) in _tokens.kept.items()}


def test_with_production_alone_the_test_runs_from_there_against_the_development_server(
    bea: User, otto: User, address: str, db: None
) -> None:
    from apps.demo import documents  # noqa: PLC0415 - only this test builds by itself

    production = make.environment("Production", kind="production")
    host, port = address.removeprefix("http://").split(":")
    environment_services.allow_egress(
        by=make.SETUP, environment=production, host=host, port=int(port), reason="Demo APIs"
    )
    version = make.connector("Demo Shop", source=documents.served("shop", address)).versions.get()
    services.configure_servers(
        by=bea, version=version, development_server=f"{address}/shop", production_server="https://api.shop.example"
    )
    services.build_version(by=bea, version=version)
    with pytest.raises(Refused, match="not synced to Production yet"):
        make.connection(version, production)

    services.sync_version(by=bea, version=version, kind=EnvironmentKind.DEVELOPMENT)
    connection = make.connection(version, production, secret=credentials.SHOP_API_KEY)
    job = services.test_version(by=bea, version=version)

    version.refresh_from_db()
    assert connection.allowed_origins == sorted([address, "https://api.shop.example"])
    assert (job.succeeded, version.state) == (True, "tested")
    assert [line.text for line in job.lines.all()][1] == "Calling from Production with the connection “Shop key”."
    assert selectors.builds_serving(version.connector, production) == []


def test_customers_are_connected_to_what_serves_only(cleo: User, northwind: Customer, bea: User) -> None:
    production = make.environment("Production", kind="production")
    version = make.built_version()
    services.sync_version(by=bea, version=version, kind=EnvironmentKind.DEVELOPMENT)

    with pytest.raises(Refused, match="not synced to Production yet"):
        services.create_connection(
            by=cleo,
            connector=version.connector,
            environment=production,
            customer=northwind,
            name="Ours",
            fields={},
            secret="k-123456",
        )
