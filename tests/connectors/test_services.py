"""Connectors from document to release, and who may do what."""

import json

import pytest
from django.db import IntegrityError, transaction
from django.db import connection as database

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.connectors import selectors, services
from apps.connectors.documents import SourceRefused
from apps.connectors.enums import Scheme, VersionState
from apps.connectors.models import Build, ConnectorVersion, Document, Operation, PipelineJob
from apps.core.errors import Forbidden, Refused
from apps.environments.models import EnvironmentKind
from tests.factories import connectors as make


def state_of(version: ConnectorVersion) -> str:
    return ConnectorVersion.objects.get(pk=version.pk).state


def sentences() -> list[str]:
    return [event.sentence for event in AuditEvent.objects.filter(actor_name="Bea").order_by("pk")]


def test_a_connector_takes_its_name_and_first_configuration_from_the_document(bea: User) -> None:
    connector = services.create_connector(by=bea, source=make.orders_document())

    version = connector.versions.get()
    assert (connector.name, connector.slug, connector.description) == ("Orders API", "orders-api", "Orders of a shop.")
    assert (version.number, version.state, version.source_name) == (1, VersionState.UPDATED, "pasted text")
    assert version.development_server == version.production_server == "https://api.shop.example/v1"
    assert (version.scheme, version.scheme_options) == (Scheme.API_KEY, {"header": "X-Api-Key"})
    assert version.test_calls == [{"operation": "listOrders", "parameters": {}, "pages": 1}]
    assert sentences() == ["created the connector Orders API"]


def test_two_connectors_never_share_a_name(bea: User) -> None:
    make.connector("Orders API")

    with pytest.raises(Refused, match="Orders API"):
        services.create_connector(by=bea, source=make.orders_document())


def test_a_viewer_makes_no_connector(vera: User) -> None:
    with pytest.raises(Forbidden):
        services.create_connector(by=vera, source=make.orders_document())


def test_a_build_holds_what_releases_can_call(bea: User) -> None:
    version = make.connector().versions.get()

    build = services.build_version(by=bea, version=version)

    assert state_of(version) == VersionState.BUILT
    assert list(selectors.operations_of(build)) == ["listOrders", "createOrder", "getOrder"]
    assert build.configuration["servers"]["production"] == "https://api.shop.example/v1"
    assert sentences() == [
        "asked to build Orders API v1",
        f"built Orders API v1 ({build.short_digest}, 3 operations)",
    ]


def test_the_same_content_is_the_same_build(bea: User, rita: User) -> None:
    version = make.synced_version()
    services.release_version(by=rita, version=version)

    again = services.build_version(by=bea, version=version)

    assert (Build.objects.count(), Document.objects.count()) == (1, 1)
    assert again == selectors.newest_build(version)
    assert state_of(version) == VersionState.RELEASED


def test_another_configuration_is_another_build_of_the_same_document(bea: User) -> None:
    version = make.built_version()

    services.configure_execution(by=bea, version=version, timeout_s=30, idempotency_header="Idempotency-Key")
    assert state_of(version) == VersionState.UPDATED
    build = services.build_version(by=bea, version=version)

    assert build.configuration["execution"] == {"timeout_s": 30, "idempotency_header": "Idempotency-Key"}
    assert (Build.objects.count(), Document.objects.count()) == (2, 1)


def test_a_broken_document_changes_nothing(bea: User) -> None:
    version = make.synced_version()
    before = selectors.newest_build(version)

    with pytest.raises(SourceRefused) as refused:
        services.upload_source(by=bea, version=version, source="openapi: 3.0.0\npaths: [\n")

    (problem,) = refused.value.problems
    assert problem == "line 3, column 1: This cannot be read as YAML: did not find expected node content."
    assert state_of(version) == VersionState.SYNCED_TO_PROD
    assert selectors.newest_build(version) == before


def test_a_new_document_keeps_the_old_build_serving(bea: User) -> None:
    version = make.synced_version()
    serving = selectors.synced_build(version, make.environment())

    services.upload_source(by=bea, version=version, source=make.orders_document("https://other.example"))
    newest = services.build_version(by=bea, version=version)

    assert newest != serving
    assert selectors.synced_build(version, make.environment()) == serving


def test_syncing_to_dev_serves_every_development_environment(bea: User) -> None:
    first, second = make.environment("Development"), make.environment("Staging")
    production = make.environment("Production", kind="production")
    version = make.built_version()

    services.sync_version(by=bea, version=version, kind=EnvironmentKind.DEVELOPMENT)

    build = selectors.newest_build(version)
    assert [selectors.synced_build(version, place) for place in (first, second, production)] == [build, build, None]


def test_production_waits_for_the_test_or_a_reason(bea: User, rita: User) -> None:
    make.environment("Production", kind="production")
    version = make.built_version()

    with pytest.raises(Forbidden):
        services.sync_version(by=bea, version=version, kind=EnvironmentKind.PRODUCTION)
    with pytest.raises(Refused, match="has not passed yet"):
        services.sync_version(by=rita, version=version, kind=EnvironmentKind.PRODUCTION)
    services.sync_version(by=rita, version=version, kind=EnvironmentKind.PRODUCTION, reason="The sandbox is down")

    assert state_of(version) == VersionState.SYNCED_TO_PROD
    assert AuditEvent.objects.get(verb="connector_version.synced").reason == "The sandbox is down"


def test_an_older_build_can_be_brought_back(bea: User) -> None:
    version = make.synced_version()
    older = selectors.newest_build(version)
    services.configure_execution(by=bea, version=version, timeout_s=5, idempotency_header="")
    services.build_version(by=bea, version=version)
    services.sync_version(by=bea, version=version, kind=EnvironmentKind.DEVELOPMENT)

    services.sync_version(by=bea, version=version, kind=EnvironmentKind.DEVELOPMENT, build=older)

    assert selectors.synced_build(version, make.environment()) == older


def test_the_database_keeps_builds_as_they_are(bea: User) -> None:
    build = make.built_version().builds.get()

    for act in (
        lambda: Build.objects.update(digest="x"),
        lambda: Document.objects.update(digest="x"),
        lambda: Operation.objects.filter(document=build.document).update(operation_id="x"),
        lambda: PipelineJob.objects.update(sentence="x"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            act()


def test_a_build_is_refused_with_a_record_where_the_document_went_bad(bea: User) -> None:
    version = make.built_version()
    version.source.text = "nonsense"
    version.source.save(update_fields=["text"])

    with pytest.raises(SourceRefused):
        services.build_version(by=bea, version=version)

    assert state_of(version) == VersionState.BUILD_FAILED
    job = version.pipeline_jobs.latest("queued_at")
    assert job.sentence == "line 1: This is not an OpenAPI document: it is not an object."


def test_versions_are_found_as_releases_name_them(db: None) -> None:
    version = make.connector().versions.get()

    assert [selectors.version_named("orders-api", number) for number in ("1", "1.0.0", 1, "v1")] == [version] * 4
    assert [selectors.version_named("orders-api", number) for number in ("2", "", "x")] == [None] * 3
    assert selectors.version_named("nothing", 1) is None


def test_the_catalogue_is_that_of_the_newest_build(db: None) -> None:
    version = make.connector().versions.get()
    assert selectors.catalogue(version) is None

    services.build_version(by=make.SETUP, version=version)

    catalogue = selectors.catalogue(version)
    assert catalogue is not None
    assert catalogue["getOrder"]["parameters"] == [
        {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}, "kind": "text", "notes": []}
    ]
    assert (catalogue["createOrder"]["body"], catalogue["createOrder"]["safe"]) == (True, False)


def test_lists_never_load_documents(db: None, django_assert_num_queries: object) -> None:
    make.built_version()
    with database.execute_wrapper(lambda execute, sql, *rest: execute(_without_documents(sql), *rest)):
        version = selectors.version_named("orders-api", 1)
        assert version is not None
        list(selectors.connectors())
        list(selectors.versions_of(version.connector))
        build = selectors.newest_build(version)
        assert build is not None
        list(selectors.search_operations(build, "order"))


def _without_documents(sql: str) -> str:
    assert '"connectors_document"."content"' not in sql
    assert '"connectors_source"."text"' not in sql
    return sql


def test_what_is_kept_of_a_document_is_json(db: None) -> None:
    document = make.built_version().builds.get().document

    assert json.loads(json.dumps(document.content))["info"]["title"] == "Orders API"


def test_the_next_version_is_a_copy_that_starts_fresh(bea: User, rita: User) -> None:
    production = make.environment("Production", kind="production")
    first = make.synced_version()
    services.configure_execution(by=bea, version=first, timeout_s=30, idempotency_header="Idempotency-Key")
    connection = make.connection(first, make.environment())
    services.configure_test(by=bea, version=first, test_calls=[{"operation": "listOrders"}], connection=connection)
    serving = selectors.synced_build(first, production)

    second = services.add_version(by=bea, connector=first.connector)

    first.refresh_from_db()
    assert (str(second), second.state, second.builds.count()) == ("Orders API v2", VersionState.UPDATED, 0)
    for copied in ("scheme", "scheme_options", "execution", "source_digest", "development_server", "test_connection"):
        assert getattr(second, copied) == getattr(first, copied), copied
    assert second.source.text == first.source.text
    assert (second.production_server, second.test_calls) == ("", first.test_calls)
    assert selectors.synced_build(first, production) == serving
    assert sentences()[-1] == "added Orders API v2 as a copy of v1"


def test_versions_serve_side_by_side(bea: User, rita: User) -> None:
    production = make.environment("Production", kind="production")
    first = make.synced_version()
    second = services.add_version(by=bea, connector=first.connector)
    services.build_version(by=bea, version=second)

    with pytest.raises(Refused, match="has no server for production environments in this build"):
        services.sync_version(by=rita, version=second, kind=EnvironmentKind.PRODUCTION, reason="Now")
    services.configure_servers(
        by=bea, version=second, development_server="https://dev.v2.example", production_server="https://v2.example"
    )
    services.build_version(by=bea, version=second)
    services.sync_version(by=rita, version=second, kind=EnvironmentKind.PRODUCTION, reason="Now")

    serving = selectors.builds_serving(first.connector, production)
    assert [build.server_for("production") for build in serving] == [
        "https://v2.example",
        "https://api.shop.example/v1",
    ]


def test_only_who_edits_connectors_adds_versions(vera: User) -> None:
    connector = make.connector()

    with pytest.raises(Forbidden):
        services.add_version(by=vera, connector=connector)
