"""Who uses a connector version: releases, environments, instances, connections; on a page, in a panel, in bulk."""

from collections.abc import Callable, Collection

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import Customer, User
from apps.connectors import uses
from apps.connectors.models import ConnectorVersion
from apps.connectors.uses import Use, UseKind
from apps.deployments import services as deploying
from apps.deployments.models import Deployment
from apps.environments.models import Environment
from apps.releases import services as releases
from apps.releases.models import Release
from tests.factories import connectors as make
from tests.factories import deployments as deploy
from tests.factories.releases import a_template

type Login = Callable[[User], Client]
URL = "/connectors/acme-crm/v1/uses/"
HTMX = {"HX-Request": "true"}


def text(response: object) -> str:
    content: bytes = response.content  # type: ignore[attr-defined]
    return " ".join(content.decode().split())


@pytest.fixture
def staging(db: None) -> Environment:
    return deploy.an_environment()


@pytest.fixture
def crm(staging: Environment) -> ConnectorVersion:
    """Acme Crm v1, serving Staging."""
    return deploy.a_synced_connector(staging).versions.select_related("connector").get()


@pytest.fixture
def release(crm: ConnectorVersion) -> Release:
    """V1 of Orders to CRM, which calls listContacts; so does the draft."""
    return deploy.a_release(a_template(), slot=True)


def installed(release: Release, staging: Environment, customer: Customer | None = None) -> Deployment:
    connection = deploy.a_connection(staging, customer)
    return deploy.a_deployment(
        release, staging, customer, config={"source": "shop"}, connections={"crm": connection.pk}
    )


def counts(version: ConnectorVersion) -> dict[str, int]:
    return {kind.value: count for kind, count in uses.counts_of([version])[version.pk].items()}


def users_of(*versions: ConnectorVersion, operations: Collection[str] | None = None) -> list[Use]:
    parts = uses.parts_of(uses.question_about(versions, operations=operations))
    return [use for part in parts for use in part.uses]


def test_everything_that_uses_a_version_is_counted(
    crm: ConnectorVersion, release: Release, staging: Environment, northwind: Customer
) -> None:
    assert counts(crm) == {"release": 2, "environment": 1, "instance": 0, "connection": 0, "run": 0}

    installed(release, staging)
    installed(release, staging, northwind)

    assert counts(crm) == {"release": 2, "environment": 1, "instance": 2, "connection": 2, "run": 0}
    assert [(use.kind, use.name, use.operations) for use in users_of(crm)] == [
        (UseKind.RELEASE, "Draft", frozenset({"listContacts"})),
        (UseKind.RELEASE, release.title, frozenset({"listContacts"})),
        (UseKind.ENVIRONMENT, "Staging", frozenset()),
        (UseKind.INSTANCE, "Team", frozenset({"listContacts"})),
        (UseKind.INSTANCE, "Northwind", frozenset({"listContacts"})),
        *((use.kind, use.name, frozenset()) for use in users_of(crm) if use.kind is UseKind.CONNECTION),
    ]


def test_only_who_calls_an_operation_is_named(crm: ConnectorVersion, release: Release, staging: Environment) -> None:
    installed(release, staging)

    assert [use.kind for use in users_of(crm, operations={"listContacts"})] == [
        UseKind.RELEASE,
        UseKind.RELEASE,
        UseKind.INSTANCE,
    ]
    assert users_of(crm, operations={"deleteContact"}) == []


def test_an_instance_that_can_go_back_to_it_uses_it(
    bea: User, crm: ConnectorVersion, release: Release, staging: Environment
) -> None:
    before = installed(release, staging)
    other = deploy.a_release(release.integration_template)
    now = deploy.a_deployment(other, staging, config={})

    [use] = [use for use in users_of(crm) if use.kind is UseKind.INSTANCE]
    assert (use.note, use.operations) == ("can go back to it", frozenset({"listContacts"}))

    undone = deploying.undo_deployment(by=bea, instance=now.instance, reason="It was better", to=before)

    [use] = [use for use in users_of(crm) if use.kind is UseKind.INSTANCE]
    assert (use.note, undone.release) == (f"runs {release.label}", release)


def test_a_binned_release_is_marked_or_left_out(rita: User, crm: ConnectorVersion, release: Release) -> None:
    releases.bin_release(by=rita, release=release)

    found = {use.name: use.state.label for use in users_of(crm) if use.kind is UseKind.RELEASE and use.state}
    question = uses.question_about([crm], with_bin=False)

    assert found == {"Draft": "Draft", release.title: "In the bin"}
    assert uses.part_of(question, UseKind.RELEASE).total == 1


@pytest.mark.parametrize("number", [1, 3])
def test_many_versions_and_users_take_the_same_queries(
    crm: ConnectorVersion, staging: Environment, django_assert_num_queries: DjangoAssertNumQueries, number: int
) -> None:
    others = [deploy.a_synced_connector(staging, slug=f"crm-{each}").versions.get() for each in range(number)]
    for each in range(number):
        installed(deploy.a_release(a_template(f"Template {each}"), slot=True), staging)

    with django_assert_num_queries(8):
        uses.counts_of([crm, *others])
    with django_assert_num_queries(13):
        users_of(crm, *others)


def test_the_page_shows_every_kind_with_links(
    vera: User, login: Login, crm: ConnectorVersion, release: Release, staging: Environment
) -> None:
    instance = installed(release, staging).instance

    page = text(login(vera).get(URL))

    assert "2 releases" in page
    assert f'href="{release.get_absolute_url()}"' in page
    assert f'href="{instance.get_absolute_url()}"' in page
    assert "<code>listContacts</code>" in page
    assert "runs under way" not in page


def test_the_page_says_where_there_is_nobody(vera: User, login: Login) -> None:
    make.connector()

    page = text(login(vera).get("/connectors/orders-api/v1/uses/"))

    assert "No release has a slot for it." in page
    assert "It is not synced to any environment." in page
    assert "No instance runs a release that uses it." in page


def test_the_panel_shows_counts_alone(vera: User, login: Login, crm: ConnectorVersion, release: Release) -> None:
    panel = text(login(vera).get(URL, headers={**HTMX, "HX-Target": "version-uses"}))

    assert "<strong>2</strong> Releases" in panel
    assert "<html" not in panel
    assert 'hx-get="/connectors/acme-crm/v1/uses/"' in text(login(vera).get("/connectors/acme-crm/v1/"))


def test_long_lists_have_pages(
    vera: User, login: Login, crm: ConnectorVersion, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.connectors.views.uses.PER_PAGE", 1)
    client = login(vera)

    first, second = (text(client.get(f"{URL}release/?page={page}")) for page in (1, 2))

    assert ("Draft<span" in first, "Draft<span" in second) == (True, False)
    assert release.get_absolute_url() in second
    assert client.get(f"{URL}nobody/").status_code == 404
    assert "<html" not in text(client.get(f"{URL}release/", headers={**HTMX, "HX-Target": "uses-list"}))


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_takes_the_same_queries_for_one_row_and_three(
    vera: User,
    login: Login,
    crm: ConnectorVersion,
    staging: Environment,
    django_assert_num_queries: DjangoAssertNumQueries,
    number: int,
) -> None:
    for each in range(number):
        installed(deploy.a_release(a_template(f"Template {each}"), slot=True), staging)
    client = login(vera)

    with django_assert_num_queries(18):
        client.get(URL)


def test_a_customer_finds_nothing(cleo: User, login: Login, crm: ConnectorVersion) -> None:
    for url in (URL, f"{URL}release/", "/connectors/bin/", "/connectors/acme-crm/templates/"):
        assert login(cleo).get(url).status_code == 404, url


def test_the_connector_names_the_templates_that_use_it(
    vera: User, login: Login, crm: ConnectorVersion, release: Release
) -> None:
    live = releases.make_live(by=make.SETUP, release=release, reason="test set-up")

    panel = text(
        login(vera).get("/connectors/acme-crm/templates/", headers={**HTMX, "HX-Target": "connector-templates"})
    )

    assert f'href="{release.integration_template.get_absolute_url()}"' in panel
    assert f"{live.label} live" in panel
    assert "1 version, 1 draft" in panel
    assert "<html" not in panel


def test_p10_the_template_says_which_versions_run_where_and_which_nowhere(
    vera: User, login: Login, crm: ConnectorVersion, release: Release, staging: Environment
) -> None:
    installed(release, staging)
    idle = deploy.a_release(release.integration_template)

    panel = text(login(vera).get(f"/instances/of/{release.integration_template.slug}/"))
    page = text(login(vera).get(release.integration_template.get_absolute_url()))

    assert f'Installed nowhere: <a href="{idle.get_absolute_url()}">V2</a></p>' in panel
    assert f'href="{crm.get_absolute_url()}"' in text(login(vera).get(release.get_absolute_url()))
    assert "Where it runs" in page
