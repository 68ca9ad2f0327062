"""The version-history drawer: on every page of a template, with where each version runs and all that can be done."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.deployments import services as deployments
from apps.deployments.models import Instance
from apps.deployments.plan import Target
from apps.releases import services
from apps.releases.models import IntegrationTemplate, Release
from apps.runs import services as runs
from tests.factories.deployments import a_deployment, a_release, a_synced_connector, an_environment
from tests.factories.releases import SETUP, a_live_version, a_template, a_version, the_draft
from tests.factories.rollouts import a_rollout

type Login = Callable[[User], Client]

LIST = {"HX-Request": "true", "HX-Target": "history-list"}
MORE = {"HX-Request": "true", "HX-Target": "history-more"}


def drawer_of(template: IntegrationTemplate) -> str:
    return reverse("releases:template_history", args=[template.slug])


def rows_of(client: Client, template: IntegrationTemplate, **query: str) -> dict[str, str]:
    page = client.get(drawer_of(template), query, headers=LIST).content.decode()
    found = re.findall(r'<li class="history-item.*?</li>', page, re.DOTALL)
    return {re.findall(r'history-number">(\w+)<', row)[0]: row for row in found}


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def actions_in(row: str) -> set[str]:
    button = re.findall(r"history-actions\">.*?<span>([^<]*)</span>", row, re.DOTALL)[0]
    return {button, *re.findall(r'class="menu-item[^>]*>(?:<svg.*?</svg>)?<span>([^<]*)<', row)}


# ---- where it stands ----


@pytest.fixture
def pages(orders: IntegrationTemplate, otto: User) -> dict[str, str]:
    """Every page of the console that is about one template, by its URL name."""
    place = an_environment("Staging")
    first, second = a_release(orders), a_release(orders)
    instance = a_deployment(first, place).instance
    rollout = a_rollout(second, by=otto)
    wizard = deployments.start_wizard(by=otto, target=Target(orders, place, None, "second"))
    deployments.choose_release(wizard=wizard, release=second)
    run = runs.start_run(by=otto, instance=Instance.objects.get(pk=instance.pk))
    draft = the_draft(orders)
    slug, release = [orders.slug], [orders.slug, second.pk]
    addresses = {
        "releases:template_detail": slug,
        "releases:release_list": slug,
        "releases:release_detail": release,
        "releases:release_compare": release,
        "releases:release_notes_here": release,
        "releases:builder": [orders.slug, draft.pk],
        "releases:builder_source": [orders.slug, draft.pk],
        "deployments:template_instances_panel": slug,
        "deployments:instance_detail": [instance.pk],
        "deployments:rollout_detail": [rollout.pk],
        "deployments:wizard_version": [wizard.pk],
        "runs:template_runs_panel": slug,
        "runs:instance_runs_panel": [instance.pk],
        "runs:run_detail": [run.pk],
        "runs:test_run_start": [draft.pk],
        "marketplace:listing_panel": slug,
    }
    found = {name: reverse(name, args=args) for name, args in addresses.items()}
    found["deployments:rollout_preview"] = f"{reverse('deployments:rollout_preview')}?release={second.pk}"
    found["runs:run_list"] = f"{reverse('runs:run_list')}?release={second.pk}"
    found["runs:run_list of a template"] = f"{reverse('runs:run_list')}?integration_template={orders.slug}"
    found["deployments:instance_list"] = f"{reverse('deployments:instance_list')}?integration_template={orders.slug}"
    return found


def test_v4_the_drawer_opens_from_the_header_of_every_page_of_a_template(
    login: Login, ada: User, otto: User, orders, pages
) -> None:
    client, otto_client = login(ada), login(otto)

    def has_button(name: str, url: str) -> bool:
        # A wizard belongs to the person who began it.
        page = (otto_client if "wizard" in name else client).get(url).content.decode()
        header = page.partition('<div class="page-content">')[0]
        return f'href="{drawer_of(orders)}" hx-get="{drawer_of(orders)}" hx-target="#drawer"' in header

    assert [name for name, url in pages.items() if not has_button(name, url)] == []


# ---- what a row tells ----


def test_a_row_has_number_name_status_date_author_and_description(login: Login, vera: User, bea: User, orders) -> None:
    version = services.create_version(by=bea, draft=the_draft(orders), name="1.1.0", description="Retries added.")

    row = rows_of(login(vera), orders)[version.label]

    assert "V1 1.1.0" in words_of(row)
    assert "Retries added." in words_of(row)
    assert "Bea · just now" in words_of(row)
    assert ">Version</button>" in row


def test_p10_a_row_tells_where_the_version_runs_and_where_it_is_active(
    login: Login, vera: User, orders, northwind, contoso
) -> None:
    staging, production = an_environment("Staging"), an_environment("Production")
    v1, v2 = a_release(orders), a_release(orders)
    a_deployment(v1, staging)
    a_deployment(v1, production, northwind)
    a_deployment(v1, production, contoso)
    a_deployment(v2, production)

    rows = rows_of(login(vera), orders)

    assert "Runs in Staging 1 active Production 2" in words_of(rows["V1"])
    assert "Runs in Production 1 active" in words_of(rows["V2"])
    assert "Runs in" not in words_of(rows["Draft"])
    query = f"?integration_template={orders.slug}&amp;environment={production.slug}&amp;version=1"
    assert f'href="{reverse("deployments:instance_list")}{query}"' in rows["V1"]


def test_what_was_removed_runs_nowhere(login: Login, vera: User, orders, northwind) -> None:
    version = a_release(orders)
    instance = a_deployment(version, an_environment(), northwind).instance
    deployments.remove_instance(by=SETUP, instance=instance)

    assert "Runs in" not in words_of(rows_of(login(vera), orders)["V1"])


def test_each_version_offers_everything_that_can_be_done(login: Login, rita: User, orders) -> None:
    a_live_version(orders)
    a_version(orders)

    rows = rows_of(login(rita), orders)

    # Exporting comes with its page.
    assert actions_in(rows["V2"]) - {"Export"} == {
        "Deploy",
        "View",
        "Update all instances",
        "Make live",
        "Test run",
        "Compare",
        "Restore into the draft",
        "Copy",
        "Deprecate",
        "Quarantine",
        "Pause",
        "Report",
        "Edit name and description",
        "Move to the bin",
    }
    assert {"Edit", "Deploy", "Create version", "Make live", "Copy"} <= actions_in(rows["Draft"])


def test_p6_a_deprecated_version_stays_in_the_list_and_says_why(login: Login, rita: User, orders) -> None:
    services.deprecate(by=rita, release=a_version(orders), reason="API ends in May")

    row = rows_of(login(rita), orders)["V1"]

    assert "Deprecated by Rita, just now : API ends in May" in words_of(row)
    assert "It is deprecated: choose another version." in row
    assert "Take off “deprecated”" in actions_in(row)


# ---- finding ----


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, ["Draft", "V3", "V2", "V1"]),
        ({"state": "current"}, ["Draft", "V3", "V2"]),
        ({"q": "v3"}, ["V3"]),
        ({"q": "spring"}, ["V1"]),
        ({"q": "retries"}, ["V3"]),
        ({"q": "bea"}, ["V3"]),
    ],
)
def test_the_history_is_searched_and_superseded_versions_are_hidden(
    login: Login, rita: User, bea: User, orders, query, found
) -> None:
    a_live_version(orders, "spring")
    a_live_version(orders, "summer")
    version = a_version(orders, "autumn", by=bea)
    services.rename_release(by=SETUP, release=version, name="autumn", description="More retries")

    assert list(rows_of(login(rita), orders, **query)) == found


def test_drafts_and_versions_have_their_headings_once(login: Login, rita: User, orders) -> None:
    for _ in range(25):
        a_version(orders)
    client = login(rita)

    first = client.get(drawer_of(orders), headers=LIST).content.decode()
    then = client.get(drawer_of(orders), {"before": "7"}, headers=MORE).content.decode()

    assert re.findall(r"<h3>(.*?)</h3>", first) == ["Drafts", "Versions"]
    assert re.findall(r"<h3>(.*?)</h3>", then) == []
    assert re.findall(r'history-number">(\w+)<', then) == [f"V{number}" for number in range(6, 0, -1)]


def test_versions_after_many_drafts_get_their_heading(login: Login, rita: User, orders) -> None:
    version = a_version(orders)
    for _ in range(19):
        services.copy_release(by=SETUP, release=version)
    client = login(rita)

    page = client.get(drawer_of(orders), headers=LIST).content.decode()
    before = re.findall(r"\?before=(d\d+)", page)[0]
    then = client.get(drawer_of(orders), {"before": before}, headers=MORE).content.decode()

    assert re.findall(r"<h3>(.*?)</h3>", page) == ["Drafts"]
    assert (re.findall(r"<h3>(.*?)</h3>", then), re.findall(r'history-number">(\w+)<', then)) == (["Versions"], ["V1"])


def test_v5_a_version_is_created_from_the_drawer(login: Login, vera: User, bea: User, orders) -> None:
    create = reverse("releases:version_create", args=[orders.slug])

    def tools(person: User) -> str:
        page = login(person).get(drawer_of(orders)).content.decode()
        return page.partition('id="history-list"')[0].rpartition("history-tools")[2]

    assert f'href="{create}"' in tools(bea)
    assert f'href="{create}"' not in tools(vera)
    assert "Your role does not let you edit drafts." in tools(vera)


@pytest.mark.parametrize("count", [1, 3])
def test_the_drawer_costs_the_same_for_one_and_three(
    login: Login, vera: User, orders, django_assert_num_queries, count
) -> None:
    place = an_environment()
    a_synced_connector(place)
    for number in range(count):
        a_deployment(a_release(orders, live=True), place, label=str(number))
        services.copy_release(by=SETUP, release=a_release(orders, slot=True))
    client = login(vera)

    with django_assert_num_queries(7):
        client.get(drawer_of(orders))


def test_another_templates_releases_stay_out(login: Login, vera: User, orders) -> None:
    a_version(a_template("Another"), "foreign")

    assert list(rows_of(login(vera), orders)) == ["Draft"]
    assert Release.objects.count() == 3
