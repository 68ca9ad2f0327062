"""The demo company, loaded once for all of these stories against the demo APIs as they really run."""

import datetime
import time
from collections.abc import Iterator
from dataclasses import dataclass
from io import StringIO

import httpx2
import pytest
from django.apps import apps as all_apps
from django.core.management import call_command
from django.db import models, transaction
from django.db.models import Count
from pytest_django.plugin import DjangoDbBlocker

from apps.accounts.models import Customer, User
from apps.accounts.permissions import Role
from apps.audit import fsck
from apps.audit.models import AuditEvent
from apps.connectors.enums import ConnectionState, VersionState
from apps.connectors.models import Connection, ConnectorVersion
from apps.core import clock
from apps.demo import credentials
from apps.demo.company import key_accounts, low_stock_alert, new_customers, orders_to_crm, weekly_sales_report
from apps.demo.company.calendar import working_day
from apps.deployments.enums import DeploymentKind
from apps.deployments.models import Deployment, Instance
from apps.environments.models import Environment
from apps.infra.sealed import create_key_file
from apps.marketplace.models import Listing
from apps.releases import selectors as releases
from apps.releases.models import IntegrationTemplate, Release
from apps.releases.states import Mark, State
from apps.runs.models import Run
from apps.runs.states import RunKind, RunState

from .conftest import started

ORDERS = orders_to_crm.NAME


@pytest.fixture(scope="module")
def apis(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Demo APIs of these stories alone: nobody else puts them back to their first data meanwhile."""
    with started(tmp_path_factory.mktemp("company")) as (_, address):
        yield address


@dataclass(frozen=True)
class Loading:
    """When the company was loaded, and what the command said."""

    begun: datetime.datetime
    said: str


@pytest.fixture(scope="module", autouse=True)
def loading(apis: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Loading]:
    """The company, in a transaction that is taken back after the last story."""
    create_key_file()
    with django_db_blocker.unblock(), transaction.atomic():
        yield Loading(clock.now(), load_demo(apis))
        transaction.set_rollback(True)


def load_demo(apis: str) -> str:
    said = StringIO()
    call_command("load_demo", "--apis", apis, stdout=said)
    return said.getvalue()


def titles(template: str) -> dict[str, str]:
    found = Release.objects.filter(integration_template__name=template)
    return {release.title: release.state for release in found}


def seconds_of(run: Run) -> float:
    assert run.started_at
    assert run.finished_at
    return (run.finished_at - run.started_at).total_seconds()


def crm(apis: str, path: str) -> list[dict[str, str]]:
    asked = httpx2.post(
        apis + credentials.CRM_TOKEN_PATH,
        data={"grant_type": "client_credentials"},
        auth=(credentials.CRM_CLIENT_ID, credentials.CRM_CLIENT_SECRET),
        trust_env=False,
    )
    headers = {"Authorization": f"Bearer {asked.json()['access_token']}"}
    answer = httpx2.get(f"{apis}/crm/{path}", params={"limit": 100}, headers=headers, trust_env=False)
    items: list[dict[str, str]] = answer.json()["items"]
    return items


def test_nothing_is_wrong_with_it() -> None:
    assert fsck.findings() == {}


def test_the_second_call_does_nothing_and_takes_no_time(loading: Loading, apis: str) -> None:
    assert loading.said.startswith("The demo company is ready")
    before, begun = AuditEvent.objects.count(), time.monotonic()
    assert load_demo(apis) == "The demo company is there already.\n"
    assert time.monotonic() - begun < 1
    assert AuditEvent.objects.count() == before


def test_a_second_call_for_another_port_says_what_the_company_calls(apis: str) -> None:
    said = load_demo("http://127.0.0.1:1")
    assert said.splitlines()[1] == f"It calls {apis}, not http://127.0.0.1:1: start with the PORT of the first time."


def test_there_are_people_in_every_role_whom_no_password_lets_in() -> None:
    people = dict(User.objects.values_list("username", "role"))
    assert people == {
        "ada": Role.ADMIN,
        "bea": Role.BUILDER,
        "carl": Role.CUSTOMER_ADMIN,
        "cleo": Role.CUSTOMER_ADMIN,
        "mia": Role.CUSTOMER_MEMBER,
        "otto": Role.OPERATOR,
        "rita": Role.RELEASE_MANAGER,
        "sam": Role.SUPPORT,
        "vera": Role.VIEWER,
    }
    assert not any(person.has_usable_password() for person in User.objects.all())
    assert Customer.objects.count() == 7


def test_there_are_three_environments_of_which_production_is_protected() -> None:
    found = Environment.objects.annotate(exceptions=Count("egress_exceptions")).order_by("position")
    assert list(found.values_list("slug", "kind", "is_protected", "locked_at", "exceptions")) == [
        ("development", "development", False, None, 1),
        ("staging", "development", False, None, 1),
        ("production", "production", True, None, 1),
    ]


def test_both_connectors_are_released_and_every_connection_but_one_works() -> None:
    versions = ConnectorVersion.objects.filter(number=1).values_list("connector__slug", "state")
    assert dict(versions) == {"demo-crm": VersionState.RELEASED, "demo-shop": VersionState.RELEASED}
    wrong = Connection.objects.exclude(state=ConnectionState.VALID).get()
    assert (wrong.name, wrong.state) == ("Fabrikam CRM", ConnectionState.INVALID)
    assert wrong.test_answer["response"]["status"] == 401


def test_the_second_version_of_the_shop_serves_development_only() -> None:
    version = ConnectorVersion.objects.get(connector__slug="demo-shop", number=2)
    assert version.state == VersionState.SYNCED_TO_DEV
    assert version.source_name == "shop-v2.yaml"
    serving = version.syncs.values_list("environment__slug", flat=True)
    assert sorted(serving) == ["development", "staging"]


def test_production_calls_the_crm_by_an_older_build_than_development() -> None:
    version = ConnectorVersion.objects.get(connector__slug="demo-crm", number=1)
    older, newest = version.builds.order_by("created_at")
    serving = dict(version.syncs.values_list("environment__slug", "build"))
    assert serving == {"development": newest.pk, "staging": newest.pk, "production": older.pk}


def test_a_version_of_the_crm_lies_in_the_bin() -> None:
    binned = ConnectorVersion.objects.exclude(binned_at=None).get()
    assert (str(binned), binned.binned_by_name, len(binned.binned_syncs)) == ("Demo CRM v2", "Bea Lindgren", 2)


def test_orders_to_crm_waits_for_its_third_version() -> None:
    assert titles(ORDERS) == {"V1 “1.0.0”": State.SUPERSEDED, "V2 “1.0.1”": State.LIVE, "Draft": State.DRAFT}
    draft = Release.objects.get(integration_template__name=ORDERS, is_latest=True)
    assert releases.suggested_name(draft) == "1.1.0"
    texts = {release.text for release in Release.objects.filter(integration_template__name=ORDERS)}
    assert len(texts) == 3


def test_other_templates_show_other_states() -> None:
    alert = Release.objects.get(integration_template__name=low_stock_alert.NAME, number=1)
    assert (alert.mark, alert.mark_by) == (Mark.DEPRECATED, User.objects.get(username="rita"))
    assert alert.mark_reason.startswith("It reads the first twenty products only")
    assert titles(new_customers.NAME) == {"Draft": State.DRAFT}
    schemes = set(IntegrationTemplate.objects.values_list("naming_scheme", flat=True))
    assert schemes == {"semver", "date", "milestone"}


def test_no_draft_has_errors() -> None:
    drafts = Release.objects.drafts()
    assert {str(draft): releases.reading_of(draft).errors for draft in drafts} == {str(draft): [] for draft in drafts}


def test_updates_are_left_to_do() -> None:
    behind = Instance.objects.filter(paused_at=None, current_deployment__release__state=State.SUPERSEDED)
    assert {str(instance) for instance in behind.exclude(environment__slug="development")} == {
        "Orders to CRM · Team · Production",
        "Orders to CRM · Contoso · Production",
        "Weekly sales report · Northwind Traders · Production",
    }


def test_the_marketplace_offers_some_of_it_and_one_pinned_version() -> None:
    listings = Listing.objects.values_list("integration_template__name", "is_listed", "pinned_release__number")
    assert list(listings) == [
        (key_accounts.NAME, True, 2),
        (low_stock_alert.NAME, False, None),
        (ORDERS, True, None),
        (weekly_sales_report.NAME, True, None),
    ]


def test_instances_have_a_past() -> None:
    kinds = set(Deployment.objects.values_list("kind", flat=True))
    wanted = {DeploymentKind.INSTALL, DeploymentKind.CHANGE_VERSION, DeploymentKind.RECONFIGURE, DeploymentKind.UNDO}
    assert kinds == wanted
    paused = Instance.objects.exclude(paused_at=None).filter(customer__isnull=False).get()
    assert paused.owner_name == "Wide World Importers"


def test_runs_really_ran_and_some_failed_for_their_own_reasons() -> None:
    states = set(Run.objects.values_list("state", flat=True))
    assert states == {RunState.SUCCEEDED, RunState.FAILED}
    assert set(Run.objects.values_list("kind", flat=True)) == set(RunKind)
    assert 100 < Run.objects.count() < 200
    failed = Run.objects.filter(state=RunState.FAILED)
    reasons = set(failed.values_list("release__integration_template__name", "error__title"))
    assert reasons == {
        (ORDERS, "Unauthorized"),
        (low_stock_alert.NAME, "Restock now"),
        (key_accounts.NAME, "Too Many Requests"),
        (key_accounts.NAME, "Internal Server Error"),
    }


def test_a_report_takes_long_enough_to_watch() -> None:
    instance = Instance.objects.get(
        integration_template__name=weekly_sales_report.NAME, customer=None, environment__slug="production"
    )
    last = instance.runs.filter(kind=RunKind.MANUAL).latest("queued_at")
    assert seconds_of(last) > 6


def test_waits_are_in_the_rows_and_took_no_time() -> None:
    failed = Run.objects.get(release__integration_template__name=key_accounts.NAME, retries__isnull=False)
    assert [step.attempt for step in failed.steps.filter(name="upsertContact", state="failed")] == [1, 2, 3, 4]
    assert seconds_of(failed) > 14


def test_the_crm_holds_what_the_runs_wrote(apis: str) -> None:
    sources = {contact["source"] for contact in crm(apis, "contacts")}
    assert {"Northwind shop", "Fabrikam shop", "Contoso web shop", "Our own shop"} & sources
    references = [deal["external_reference"] for deal in crm(apis, "deals") if deal["external_reference"]]
    assert references
    assert len(references) == len(set(references)), "a deal was recorded twice"


def test_the_trail_runs_through_sixty_days_in_order() -> None:
    moments = list(AuditEvent.objects.filter(chain__name="system").order_by("sequence").values_list("at", flat=True))
    assert moments == sorted(moments)
    assert moments[0].date() == working_day(clock.now().date(), 43)
    assert 57 <= (clock.now() - moments[0]).days <= 63
    assert max(AuditEvent.objects.values_list("at", flat=True)) < clock.now()


def test_nothing_of_the_past_is_dated_by_the_real_clock(loading: Loading) -> None:
    late = {
        f"{model._meta.label}.{field.name}"
        for model in all_apps.get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.DateTimeField)
        and model._default_manager.filter(**{f"{field.name}__gte": loading.begun}).exists()
    }
    assert late == {"deployments.WizardDraft.expires_at"}


def test_every_decision_about_a_customer_or_a_version_has_its_reason() -> None:
    verbs = ("release.promoted", "release.deprecated", "instance.undone", "instance.paused", "environment.locked")
    assert not AuditEvent.objects.filter(verb__in=verbs, reason="").exists()


def test_no_table_holds_a_secret() -> None:
    secrets = [credentials.SHOP_API_KEY, credentials.CRM_CLIENT_SECRET, credentials.CRM_CLIENT_SECRET[:-4]]
    for model in all_apps.get_models(include_auto_created=True):
        for row in model._default_manager.values().iterator():
            told = repr({name: bytes(value) if isinstance(value, memoryview) else value for name, value in row.items()})
            assert not [secret for secret in secrets if secret in told], f"{model._meta.label} holds a secret"
