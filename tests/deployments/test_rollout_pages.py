"""Updating all instances as a browser sees it: the preview, the rollout under way, and who may do what."""

import hashlib
import re

import pytest
from django.db import connection
from django.urls import reverse

from apps.core.htmx import events_of
from apps.deployments import services
from apps.deployments.models import Rollout
from apps.deployments.rollouts import paging, selectors
from apps.releases.actions import actions_for
from tests.deployments.test_instance_pages import said
from tests.factories.deployments import a_deployment, a_release, an_environment, fresh
from tests.factories.rollouts import a_rollout, work

HTMX = {"HX-Request": "true"}


def preview_of(release, **filters) -> str:
    query = "".join(f"&{name}={value}" for name, value in filters.items())
    return f"{reverse('deployments:rollout_preview')}?release={release.pk}{query}"


def page_of(rollout: Rollout, verb: str = "detail") -> str:
    return reverse(f"deployments:rollout_{verb}", args=[rollout.pk])


def digest_of_the_database() -> str:
    """A digest of every row of every table."""
    digest = hashlib.sha256()
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - names of our own tables
            digest.update(repr((table, sorted(map(repr, cursor.fetchall())))).encode())
    return digest.hexdigest()


@pytest.fixture
def three(v1, staging, northwind, contoso):
    """Three instances on V1."""
    return [
        a_deployment(v1, staging, owner, config={"greeting": "x" * length}).instance
        for owner, length in ((None, 3), (northwind, 3), (contoso, 9))
    ]


@pytest.fixture
def v2(orders, three):
    """A version that Contoso's greeting is too long for."""
    return a_release(orders, questions="greeting: {type: string, maxLength: 5}")


@pytest.fixture
def rollout(otto, v2) -> Rollout:
    return a_rollout(v2, by=otto, reason="Short greetings")


def test_the_drawer_leads_to_the_preview(vera, login, orders, v2):
    page = login(vera).get(reverse("releases:template_history", args=[orders.slug])).content.decode()
    assert preview_of(v2) in page
    action = next(action for action in actions_for(v2, vera) if action.key == "update-all")
    assert (action.url, action.because) == (preview_of(v2), "")


def test_looking_says_what_would_happen_and_writes_nothing(otto, login, three, v2):
    browser = login(otto)
    browser.get("/instances/")
    before = digest_of_the_database()
    page = said(browser.get(preview_of(v2)))
    assert digest_of_the_database() == before
    counts = re.findall(r"\b(\d) (Silent|Needs input|Needs connection|Blocked|Pinned|Already there)\b", page)
    assert [f"{number} {verdict}" for number, verdict in counts] == [
        "2 Silent",
        "1 Needs input",
        "0 Needs connection",
        "0 Blocked",
        "0 Pinned",
        "0 Already there",
    ]
    assert "The answer to “greeting” would be lost." in page
    assert page.count("with every answer and connection") == 2


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({}, 4),
        ({"environment": "staging"}, 3),
        ({"owner": "team"}, 2),
        ({"owner": "northwind"}, 1),
        ({"version": "1"}, 3),
        ({"version": "2"}, 1),
        ({"version": "9", "environment": "x"}, 4),
    ],
)
def test_filters_narrow_it_down(vera, login, three, v2, filters, count):
    a_deployment(v2, an_environment("Production"))
    assert len(login(vera).get(preview_of(v2, **filters)).context["preview"].rows) == count


def test_nothing_installed_and_nothing_found(vera, login, orders, v1):
    browser = login(vera)
    assert "Nothing is installed" in said(browser.get(preview_of(v1)))
    assert "Nothing fits these filters" in said(browser.get(preview_of(v1, owner="team")))
    assert browser.get(reverse("deployments:rollout_preview")).status_code == 404
    draft = orders.releases.get(is_latest=True)
    assert browser.get(preview_of(draft)).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_preview_takes_the_same_queries_for_many(
    vera, login, orders, v1, staging, django_assert_num_queries, count
):
    for number in range(count):
        a_deployment(v1, staging, label=f"number {number}", config={"greeting": "x"})
    target = a_release(orders)
    browser = login(vera)
    browser.get(preview_of(target))
    with django_assert_num_queries(13):
        browser.get(preview_of(target))


def test_beginning_leads_to_the_rollout_with_what_was_chosen(otto, login, three, v2):
    browser = login(otto)
    chosen = [f"{each.pk}:{each.current_deployment.pk}" for each in three[:2]]
    answer = browser.post(preview_of(v2), {"instances": chosen, "reason": "Short"})
    rollout = Rollout.objects.get()
    assert (answer.status_code, answer.url, rollout.size) == (303, rollout.get_absolute_url(), 2)
    again = browser.post(preview_of(v2), {"instances": chosen})
    assert (again.status_code, Rollout.objects.count()) == (422, 1)
    work()


def test_choosing_nothing_or_something_stale_begins_nothing(otto, login, three, v1, v2):
    browser = login(otto)
    nothing = browser.post(preview_of(v2), {})
    assert (nothing.status_code, "Choose at least one instance." in said(nothing)) == (422, True)
    assert browser.post(preview_of(v2), {"instances": ["x:y"]}).status_code == 422
    seen = f"{three[0].pk}:{three[0].current_deployment.pk}"
    a_deployment(v1, three[0].environment, config={"greeting": "new"})
    assert browser.post(preview_of(v2), {"instances": [seen]}).status_code == 409
    assert not Rollout.objects.exists()


def test_the_page_follows_the_rollout_and_stops_asking_when_it_is_over(vera, login, rollout):
    browser = login(vera)
    first = browser.get(page_of(rollout))
    assert 'hx-trigger="every 1s"' in first.content.decode()
    poll = f"{page_of(rollout)}?seen={first.context['token']}"
    headers = {**HTMX, "HX-Target": "rollout-live"}
    assert browser.get(poll, headers=headers).status_code == 204
    work(at_most=1)
    second = browser.get(poll, headers=headers)
    assert re.search("1 of 3", said(second))
    assert "<html" not in second.content.decode()
    work()
    last = browser.get(poll, headers=headers)
    assert "every 1s" not in last.content.decode()
    assert re.search("Finished", said(last))
    assert "Some need you" in said(last)
    assert said(browser.get(f"{page_of(rollout)}?state=waiting")).count("would be lost") == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_takes_the_same_queries_for_many(vera, login, v1, staging, orders, django_assert_num_queries, count):
    for number in range(count):
        a_deployment(v1, staging, label=f"number {number}", config={"greeting": "x"})
    rollout = a_rollout(a_release(orders))
    work()
    browser = login(vera)
    with django_assert_num_queries(7):
        browser.get(page_of(rollout))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries_for_many(vera, login, v1, staging, orders, django_assert_num_queries, count):
    a_deployment(v1, staging, config={"greeting": "x"})
    for _ in range(count):
        a_rollout(a_release(orders))
        work()
    browser = login(vera)
    with django_assert_num_queries(4):
        page = said(browser.get(reverse("deployments:rollout_list")))
    assert page.count("Finished") == count


def test_steering(otto, login, rollout, three):
    browser = login(otto)
    assert browser.post(page_of(rollout, "pause")).status_code == 303
    assert "Paused" in said(browser.get(page_of(rollout)))
    assert browser.post(page_of(rollout, "pause")).status_code == 422
    resumed = browser.post(page_of(rollout, "resume"))
    assert (resumed.status_code, list(events_of(resumed))) == (303, ["rollouts-changed"])
    work()
    assert browser.post(page_of(rollout, "retry")).status_code == 303
    work()
    asked = browser.get(page_of(rollout, "put_back"), headers={**HTMX, "HX-Target": "dialog"})
    assert "2 instances get back exactly" in said(asked)
    assert browser.post(page_of(rollout, "put_back"), {"reason": ""}).status_code == 422
    done = browser.post(page_of(rollout, "put_back"), {"reason": "Too short"})
    way_back = Rollout.objects.get(restores=rollout)
    assert done.url == way_back.get_absolute_url()
    work()
    assert "puts back" in said(browser.get(page_of(way_back)))
    assert {fresh(each).current_deployment.release.number for each in three} == {1}
    assert "Rollout" in said(browser.get(reverse("deployments:rollout_list")))


def test_cancelling_asks_first(otto, login, rollout):
    browser = login(otto)
    assert "not touched any more" in said(browser.get(page_of(rollout, "cancel")))
    assert browser.post(page_of(rollout, "cancel"), {"reason": "enough"}).status_code == 303
    assert selectors.pending_jobs() == []
    assert "Cancelled" in said(browser.get(page_of(rollout)))


def test_who_may_only_look_is_told_why(vera, bea, sam, login, three, v2, rollout):
    services.cancel_rollout(by=rollout.led_by, rollout=rollout)
    chosen = {"instances": [f"{three[0].pk}:{three[0].current_deployment.pk}"]}
    for person in (vera, bea, sam):
        browser = login(person)
        assert "in a protected environment" in said(browser.get(preview_of(v2)))
        assert browser.post(preview_of(v2), chosen).status_code == 403
        assert browser.get(page_of(rollout)).status_code == 200
        for verb in ("pause", "resume", "retry", "cancel", "put_back"):
            assert browser.post(page_of(rollout, verb), {"reason": "x"}).status_code == 403
    assert Rollout.objects.count() == 1


def test_strangers_find_nothing(cleo, mallory, login, v2, rollout):
    addresses = [preview_of(v2), page_of(rollout), reverse("deployments:rollout_list")]
    addresses += [page_of(rollout, verb) for verb in ("cancel", "put_back")]
    for person in (cleo, mallory):
        assert {login(person).get(address).status_code for address in addresses} == {404}
    assert login(cleo).post(page_of(rollout, "pause")).status_code == 404
    services.cancel_rollout(by=rollout.led_by, rollout=rollout)


def test_a_rollout_that_does_not_exist(otto, login):
    assert login(otto).get("/rollouts/999/").status_code == 404


def test_very_many_are_shown_page_by_page_with_counts_over_all(otto, login, three, v2, monkeypatch):
    monkeypatch.setattr(paging, "PER_PAGE", 2)
    monkeypatch.setattr(paging, "AT_ONCE", 2)
    browser = login(otto)

    first = browser.get(preview_of(v2)).context
    assert [row.instance for row in first["preview"].rows] == three[:2]
    assert {one.value: number for one, number in first["preview"].counts.items() if number} == {
        "silent": 2,
        "needs_input": 1,
    }
    second = browser.get(first["next_url"]).context
    assert [row.instance for row in second["preview"].rows] == three[2:]
    assert (second["preview"].total, second["next_url"], second["first_url"]) == (3, "", preview_of(v2))


def test_all_on_every_page_are_updated_with_one_click_unless_there_are_others_now(otto, login, three, v2, monkeypatch):
    monkeypatch.setattr(paging, "PER_PAGE", 1)
    browser = login(otto)
    page = browser.get(preview_of(v2))
    assert "All 3 that can take part, on every page" in said(page)

    late = browser.post(preview_of(v2), {"everywhere": "1", "expected": "2"})
    assert (late.status_code, "Meanwhile 3 instances can take part, not 2." in said(late)) == (409, True)
    begun = browser.post(preview_of(v2), {"everywhere": "1", "expected": "3"})
    assert begun.status_code == 303
    assert {item.instance for item in Rollout.objects.get().items.all()} == set(three)


@pytest.mark.parametrize("after", ["", "nonsense", "[1]", "{}", "null", '["a",1,"","",1]'])
def test_a_page_that_nobody_linked_to_is_the_first(vera, login, three, v2, after):
    page = login(vera).get(preview_of(v2, after=after))

    assert len(page.context["preview"].rows) == 3
