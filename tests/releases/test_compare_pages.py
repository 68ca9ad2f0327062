"""Comparing in the browser: what changed inside, for whom it matters, and an address for every pair."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import Customer, User
from apps.deployments.models import Instance
from apps.environments.models import Environment
from apps.releases import services
from apps.releases.comparing import compared, new_installs, suggested_description
from apps.releases.models import IntegrationTemplate, Release
from tests.factories.deployments import a_deployment, an_environment
from tests.factories.releases import SETUP, a_template, a_version, the_draft

type Login = Callable[[User], Client]

FIRST = """\
document:
  dsl: '1.0.3'
  title: Orders
input:
  schema:
    document:
      type: object
      properties:
        config:
          type: object
          required: [shop]
          properties:
            shop: {type: string, title: Name of the shop}
do:
  - fetch:
      set: {limit: 100}
  - save:
      set: {contact: .email}
  - finish:
      set: {done: true}
"""
SAVE, FINISH = "  - save:\n      set: {contact: .email}\n", "  - finish:\n      set: {done: true}\n"
ASKED = "title: Name of the shop}"
SECOND = (
    FIRST.replace("limit: 100", "limit: 150")
    .replace("required: [shop]", "required: [shop, since]")
    .replace(ASKED, f"{ASKED}\n            since: {{type: string, title: Orders since}}")
    .replace(SAVE + FINISH, f"{FINISH}{SAVE}  - wait:\n      wait: {{seconds: 1}}\n")
)


def _frozen(template: IntegrationTemplate, content: str, name: str) -> Release:
    draft = the_draft(template)
    saved = services.save_draft(by=SETUP, draft=draft, text=content, revision=draft.revision)
    return services.create_version(by=SETUP, draft=saved, name=name)


@pytest.fixture
def v1(orders: IntegrationTemplate) -> Release:
    return _frozen(orders, FIRST, "1.0.0")


@pytest.fixture
def v2(orders: IntegrationTemplate, v1: Release) -> Release:
    return _frozen(orders, SECOND, "2.0.0")


@pytest.fixture
def staging(db: None) -> Environment:
    return an_environment("Staging")


def _url(release: Release, query: str = "") -> str:
    return reverse("releases:release_compare", args=[release.integration_template.slug, release.pk]) + query


def test_each_change_tells_what_changed_inside_and_leads_to_its_step(
    login: Login, vera: User, v1: Release, v2: Release
) -> None:
    page = login(vera).get(_url(v2, f"?with={v1.pk}"))
    steps, config = page.context["groups"]

    assert [(one.change.name, one.change.kind.value, one.place) for one in steps.changes] == [
        ("fetch", "changed", ""),
        ("finish", "moved", "Stood after save, stands after fetch now."),
        ("wait", "added", ""),
    ]
    assert [(leaf.path, leaf.before, leaf.after) for leaf in steps.changes[0].leaves] == [("set.limit", "100", "150")]
    assert steps.changes[0].url == reverse("releases:builder", args=["orders-to-crm", v2.pk]) + "?at=/do/0/fetch"
    assert [one.change.breaks for one in config.changes] == ["“since” must be answered now."]
    assert "Breaking" in page.content.decode()


def test_only_what_breaks_can_be_shown(login: Login, vera: User, v1: Release, v2: Release) -> None:
    page = login(vera).get(
        _url(v2, f"?with={v1.pk}&only=breaking"), headers={"HX-Request": "true", "HX-Target": "comparison-changes"}
    )

    assert [[one.change.name for one in group.changes] for group in page.context["groups"]] == [["since"]]
    assert "<h1" not in page.content.decode()


def test_the_other_way_round_nothing_breaks_but_answers_are_lost(
    login: Login, vera: User, v1: Release, v2: Release
) -> None:
    page = login(vera).get(_url(v2, f"?with={v1.pk}"))
    back = login(vera).get(page.context["swap_url"])

    assert (back.context["before"].release, back.context["after"].release) == (v2, v1)
    assert [one.change.breaks for one in back.context["groups"][1].changes] == ["Answers to “since” would be lost."]


def test_what_an_instance_runs_is_compared_and_named(
    login: Login, vera: User, v1: Release, v2: Release, staging: Environment, northwind: Customer
) -> None:
    instance = _runs(v1, staging, northwind)
    page = login(vera).get(_url(v2, f"?with=instance:{instance.pk}"))
    back = login(vera).get(page.context["swap_url"])

    assert page.context["before"].release == v1
    assert "Northwind · Staging" in page.content.decode()
    assert (back.context["after"].instance.pk, back.context["after"].release) == (instance.pk, v1)


def test_who_runs_the_older_one_is_counted(
    login: Login, vera: User, v1: Release, v2: Release, staging: Environment, northwind: Customer, contoso: Customer
) -> None:
    _runs(v1, staging, northwind)
    _runs(v1, staging, contoso)
    words = " ".join(login(vera).get(_url(v2, f"?with={v1.pk}")).content.decode().split())

    assert "2 instances run V1:" in words
    assert ">2 in Staging</a>" in words
    assert "Each must be looked at before it can go to V2." in words


def _runs(release: Release, environment: Environment, customer: Customer) -> Instance:
    config = {"shop": "Northwind shop", "since": "May"} if release.number == 2 else {"shop": "Northwind shop"}
    return a_deployment(release, environment, customer, config=config, connections={}).instance


def test_releases_of_two_templates_are_compared_by_one_address(
    login: Login, vera: User, v1: Release, v2: Release
) -> None:
    copy = services.copy_release(by=SETUP, release=v1, new_template="Orders to ERP")
    page = login(vera).get(_url(copy, f"?with={v2.pk}"))

    assert (page.status_code, page.context["crosses"], len(page.context["groups"])) == (200, True, 2)


@pytest.mark.parametrize("wanted", ["999999", "instance:999999", "instance:x", "nonsense", "-1", "9" * 30])
def test_what_does_not_exist_is_not_found(login: Login, vera: User, v2: Release, wanted: str) -> None:
    assert login(vera).get(_url(v2, f"?with={wanted}")).status_code == 404


def test_what_cannot_be_read_is_compared_as_text(login: Login, vera: User, v1: Release) -> None:
    draft = the_draft(v1.integration_template)
    services.save_draft(by=SETUP, draft=draft, text="do: [", revision=draft.revision)
    page = login(vera).get(_url(draft, f"?with={v1.pk}"))

    assert (page.context["compared"].comparison, page.status_code) == (None, 200)
    assert "Compared as text only" in page.content.decode()


def test_folded_lines_open_one_by_one_and_all_at_once(login: Login, vera: User, orders: IntegrationTemplate) -> None:
    long = FIRST + "# more\n" * 40
    one, two = _frozen(orders, long, "1.0.0"), _frozen(orders, long.replace("Orders\n", "Order\n"), "1.0.1")
    page = login(vera).get(_url(two, f"?with={one.pk}"))
    folded = next(section for section in page.context["sides"].sections if section.is_folded)
    opened = login(vera).get(_url(two, f"?with={one.pk}&open={folded.key}"))

    assert f"Show {folded.count} equal lines" in page.content.decode()
    assert not opened.context["sides"].is_folded
    assert not login(vera).get(_url(two, f"?with={one.pk}&open=all")).context["sides"].is_folded


# ---- choosing ----


def _pick(release: Release, query: str) -> str:
    return reverse("releases:compare_pick", args=[release.integration_template.slug, release.pk]) + query


def test_drafts_versions_and_instances_can_be_chosen(
    login: Login, vera: User, v1: Release, v2: Release, staging: Environment, northwind: Customer
) -> None:
    instance = _runs(v1, staging, northwind)
    page = login(vera).get(_pick(v2, f"?with={v1.pk}&side=first"))
    drafts, versions, instances = page.context["groups"]

    assert [pick.side.release.label for pick in (*drafts.picks, *versions.picks)] == ["Draft", "V2", "V1"]
    assert [pick.is_chosen for pick in versions.picks] == [False, True]
    assert [pick.url for pick in instances.picks] == [_url(v2, f"?with=instance:{instance.pk}")]


@pytest.mark.parametrize(
    ("words", "found"), [("V1", ["V1"]), ("2.0", ["V2"]), ("northwind", ["Northwind · Staging"]), ("nobody", [])]
)
def test_choices_are_searched(
    login: Login,
    vera: User,
    v1: Release,
    v2: Release,
    staging: Environment,
    northwind: Customer,
    words: str,
    found: list[str],
) -> None:
    _runs(v2, staging, northwind)
    page = login(vera).get(_pick(v2, f"?with={v1.pk}&q={words}"))
    sides = [pick.side for group in page.context["groups"] for pick in group.picks]

    assert [side.instance.name if side.instance else side.release.label for side in sides] == found


def test_copies_of_one_another_offer_each_others_releases(login: Login, vera: User, v1: Release, v2: Release) -> None:
    services.copy_release(by=SETUP, release=v1, new_template="Orders to ERP")
    a_template("Something else", content="document: {dsl: '1.0.3'}\ndo: [{a: {set: {x: 1}}}]\n")
    page = login(vera).get(_pick(v2, f"?with={v1.pk}"))
    other = login(vera).get(_pick(v2, f"?with={v1.pk}&template=orders-to-erp"))

    assert [str(one) for one in page.context["templates"]] == ["Orders to ERP"]
    assert [pick.side.release.integration_template.slug for pick in other.context["groups"][0].picks] == [
        "orders-to-erp"
    ]


@pytest.mark.parametrize("count", [1, 3])
def test_choosing_costs_the_same_for_one_and_three(
    login: Login, vera: User, orders: IntegrationTemplate, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    versions = [a_version(orders) for _ in range(count)]
    client = login(vera)
    with django_assert_num_queries(9):
        client.get(_pick(versions[-1], f"?with={versions[0].pk}"))


# ---- in words ----


def test_a_description_is_suggested_from_the_diff(v1: Release, v2: Release) -> None:
    compared_both = compared(v1, v2)
    draft = the_draft(v1.integration_template)
    services.save_draft(by=SETUP, draft=draft, text=FIRST, revision=draft.revision)

    assert compared_both.comparison is not None
    assert suggested_description(the_draft(v1.integration_template)) == (
        "Removes the step wait; changes the step fetch; moves the step finish. Removes the field “since”."
    )


def test_what_somebody_wrote_about_a_draft_is_kept(bea: User, v1: Release, v2: Release) -> None:
    draft = the_draft(v1.integration_template)
    services.rename_release(by=bea, release=draft, name="", description="My own words.")

    assert suggested_description(the_draft(v1.integration_template)) == "My own words."


def test_new_installs_are_told_what_is_different(v1: Release, v2: Release) -> None:
    assert [told.sentence for told in new_installs(v2, v1)] == [
        "Adds the step wait; changes the step fetch; moves the step finish.",
        "Customers are asked “Orders since”, which must be answered.",
    ]
    assert [told.sentence for told in new_installs(v1, None)] == [
        "Adds the steps fetch, save and finish.",
        "Customers are asked “Name of the shop”, which must be answered.",
    ]
