"""Comparing two builds: what broke, how it is told, and who uses it."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import Customer, User
from apps.connectors import links
from apps.connectors.affected import affected_by
from apps.connectors.compared import Compared, Wanted, renamed_operations
from apps.connectors.compatibility import ENGINE, Change, Level
from apps.connectors.configuration_changes import configuration_changes
from apps.connectors.models import Build, Comparison, ConnectorVersion
from apps.connectors.services.comparisons import compare_builds
from apps.environments.models import EnvironmentKind
from apps.releases.models import Release
from tests.factories import builds as make
from tests.factories import deployments, orders_release

type Login = Callable[[User], Client]
PAGE = "/connectors/orders-api/compare/"
HTMX = {"HX-Request": "true", "HX-Target": "comparison"}


def text(response: object) -> str:
    content: bytes = response.content  # type: ignore[attr-defined]
    return " ".join(content.decode().split())


def sides(old: Build, new: Build, **more: str) -> dict[str, str]:
    return {"old": links.name_of(old), "new": links.name_of(new), **more}


@pytest.fixture
def version(db: None) -> ConnectorVersion:
    return make.a_version()


@pytest.fixture
def usual(version: ConnectorVersion) -> Build:
    """Three operations on orders."""
    return make.a_build(version)


@pytest.fixture
def lookup(usual: Build) -> Release:
    """A version of a template that calls getOrder; its draft does too."""
    return orders_release.that_calls("Order lookup", "getOrder")


@pytest.fixture
def listing(usual: Build) -> Release:
    """A version of a template that calls listOrders; its draft does too."""
    return orders_release.that_calls("Order list", "listOrders")


@pytest.fixture
def without_one(version: ConnectorVersion, usual: Build) -> Build:
    """The same without getOrder."""
    return make.a_build(version, make.WITHOUT_ONE)


def test_what_was_compared_once_is_kept(usual: Build, without_one: Build) -> None:
    first = compare_builds(old=usual, new=without_one)
    second = compare_builds(old=usual, new=without_one)

    assert first == second
    assert "getOrder" in {change.operation_id for change in first if change.level is Level.BREAKING}
    kept = Comparison.objects.get()
    assert (kept.old_id, kept.new_id, kept.engine) == (usual.document_id, without_one.document_id, ENGINE)


def test_what_older_rules_said_is_replaced(usual: Build, without_one: Build) -> None:
    compare_builds(old=usual, new=without_one)
    Comparison.objects.update(engine=ENGINE - 1, changes=[])

    assert compare_builds(old=usual, new=without_one) != []
    assert [one.engine for one in Comparison.objects.all()] == [ENGINE]


def test_one_document_differs_from_itself_in_nothing(version: ConnectorVersion, usual: Build) -> None:
    other = make.a_build(version, execution={"timeout_s": 5})

    assert compare_builds(old=usual, new=other) == []
    assert Comparison.objects.count() == 0


def test_the_page_answers_at_once_and_the_comparison_follows(
    vera: User, login: Login, usual: Build, without_one: Build
) -> None:
    client = login(vera)

    page = client.get(PAGE, sides(usual, without_one))
    assert "Comparing 3 operations with 3…" in text(page)
    assert 'hx-trigger="load"' in text(page)
    assert Comparison.objects.count() == 0

    fragment = client.get(PAGE, sides(usual, without_one, now="1"), headers=HTMX)
    assert "1 breaking change in 1 operation." in text(fragment)
    assert "<h1>" not in text(fragment)


def test_without_javascript_a_link_compares(vera: User, login: Login, usual: Build, without_one: Build) -> None:
    client = login(vera)
    page = text(client.get(PAGE, sides(usual, without_one)))
    link = page.split('class="btn without-js" href="')[1].split('"')[0].replace("&amp;", "&")

    compared = text(client.get(link))

    assert "<h1>Compare builds of Orders API</h1>" in compared
    assert "1 breaking change in 1 operation." in compared
    assert "Nobody uses what broke." in compared


def test_what_is_known_is_shown_without_waiting(vera: User, login: Login, usual: Build, without_one: Build) -> None:
    compare_builds(old=usual, new=without_one)

    page = text(login(vera).get(PAGE, sides(usual, without_one)))

    assert 'hx-trigger="load"' not in page
    assert page.index("getOrder") < page.index("putOrder"), "what breaks stands first"


def test_sides_are_swapped_by_one_click(vera: User, login: Login, usual: Build, without_one: Build) -> None:
    page = text(login(vera).get(PAGE, sides(usual, without_one)))

    assert links.compare_url(without_one, usual).replace("&", "&amp;") in page


def test_one_build_on_both_sides_says_so(vera: User, login: Login, usual: Build) -> None:
    assert "The same build on both sides" in text(login(vera).get(PAGE, sides(usual, usual, now="1")))


def test_builds_may_be_named_by_their_digest_alone(vera: User, login: Login, usual: Build, without_one: Build) -> None:
    page = login(vera).get(PAGE, {"old": usual.digest, "new": without_one.digest, "now": "1"})

    assert "1 breaking change" in text(page)


@pytest.mark.parametrize("name", ["v1.000000000000", "v9.{digest}", "x.{digest}", "abc", "v1.", "%", "vé.{digest}"])
def test_builds_that_do_not_exist_are_not_found(name: str, vera: User, login: Login, usual: Build) -> None:
    unknown = name.format(digest=usual.digest)

    assert login(vera).get(PAGE, {"old": unknown, "new": usual.digest}).status_code == 404
    assert login(vera).get(PAGE, {"old": usual.digest, "new": unknown}).status_code == 404


def test_builds_of_another_connector_are_not_found(vera: User, login: Login, usual: Build) -> None:
    foreign = make.a_build(make.a_version("Other API"))

    assert login(vera).get(PAGE, {"old": usual.digest, "new": f"v1.{foreign.digest[:9]}x"}).status_code == 404
    assert login(vera).get("/connectors/nothing/compare/").status_code == 404


def test_strangers_sign_in_and_customers_find_nothing(
    cleo: User, login: Login, client: Client, usual: Build, without_one: Build
) -> None:
    asked = sides(usual, without_one, now="1")

    assert client.get(PAGE, asked).status_code == 302
    assert client.get(PAGE, asked, headers=HTMX).status_code == 401
    assert login(cleo).get(PAGE, asked).status_code == 404
    assert Comparison.objects.count() == 0


def test_the_picker_offers_the_builds_of_every_version(vera: User, login: Login, usual: Build) -> None:
    second = make.a_build(make.a_version(number=2), make.WITH_REQUIRED)

    page = text(login(vera).get(PAGE, sides(usual, second)))

    assert [page.count(f'value="{links.name_of(build)}"') for build in (usual, second)] == [2, 2]
    assert page.count('<optgroup label="Orders API v2">') == 2


@pytest.mark.parametrize("count", [2, 30])
def test_the_page_asks_the_same_for_two_builds_and_for_thirty(
    count: int, vera: User, login: Login, django_assert_num_queries: DjangoAssertNumQueries, version: ConnectorVersion
) -> None:
    *_, old = make.some_builds(version, count - 1)
    new = make.a_build(version, make.WITH_REQUIRED)
    compare_builds(old=old, new=new)
    client = login(vera)
    client.get(PAGE, sides(old, new))

    with django_assert_num_queries(14):
        client.get(PAGE, sides(old, new))


def test_only_one_level_is_shown_where_it_is_asked_for(
    vera: User, login: Login, usual: Build, without_one: Build
) -> None:
    compare_builds(old=usual, new=without_one)
    changes = {"HX-Request": "true", "HX-Target": "comparison-changes"}

    page = text(login(vera).get(PAGE, sides(usual, without_one, level="breaking"), headers=changes))

    assert ("getOrder" in page, "putOrder" in page) == (True, False)
    assert "Who is affected" not in page


def test_releases_and_instances_that_call_what_broke_are_named(
    vera: User, login: Login, usual: Build, lookup: Release, listing: Release, northwind: Customer
) -> None:
    staging = deployments.an_environment("Staging")
    make.serves(usual, staging)
    key = deployments.a_connection(staging, northwind, connector=usual.version.connector)
    deployments.a_deployment(lookup, staging, northwind, connections={"shop": key.pk})
    without_one = make.a_build(usual.version, make.WITHOUT_ONE)

    page = text(login(vera).get(PAGE, sides(usual, without_one, now="1")))
    who = page[page.index("Who is affected") : page.index("Changes")]

    assert "1 template, 2 releases and 1 instance use what broke." in page
    assert ("Order lookup V1" in who, "Order list" in who) == (True, False)
    assert 'Order lookup <span class="text-secondary">in Staging</span>' in who
    assert ">Northwind</a>" in who


def test_what_nobody_calls_affects_nobody(usual: Build, listing: Release, without_one: Build) -> None:
    compared = Compared(changes=compare_builds(old=usual, new=without_one), ids={("GET", "/orders/{id}"): "getOrder"})

    affected = affected_by(compared, usual.version)

    assert (affected.broken, affected.unused, affected.sentence) == ([], 1, "Nobody uses what broke.")


def test_who_uses_what_broke_is_told_apart_from_who_uses_what_may_break(
    usual: Build, lookup: Release, listing: Release
) -> None:
    gone = Change("gone", Level.BREAKING, "Gone.", "GET", "/orders/{id}")
    risky = Change("risky", Level.MAY_BREAK, "Risky.", "GET", "/orders")
    ids = {("GET", "/orders/{id}"): "getOrder", ("GET", "/orders"): "createOrder"}

    affected = affected_by(Compared([gone, risky], ids=ids), usual.version)

    assert affected.sentence == "1 template and 2 releases use what broke. Nobody uses what may break."
    assert ([one.operation_id for one in affected.broken], affected.unused) == (["getOrder"], 1)


def test_a_changed_sign_in_affects_everybody_who_uses_the_version(
    vera: User, login: Login, usual: Build, listing: Release
) -> None:
    other = make.a_build(usual.version, scheme="bearer")

    page = text(login(vera).get(PAGE, sides(usual, other)))

    assert "1 breaking change in the configuration." in page
    assert "1 template and 2 releases use what broke." in page
    assert "every connection must be entered anew" in page


def test_only_what_somebody_uses_is_shown_where_it_is_asked_for(
    vera: User, login: Login, usual: Build, listing: Release, without_one: Build
) -> None:
    compare_builds(old=usual, new=without_one)

    changes = {"HX-Request": "true", "HX-Target": "comparison-changes"}
    every, used = (text(login(vera).get(PAGE, sides(usual, without_one, used=only), headers=changes)) for only in "01")

    assert ("getOrder" in every, "getOrder" in used) == (True, False)
    assert "Whole document" in used, "what concerns every operation concerns those that are used"


def test_the_version_page_has_the_verdict_on_its_newest_build(
    vera: User, login: Login, usual: Build, lookup: Release, without_one: Build
) -> None:
    make.serves(usual, deployments.an_environment("Production", kind=EnvironmentKind.PRODUCTION))

    panel = text(login(vera).get("/connectors/orders-api/v1/verdict/"))

    told = "1 breaking change in 1 operation. 1 template and 2 releases use what broke."
    assert f"Compared with what serves production: {told}" in panel
    assert "Compared with what serves development" not in panel


def test_the_version_page_loads_the_verdict_only_where_an_older_build_serves(
    vera: User, login: Login, usual: Build
) -> None:
    client, page = login(vera), "/connectors/orders-api/v1/"
    make.serves(usual, deployments.an_environment("Production", kind=EnvironmentKind.PRODUCTION))
    make.serves(usual, deployments.an_environment("Europe", kind=EnvironmentKind.PRODUCTION))

    before = text(client.get(page)).count('hx-get="/connectors/orders-api/v1/verdict/"')
    make.a_build(usual.version, make.WITHOUT_ONE)
    after = text(client.get(page)).count('hx-get="/connectors/orders-api/v1/verdict/"')

    assert (before, after) == (0, 1)


def test_a_version_that_serves_nowhere_is_compared_with_the_one_before(vera: User, login: Login, usual: Build) -> None:
    second = make.a_build(make.a_version(number=2), make.WITHOUT_ONE)
    client = login(vera)

    panel = text(client.get("/connectors/orders-api/v2/verdict/"))
    builds = text(client.get("/connectors/orders-api/v2/builds/"))

    assert "Compared with v1: 1 breaking change in 1 operation." in panel
    assert links.compare_url(usual, second).replace("&", "&amp;") in panel
    assert f'href="{links.compare_url(usual, second).replace("&", "&amp;")}"' in builds
    assert "Compare v1 with v2" in builds


def test_the_newest_build_that_serves_needs_no_verdict(vera: User, login: Login, usual: Build) -> None:
    make.serves(usual, deployments.an_environment("Production", kind=EnvironmentKind.PRODUCTION))

    assert "Compared with" not in text(login(vera).get("/connectors/orders-api/v1/verdict/"))


def test_an_operation_under_another_id_breaks_releases() -> None:
    old = {("GET", "/orders/{id}"): "getOrder", ("GET", "/orders"): "listOrders"}
    new = {("GET", "/orders/{number}"): "readOrder", ("GET", "/orders"): "listOrders"}

    (change,) = renamed_operations(old, new)

    assert (change.rule, change.level) == ("operation-id-changed", Level.BREAKING)
    assert change.sentence == "Releases call it “getOrder”, which is gone; it goes by “readOrder”."
    assert Compared([change], ids=old).old_id(change) == "getOrder"


SIGN_IN = {"scheme": "api_key", "scheme_options": {"header": "X-Key"}}
FIELD = {"name": "shop", "label": "Shop"}


@pytest.mark.parametrize(
    ("old", "new", "rule", "level"),
    [
        ({"scheme": "none"}, {"scheme": "bearer"}, "scheme-changed", Level.BREAKING),
        ({"scheme": "bearer"}, {"scheme": "none"}, "scheme-removed", Level.MAY_BREAK),
        (SIGN_IN, {**SIGN_IN, "scheme_options": {"header": "Key"}}, "sign-in-header-changed", Level.MAY_BREAK),
        ({"servers": {"production": "https://a.example"}}, {}, "server-removed", Level.MAY_BREAK),
        ({}, {"servers": {"production": "https://a.example"}}, "server-added", Level.COMPATIBLE),
        (
            {**SIGN_IN, "servers": {"production": "https://a.example"}},
            {**SIGN_IN, "servers": {"production": "https://b.example"}},
            "server-origin-changed",
            Level.BREAKING,
        ),
        (
            {**SIGN_IN, "servers": {"production": "https://a.example/v1"}},
            {**SIGN_IN, "servers": {"production": "https://a.example/v2"}},
            "server-changed",
            Level.MAY_BREAK,
        ),
        ({}, {"individual": [{**FIELD, "required": True}]}, "required-field-added", Level.BREAKING),
        ({}, {"individual": [FIELD]}, "optional-field-added", Level.COMPATIBLE),
        ({"individual": [FIELD]}, {}, "field-removed", Level.MAY_BREAK),
        ({"individual": [FIELD]}, {"individual": [{**FIELD, "help": "Its name"}]}, "field-reworded", Level.COMPATIBLE),
        (
            {"individual": [FIELD]},
            {"individual": [{**FIELD, "required": True}]},
            "field-became-required",
            Level.BREAKING,
        ),
        ({"execution": {"timeout_s": 10}}, {"execution": {"timeout_s": 5}}, "time-limit-decreased", Level.MAY_BREAK),
        ({"execution": {"timeout_s": 5}}, {"execution": {"timeout_s": 10}}, "time-limit-increased", Level.COMPATIBLE),
        (
            {"execution": {"idempotency_header": "Key"}},
            {"execution": {"idempotency_header": ""}},
            "idempotency-header-removed",
            Level.MAY_BREAK,
        ),
        ({}, {"execution": {"at_once": 4}}, "calls-at-once-decreased", Level.MAY_BREAK),
        ({"execution": {"at_once": 4}}, {}, "calls-at-once-increased", Level.COMPATIBLE),
        (
            {"execution": {"rate": {"calls": 60, "per": "minute"}}},
            {"execution": {"rate": {"calls": 2, "per": "second"}}},
            "rate-limit-increased",
            Level.COMPATIBLE,
        ),
        (
            {"execution": {"retries": {"attempts": 2, "on": ["429"]}}},
            {"execution": {"retries": {"attempts": 2, "on": ["5xx"]}}},
            "retries-changed",
            Level.MAY_BREAK,
        ),
        ({"paging": {"kind": "cursor"}}, {}, "paging-removed", Level.BREAKING),
        ({"test": {"operation": "a"}}, {"test": {"operation": "b"}}, "test-changed", Level.COMPATIBLE),
    ],
)
def test_configuration_has_rules_of_its_own(old: dict, new: dict, rule: str, level: Level) -> None:  # type: ignore[type-arg]
    (change,) = configuration_changes(old, new)

    assert (change.rule, change.level) == (f"configuration-{rule}", level)
    assert configuration_changes(old, old) == []


def test_thousands_of_changes_are_grouped_at_once() -> None:
    changes = [
        Change(
            "rule", Level.BREAKING, f"Thing {number} is gone.", "GET", f"/things/{number % 400}", place=f"part {number}"
        )
        for number in range(20_000)
    ]
    started = time.monotonic()

    groups = Compared(changes).groups(Wanted(search="thing"))

    assert (len(groups), len(groups[0].first), groups[0].more) == (400, 12, 38)
    assert time.monotonic() - started < 2


def test_changes_of_one_rule_at_one_place_are_one_row() -> None:
    values = [Change("enum-value-removed", Level.COMPATIBLE, f"No {one}.", "GET", "/a", place="kind") for one in "xyz"]
    worse = Change("gone", Level.BREAKING, "Gone.", "GET", "/a")

    (group,) = Compared([*values, worse]).groups(Wanted())

    assert [(row.change.sentence, len(row.alike)) for row in group.rows] == [("Gone.", 0), ("No x.", 2)]
    assert ([row.change for row in group.telling], group.quiet_count) == ([worse], 3)


@pytest.mark.parametrize(("folder", "limit_s"), [("petstore3", 5), ("figma", 5)])
def test_two_versions_of_a_real_document_compare_on_the_page(
    folder: str, limit_s: float, vera: User, login: Login, shared: Path
) -> None:
    old, new = sorted((shared / "openapi" / folder).glob("*.*"))[:2]
    version = make.a_version(folder.capitalize())
    before, after = (make.a_build(version, path.read_text()) for path in (old, new))
    client = login(vera)
    started = time.monotonic()

    page = client.get(f"/connectors/{folder}/compare/", sides(before, after, now="1"))

    assert page.status_code == 200
    assert time.monotonic() - started < limit_s
    assert 'aria-label="Verdict"' in text(page)
    assert len(page.content) < 300_000
