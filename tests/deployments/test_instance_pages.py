"""Instances as a browser sees them: list, page, going back, pausing, panels."""

import re

import pytest
from django.urls import reverse

from apps.core.htmx import events_of
from apps.deployments import services
from apps.deployments.models import Deployment
from apps.releases import services as releases
from tests.factories.deployments import a_connection, a_deployment, a_release, an_environment, fresh
from tests.factories.releases import SETUP, a_template

LIST = "/instances/"


def said(response) -> str:
    """The text of a page."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.fixture
def two(orders, staging, v1):
    """An instance with two deployments."""
    a_deployment(v1, staging, config={"greeting": "old"})
    return a_deployment(a_release(orders), staging, config={"greeting": "new"}).instance


def test_the_list_is_narrowed_down_by_every_filter(vera, login, orders, staging, v1, northwind, contoso):
    production = an_environment("Production")
    live = a_release(orders, live=True)
    alert = a_release(a_template("Low stock alert"))
    a_deployment(v1, staging, northwind)
    a_deployment(live, production, northwind, label="Bern")
    a_deployment(live, production)
    a_deployment(alert, staging, contoso)
    browser = login(vera)
    counts = {
        query: browser.get(f"{LIST}?{query}").context["page"].paginator.count
        for query in (
            "",
            "environment=staging",
            "owner=team",
            "owner=northwind",
            "integration_template=low-stock-alert",
            "version=2",
            "q=bern",
            "q=north+orders",
            "environment=nowhere&version=x",
        )
    }
    assert list(counts.values()) == [4, 2, 1, 2, 1, 2, 1, 2, 4]
    page = said(browser.get(f"{LIST}?environment=staging"))
    assert "1 behind" in page
    assert "Nothing fits these filters" in said(browser.get(f"{LIST}?q=nobody"))


def test_filtering_with_htmx_brings_the_fragment_alone(vera, login, two):
    answer = login(vera).get(LIST, headers={"HX-Request": "true", "HX-Target": "instances"})
    assert "<html" not in answer.content.decode()
    assert "Orders to CRM" in said(answer)


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_many_instances(vera, login, staging, v1, django_assert_num_queries, count):
    for number in range(count):
        a_deployment(v1, staging, label=f"number {number}")
    browser = login(vera)
    with django_assert_num_queries(9):
        browser.get(LIST)


def test_the_page_says_what_runs_since_when_by_whom_and_with_what(
    otto, vera, login, orders, staging, northwind, with_crm
):
    connection = a_connection(staging, northwind, name="Northwind CRM")
    made = a_deployment(
        with_crm,
        staging,
        northwind,
        config={"source": "Shop", "minTotal": 7},
        connections={"crm": connection.pk},
        by=otto,
    )
    page = said(login(vera).get(made.instance.get_absolute_url()))
    for words in (f"{with_crm.title}", "Otto", "Northwind CRM", "Works", "Name of the shop", "Smallest order", "Live"):
        assert words in page
    assert "may not deploy, undo, run or pause" in page


@pytest.mark.parametrize("count", [2, 6])
def test_the_page_takes_the_same_queries_for_a_long_history(vera, login, staging, v1, django_assert_num_queries, count):
    for number in range(count):
        instance = a_deployment(v1, staging, config={"greeting": str(number)}).instance
    browser = login(vera)
    with django_assert_num_queries(7):
        browser.get(instance.get_absolute_url())


def test_going_back_asks_for_a_reason_and_shows_what_will_change(otto, login, two):
    browser = login(otto)
    address = reverse("deployments:instance_undo", args=[two.pk])
    asked = browser.get(address, headers={"HX-Request": "true", "HX-Target": "dialog"})
    assert "Deployment 1 comes back exactly as it was" in said(asked)
    assert "new" in said(asked)
    seen = two.current_deployment.pk
    assert browser.post(address, {"reason": "", "seen": seen}).status_code == 422
    done = browser.post(address, {"reason": "broken", "seen": seen})
    assert done.url == two.get_absolute_url()
    assert list(events_of(done)) == ["instances-changed"]
    current = fresh(two).current_deployment
    assert (current.kind, current.restores.number, current.reason) == ("undo", 1, "broken")
    assert browser.post(address, {"reason": "again", "seen": seen}).status_code in (409, 422)


def test_any_earlier_deployment_can_be_brought_back_from_the_history(otto, login, two):
    browser = login(otto)
    services.undo_deployment(by=otto, instance=two, reason="back")
    two = fresh(two)
    address = f"{reverse('deployments:instance_undo', args=[two.pk])}?to=2"
    assert "Deployment 2 comes back" in said(browser.get(address))
    browser.post(address, {"reason": "forward", "seen": two.current_deployment.pk})
    assert fresh(two).current_deployment.restores.number == 2
    assert browser.get(address.replace("to=2", "to=99")).status_code == 404


def test_a_stale_undo_is_a_conflict(otto, login, two, v1):
    seen = two.current_deployment.pk
    a_deployment(v1, two.environment)
    answer = login(otto).post(reverse("deployments:instance_undo", args=[two.pk]), {"reason": "x", "seen": seen})
    assert answer.status_code == 409
    assert Deployment.objects.count() == 3


def test_a_quarantined_version_cannot_be_brought_back(otto, login, two, v1):
    releases.quarantine(by=SETUP, release=v1, reason="leaks")
    browser = login(otto)
    address = reverse("deployments:instance_undo", args=[two.pk])
    assert "V1 cannot come back. It is quarantined" in said(browser.get(address))
    crafted = browser.post(address, {"reason": "x", "seen": two.current_deployment.pk})
    assert crafted.status_code == 422
    assert Deployment.objects.count() == 2


def test_pausing_and_resuming(otto, vera, login, two):
    pause, resume = (reverse(f"deployments:instance_{verb}", args=[two.pk]) for verb in ("pause", "resume"))
    assert login(vera).post(pause, {}).status_code == 403
    browser = login(otto)
    assert browser.post(pause, {"reason": "maintenance"}).status_code == 303
    page = said(browser.get(two.get_absolute_url()))
    assert "Paused" in page
    assert "It is paused. Resume it first." in page
    assert browser.get(resume).status_code == 405
    assert browser.post(resume).status_code == 303
    assert fresh(two).paused_at is None


def test_one_deployment_says_what_it_changed(vera, login, two):
    page = said(login(vera).get(two.current_deployment.get_absolute_url()))
    assert "What it changed" in page
    assert re.search("old → is now new", page)
    assert login(vera).get(f"/instances/{two.pk}/deployments/9/").status_code == 404


def test_the_panel_tells_where_which_version_runs(vera, login, orders, staging, v1, northwind, two):
    a_deployment(v1, staging, northwind)
    panel = reverse("deployments:template_instances_panel", args=[orders.slug])
    page = said(login(vera).get(panel, headers={"HX-Request": "true", "HX-Target": "template-instances"}))
    assert re.search(r"Staging V2 V2 1 V1 1", page)
    assert login(vera).get(reverse("deployments:template_instances_panel", args=["nothing"])).status_code == 404


def test_people_of_customers_find_nothing_in_the_console(cleo, mallory, login, two, northwind, v1):
    own = a_deployment(releases.make_live(by=SETUP, release=v1, reason="go"), two.environment, northwind).instance
    addresses = [LIST, "/deploy/", two.get_absolute_url(), own.get_absolute_url()]
    addresses += [reverse(f"deployments:instance_{verb}", args=[two.pk]) for verb in ("undo", "pause")]
    for person in (cleo, mallory):
        assert {login(person).get(address).status_code for address in addresses} == {404}


@pytest.mark.parametrize("verb", ["change", "reconfigure"])
def test_only_who_may_operate_begins_to_change(bea, vera, login, orders, v1, verb):
    production = an_environment("Production", is_protected=True)
    instance = a_deployment(v1, production).instance
    address = reverse(f"deployments:instance_{verb}", args=[instance.pk])
    assert [login(person).post(address).status_code for person in (bea, vera)] == [403, 403]
    assert login(bea).get(address).status_code == 405
