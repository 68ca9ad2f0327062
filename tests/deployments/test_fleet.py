"""The fleet: which version runs how often where, and how far behind live."""

import re

import pytest
from django.urls import reverse

from apps.deployments.fleet import fleets
from apps.releases import services as releases
from tests.deployments.test_instance_pages import said
from tests.factories.deployments import a_deployment, a_release, an_environment
from tests.factories.releases import SETUP, a_template

FLEET = "/fleet/"


@pytest.fixture
def spread(orders, staging, v1, northwind, contoso):
    """V1 on three instances, V2 on the team's own, V3 live on one in production."""
    production = an_environment("Production")
    for owner in (northwind, contoso):
        a_deployment(v1, production, owner)
    a_deployment(v1, staging, northwind)
    a_deployment(a_release(orders), staging)
    a_deployment(a_release(orders, live=True), production)
    return production


def table(chosen, by):
    """{version: {environment: instances}} of the first template, and how far each version is behind."""
    fleet = fleets(chosen, by=by)[0]
    return {
        line.release.label: (
            {cell.environment.name: cell.instances for cell in line.cells if cell.instances},
            [badge.label for badge in line.badges],
        )
        for line in fleet.lines
    }


def test_versions_by_environments(vera, spread):
    assert table({}, vera) == {
        "V3": ({"Production": 1}, ["Live"]),
        "V2": ({"Staging": 1}, ["1 behind"]),
        "V1": ({"Staging": 1, "Production": 2}, ["2 behind"]),
    }
    fleet = fleets({}, by=vera)[0]
    assert (fleet.total, fleet.on_live, fleet.not_on_live) == (5, 1, 4)


def test_filters(vera, login, spread, orders):
    assert list(table({"behind": True}, vera)) == ["V2", "V1"]
    assert table({"environment": spread}, vera) == {
        "V3": ({"Production": 1}, ["Live"]),
        "V1": ({"Production": 2}, ["2 behind"]),
    }
    assert table({"owner": "northwind"}, vera) == {"V1": ({"Staging": 1, "Production": 1}, ["2 behind"])}
    browser = login(vera)
    assert browser.get(f"{FLEET}?integration_template={orders.slug}&behind=1").status_code == 200
    empty = a_template("Nothing yet")
    assert "Nothing fits these filters" in said(browser.get(f"{FLEET}?integration_template={empty.slug}"))


def test_the_rest_leads_to_the_preview_and_counts_lead_to_the_list(vera, login, spread, orders):
    live = orders.releases.get(number=3)
    page = login(vera).get(f"{FLEET}?environment=production").content.decode()
    assert f"{reverse('deployments:rollout_preview')}?release={live.pk}&amp;environment=production" in page
    assert re.search(r"2 not on V3", said(login(vera).get(f"{FLEET}?environment=production")))
    assert f"integration_template={orders.slug}&amp;environment=production&amp;version=1" in page


def test_a_mark_is_shown_and_without_a_live_version_nothing_is_behind(vera, login, orders, staging, v1):
    a_deployment(v1, staging)
    releases.deprecate(by=SETUP, release=v1, reason="old")
    page = said(login(vera).get(FLEET))
    assert "nothing is live" in page
    assert "Deprecated" in page


def test_nothing_runs_yet(vera, login, db):
    assert "Nothing runs yet" in said(login(vera).get(FLEET))


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_the_same_queries_for_many(vera, login, staging, django_assert_num_queries, count):
    for number in range(count):
        template = a_template(f"Template {number}")
        a_deployment(a_release(template, live=True), staging)
    browser = login(vera)
    with django_assert_num_queries(13):
        browser.get(FLEET)


def test_filtering_with_htmx_brings_the_fragment_alone(vera, login, spread):
    answer = login(vera).get(FLEET, headers={"HX-Request": "true", "HX-Target": "fleet"})
    assert "<html" not in answer.content.decode()
    assert "Orders to CRM" in said(answer)


def test_strangers_find_nothing(cleo, mallory, login, spread):
    assert {login(person).get(FLEET).status_code for person in (cleo, mallory)} == {404}
