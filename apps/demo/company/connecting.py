"""The connectors: from an OpenAPI document to production, and the connections made with them."""

from apps.connectors.services import (
    add_version,
    bin_version,
    build_version,
    configure_servers,
    configure_test,
    create_connector,
    release_version,
    replace_secret,
    sync_version,
    test_connection,
    test_version,
    upload_source,
)
from apps.demo import credentials, documents
from apps.demo.company.calendar import Chapter
from apps.demo.company.house import ADVENTURE, CONTOSO, FABRIKAM, NORTHWIND, TAILSPIN, WORLDWIDE
from apps.demo.company.stage import CRM, DEVELOPMENT, PRODUCTION, SHOP, STAGING, Stage, edited
from apps.environments.models import EnvironmentKind

STAYS = "The weekly sales report reads how long the figures took; the new document no longer promises that."

chapter = Chapter()


@chapter.scene(42, "09:05")
def bea_builds_the_shop_connector(stage: Stage) -> None:
    _create(stage, "shop", "Demo Shop", "Orders, customers and products of a small furniture shop.")
    _build_for_development(stage, SHOP)


@chapter.scene(42, "10:20")
def bea_builds_the_crm_connector(stage: Stage) -> None:
    _create(stage, "crm", "Demo CRM", "Contacts and deals.")
    _build_for_development(stage, CRM)


@chapter.scene(42, "11:10")
def bea_connects_and_tests_in_development(stage: Stage) -> None:
    for connector, name in ((SHOP, "Shop of the team"), (CRM, "CRM of the team")):
        stage.connect("bea", connector, DEVELOPMENT, name=name)
        stage.connect("bea", connector, STAGING, name=name)
        test_version(by=stage.person("bea"), version=stage.connector_version(connector, 1))


@chapter.scene(41, "09:30")
def rita_brings_both_to_production(stage: Stage) -> None:
    rita = stage.person("rita")
    for connector in (SHOP, CRM):
        sync_version(by=rita, version=stage.connector_version(connector, 1), kind=EnvironmentKind.PRODUCTION)
        release_version(by=rita, version=stage.connector_version(connector, 1))


@chapter.scene(41, "10:05")
def otto_connects_production(stage: Stage) -> None:
    stage.connect("otto", SHOP, PRODUCTION, name="Shop of the team")
    stage.connect("otto", CRM, PRODUCTION, name="CRM of the team")


@chapter.scene(37, "09:40")
def cleo_connects_northwind(stage: Stage) -> None:
    stage.connect("cleo", SHOP, PRODUCTION, NORTHWIND, name="Northwind shop")
    stage.connect("cleo", CRM, PRODUCTION, NORTHWIND, name="Northwind CRM")


@chapter.scene(36, "13:20")
def carl_connects_contoso(stage: Stage) -> None:
    stage.connect("carl", SHOP, PRODUCTION, CONTOSO, name="Contoso web shop")
    stage.connect("carl", CRM, PRODUCTION, CONTOSO, name="Contoso CRM")


@chapter.scene(33, "08:40")
def otto_connects_the_next_customers(stage: Stage) -> None:
    for owner in (TAILSPIN, WORLDWIDE, ADVENTURE):
        stage.connect("otto", SHOP, PRODUCTION, owner, name=f"{owner} shop")
        stage.connect("otto", CRM, PRODUCTION, owner, name=f"{owner} CRM")


@chapter.scene(16, "10:10")
def otto_connects_fabrikam(stage: Stage) -> None:
    stage.connect("otto", SHOP, PRODUCTION, FABRIKAM, name="Fabrikam shop")
    stage.connect("otto", CRM, PRODUCTION, FABRIKAM, name="Fabrikam CRM")


@chapter.scene(12, "09:10")
def bea_and_rita_bring_the_next_document_of_the_crm_to_production(stage: Stage) -> None:
    bea, rita, version = stage.person("bea"), stage.person("rita"), stage.connector_version(CRM, 1)
    upload_source(by=bea, version=version, source=_next_crm(stage), source_name="crm.yaml")
    _build_for_development(stage, CRM)
    test_version(by=bea, version=version)
    sync_version(by=rita, version=version, kind=EnvironmentKind.PRODUCTION)
    release_version(by=rita, version=version)


@chapter.scene(12, "11:30")
def rita_brings_the_build_before_back_to_production(stage: Stage) -> None:
    rita, version = stage.person("rita"), stage.connector_version(CRM, 1)
    first = version.builds.earliest("created_at")
    sync_version(by=rita, version=version, kind=EnvironmentKind.PRODUCTION, build=first, reason=STAYS)


@chapter.scene(10, "13:20")
def bea_tries_a_second_version_of_the_crm_connector_and_gives_it_up(stage: Stage) -> None:
    bea = stage.person("bea")
    add_version(by=bea, connector=stage.connector(CRM))
    _build_for_development(stage, CRM, number=2)
    bin_version(by=bea, version=stage.connector_version(CRM, 2))


@chapter.scene(6, "15:40")
def bea_begins_the_second_version_of_the_shop_connector(stage: Stage) -> None:
    bea = stage.person("bea")
    version = add_version(by=bea, connector=stage.connector(SHOP))
    upload_source(by=bea, version=version, source=_source(stage, "shop-v2"), source_name="shop-v2.yaml")
    configure_servers(by=bea, version=version, development_server=f"{stage.apis}/shop/v2", production_server="")
    # Without a moment to start from, version 2 of the API lists no orders any more.
    configure_test(
        by=bea, version=version, test_calls=[{"operation": "listProducts"}], connection=version.test_connection
    )
    _build_for_development(stage, SHOP, number=2)


@chapter.scene(3, "14:30")
def otto_enters_the_new_secret_of_fabrikam_which_is_wrong(stage: Stage) -> None:
    otto = stage.person("otto")
    connection = replace_secret(
        by=otto,
        connection=stage.connection(CRM, PRODUCTION, FABRIKAM),
        fields={"client_id": credentials.CRM_CLIENT_ID},
        secret=f"{credentials.CRM_CLIENT_SECRET[:-4]}0000",
    )
    test_connection(by=otto, connection=connection)


def _create(stage: Stage, document: str, name: str, description: str) -> None:
    create_connector(
        by=stage.person("bea"),
        name=name,
        description=description,
        source=_source(stage, document),
        source_name=f"{document}.yaml",
    )


def _source(stage: Stage, document: str) -> str:
    text = (documents.FOLDER / f"{document}.yaml").read_text(encoding="utf-8")
    return text.replace(documents.WRITTEN_ADDRESS, stage.apis)


def _next_crm(stage: Stage) -> str:
    """What the makers of the CRM announce: its report no longer says how long it took."""
    return edited(
        _source(stage, "crm"),
        ("open_cents, won_cents, took_seconds, generated_at", "open_cents, won_cents, generated_at"),
        ("        took_seconds: {type: integer}\n", ""),
    )


def _build_for_development(stage: Stage, connector: str, *, number: int = 1) -> None:
    bea, version = stage.person("bea"), stage.connector_version(connector, number)
    build_version(by=bea, version=version)
    sync_version(by=bea, version=version, kind=EnvironmentKind.DEVELOPMENT)
