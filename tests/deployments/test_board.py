"""The environment board: what the team's own instance runs, and what can be done there."""

import re

import pytest
from django.urls import reverse

from tests.deployments.test_instance_pages import said
from tests.factories.deployments import a_deployment, a_release, an_environment, fresh, lock
from tests.factories.releases import a_template

BOARD = "/board/"


@pytest.fixture
def production(staging):
    return an_environment("Production", is_protected=True)


def test_it_shows_the_teams_own_version_and_not_the_customers(vera, login, orders, staging, production, v1, northwind):
    a_deployment(v1, staging)
    a_deployment(a_release(orders, live=True), production, northwind)
    page = said(login(vera).get(BOARD))
    assert re.search("Orders to CRM V2 is live V1 of Orders to CRM in Staging 1 behind", page)
    assert "V2 of Orders to CRM in Production" not in page


def test_deploy_change_and_undo_begin_in_place(otto, login, orders, staging, production, v1):
    instance = a_deployment(v1, staging).instance
    a_deployment(a_release(orders, live=True), staging)
    page = login(otto).get(BOARD).content.decode()
    assert f"/deploy/?template={orders.slug}&amp;environment=production&amp;customer=team" in page
    for verb in ("change", "undo"):
        assert reverse(f"deployments:instance_{verb}", args=[instance.pk]) in page
    undo = reverse("deployments:instance_undo", args=[instance.pk])
    current = fresh(instance).current_deployment
    login(otto).post(undo, {"reason": "back", "seen": current.pk})
    assert re.search("V1 of Orders to CRM in Staging 1 behind", said(login(otto).get(BOARD)))


def test_what_may_not_be_done_says_why(bea, vera, login, orders, staging, production, v1, otto):
    a_deployment(v1, production)
    page = login(bea).get(BOARD)
    assert "may not deploy, undo, run or pause in a protected environment" in said(page)
    assert "environment=production" not in page.content.decode()
    assert "environment=staging" in page.content.decode()
    nothing = login(vera).get(BOARD)
    assert "/deploy/?" not in nothing.content.decode()
    lock(staging, otto, "moving house")
    assert "Locked" in said(login(vera).get(BOARD))


def test_several_of_the_team_are_told_apart_by_their_labels(vera, login, staging, v1):
    a_deployment(v1, staging, label="Shop Bern")
    a_deployment(v1, staging)
    assert "Shop Bern" in said(login(vera).get(BOARD))


def test_templates_are_found_and_an_empty_board_says_where_to_begin(vera, login, db):
    browser = login(vera)
    assert "No environments yet" in said(browser.get(BOARD))
    an_environment("Staging")
    assert "No templates yet" in said(browser.get(BOARD))
    a_template("Orders to CRM")
    assert "Orders to CRM" in said(browser.get(f"{BOARD}?q=crm"))
    assert "Nothing matches" in said(browser.get(f"{BOARD}?q=weather"))


@pytest.mark.parametrize("count", [1, 3])
def test_it_takes_the_same_queries_for_many(vera, login, staging, django_assert_num_queries, count):
    for number in range(count):
        a_deployment(a_release(a_template(f"Template {number}"), live=True), staging)
    browser = login(vera)
    with django_assert_num_queries(7):
        browser.get(BOARD)


def test_strangers_find_nothing(cleo, mallory, login, staging, v1):
    assert {login(person).get(BOARD).status_code for person in (cleo, mallory)} == {404}
