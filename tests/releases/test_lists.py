"""The list of templates: what it tells of each, how it is narrowed down, and what it costs."""

import re
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.releases import services
from apps.releases.models import IntegrationTemplate
from tests.factories.deployments import a_deployment, a_release, a_synced_connector, an_environment
from tests.factories.releases import SETUP, a_live_version, a_template, a_version, text, the_draft

type Login = Callable[[User], Client]

LIST = "releases:template_list"
PART = {"HX-Request": "true", "HX-Target": "template-list"}


def a_house() -> dict[str, IntegrationTemplate]:
    """Alpha: V1 live and nothing newer; Beta: V2 is newer than live; Gamma: only a draft."""
    alpha, beta, gamma = (a_template(name) for name in ("Alpha", "Beta", "Gamma"))
    a_live_version(alpha)
    a_live_version(beta)
    a_version(beta)
    return {"Alpha": alpha, "Beta": beta, "Gamma": gamma}


def typed(template: IntegrationTemplate, words: str) -> None:
    draft = the_draft(template)
    services.save_draft(by=SETUP, draft=draft, text=text(words), revision=draft.revision)


def listed(client: Client, **query: str) -> list[str]:
    page = client.get(reverse(LIST), query, headers=PART).content.decode()
    return re.findall(r'<th scope="row"><a href="[^"]*">([^<]*)</a>', page)


def row_of(client: Client, name: str) -> str:
    page = client.get(reverse(LIST), headers=PART).content.decode()
    row = next(row for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL) if f">{name}</a>" in row)
    return " ".join(re.sub(r"<[^>]*>", " ", row).split())


def test_a_row_tells_what_is_live_and_what_is_newer(login: Login, vera: User) -> None:
    a_house()
    client = login(vera)

    assert "V1 release-" in row_of(client, "Beta")
    assert "V2 is newer" in row_of(client, "Beta")
    assert "is newer" not in row_of(client, "Alpha")
    assert "Nothing yet" in row_of(client, "Gamma")


def test_a_row_tells_who_works_on_the_draft_and_whether_it_has_changes(login: Login, bea: User) -> None:
    house = a_house()
    draft = the_draft(house["Alpha"])
    services.save_draft(by=bea, draft=draft, text=text("other words"), revision=draft.revision)
    client = login(bea)

    assert "Has changes Bea, just now" in row_of(client, "Alpha")
    assert "Same as V2" in row_of(client, "Beta")
    assert "Not frozen yet" in row_of(client, "Gamma")


def test_a_row_tells_where_the_template_runs(login: Login, vera: User, northwind) -> None:
    template = a_template("Alpha")
    v1, v2 = a_release(template), a_release(template, live=True)
    staging, production = an_environment("Staging"), an_environment("Production")
    a_deployment(v1, staging)
    a_deployment(v2, production, northwind)
    a_deployment(v1, production, northwind, label="second")

    row = row_of(login(vera), "Alpha")

    assert "Staging V1 active, 1 instance" in row
    assert "Production 2 instances" in row


def test_a_row_tells_which_connectors_live_and_draft_use(login: Login, vera: User) -> None:
    a_synced_connector(an_environment())
    a_release(a_template("Alpha"), slot=True)

    assert "Connectors: Acme Crm v1" in row_of(login(vera), "Alpha")


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["Alpha", "Beta", "Gamma"]),
        ({"q": "bet"}, ["Beta"]),
        ({"standing": "live"}, ["Alpha", "Beta"]),
        ({"standing": "nothing-live"}, ["Gamma"]),
        ({"standing": "newer"}, ["Beta"]),
        ({"standing": "changed"}, ["Alpha", "Gamma"]),
        ({"mark": "deprecated"}, ["Beta"]),
        ({"mark": "quarantined"}, []),
        ({"standing": "nonsense"}, ["Alpha", "Beta", "Gamma"]),
        ({"sort": "-name"}, ["Gamma", "Beta", "Alpha"]),
        ({"sort": "-versions"}, ["Beta", "Alpha", "Gamma"]),
        ({"sort": "-changed"}, ["Alpha", "Beta", "Gamma"]),
    ],
)
def test_templates_are_narrowed_down_and_sorted(login: Login, rita: User, query, names) -> None:
    house = a_house()
    v2 = house["Beta"].releases.get(number=2)
    services.deprecate(by=rita, release=v2, reason="The API ends")
    typed(house["Alpha"], "changed")

    assert listed(login(rita), **query) == names


def test_templates_are_found_by_connector_and_by_environment(login: Login, vera: User) -> None:
    staging, production = an_environment("Staging"), an_environment("Production")
    a_synced_connector(staging)
    with_crm, without = a_template("Alpha"), a_template("Beta")
    a_release(with_crm, slot=True)
    a_deployment(a_release(without), production)
    client = login(vera)

    assert listed(client, connector="acme-crm") == ["Alpha"]
    assert listed(client, environment=production.slug) == ["Beta"]
    assert listed(client, environment=staging.slug) == []


def test_a_draft_that_cannot_be_read_has_changes(login: Login, vera: User) -> None:
    template = a_template("Alpha")
    draft = the_draft(template)
    services.save_draft(by=SETUP, draft=draft, text="do: [", revision=draft.revision)

    assert listed(login(vera), standing="changed") == ["Alpha"]


def test_filters_that_leave_nothing_lead_back(login: Login, vera: User) -> None:
    a_house()

    assert b"No template matches" in login(vera).get(reverse(LIST), {"q": "nothing like it"}).content


def test_an_unknown_page_shows_the_last_one(login: Login, vera: User) -> None:
    a_house()

    assert listed(login(vera), page="99") == ["Alpha", "Beta", "Gamma"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(login: Login, vera: User, django_assert_num_queries, count) -> None:
    places = [an_environment("Staging"), an_environment("Production")]
    a_synced_connector(*places)
    for number in range(count):
        template = a_template(f"Template {number}")
        a_release(template, slot=True)
        for place in places:
            a_deployment(a_release(template, live=True), place)
    client = login(vera)

    with django_assert_num_queries(9):
        client.get(reverse(LIST))
