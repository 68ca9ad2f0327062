"""The builds of a version: every one ever made, what it was, where it serves, and its way back."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.connectors.origin import origin_in_words
from apps.environments.models import EnvironmentKind
from tests.factories import builds as make
from tests.factories.deployments import an_environment

type Login = Callable[[User], Client]
TAB = "/connectors/orders-api/v1/builds/"


def text(response: object) -> str:
    content: bytes = response.content  # type: ignore[attr-defined]
    return " ".join(content.decode().split())


def test_builds_stand_newest_first_with_where_they_serve(vera: User, login: Login) -> None:
    older, newer = make.some_builds(make.a_version(), 2)
    make.serves(older, an_environment("Production", kind=EnvironmentKind.PRODUCTION))

    page = text(login(vera).get(TAB))

    assert page.index(f">{newer.short_digest}<") < page.index(f">{older.short_digest}<")
    assert page.count("Made last; the pipeline") == 1
    assert page.count('cloud-check"/></svg>Production') == 1
    assert "Uploaded or pasted document" in page


def test_a_version_without_builds_says_what_to_do(bea: User, login: Login) -> None:
    make.a_version()

    assert "Not built yet" in text(login(bea).get(TAB))


@pytest.mark.parametrize("count", [1, 30])
def test_the_list_asks_the_same_of_one_build_and_of_thirty(
    count: int, vera: User, login: Login, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    version = make.a_version()
    for build in make.some_builds(version, count):
        make.serves(build, an_environment(f"Place-{build.pk}"))
    client = login(vera)
    client.get(TAB)

    with django_assert_num_queries(12):
        client.get(TAB)


def test_more_than_fifty_builds_go_on_where_the_page_ends(vera: User, login: Login) -> None:
    builds = make.some_builds(make.a_version(), 53)
    client = login(vera)

    first = text(client.get(TAB))
    second = text(client.get(TAB, {"before": builds[3].digest}))

    assert f"?before={builds[3].digest}" in first
    assert [build.short_digest in second_rows(second) for build in builds[:4]] == [True, True, True, False]
    assert "Older builds" not in second


def second_rows(page: str) -> str:
    return page[page.index("<tbody>") : page.index("</tbody>")]


def test_who_may_not_sync_reads_why(vera: User, bea: User, rita: User, login: Login) -> None:
    make.a_build(make.a_version())

    seen = {person: text(login(person).get(TAB)) for person in (vera, bea, rita)}

    refusals = {person: page.count("Your role may not") for person, page in seen.items()}
    assert refusals == {vera: 2, bea: 1, rita: 0}


def test_what_serves_already_is_not_served_again(rita: User, login: Login) -> None:
    build = make.a_build(make.a_version())
    make.serves(build, an_environment("Production", kind=EnvironmentKind.PRODUCTION))

    assert "It serves production already." in text(login(rita).get(TAB))


def test_what_serves_only_some_places_of_a_kind_may_serve_the_rest(rita: User, login: Login) -> None:
    build = make.a_build(make.a_version())
    make.serves(build, an_environment("Production", kind=EnvironmentKind.PRODUCTION))
    an_environment("Europe", kind=EnvironmentKind.PRODUCTION)

    page = text(login(rita).get(TAB))

    assert "It serves production already." not in page
    assert f"/connectors/orders-api/v1/sync/production/?build={build.digest}" in page


def test_a_build_shows_its_configuration_as_it_was(vera: User, login: Login) -> None:
    build = make.a_build(make.a_version(), execution={"timeout_s": 7, "idempotency_header": "Idempotency-Key"})

    page = text(login(vera).get(f"{TAB}{build.digest[:12]}/"))

    assert '<dt>Time limit</dt><dd class="breaks">7 s</dd>' in page
    assert "https://api.shop.example" in page
    assert "Idempotency-Key" in page
    assert "listOrders" in page


@pytest.mark.parametrize(
    ("origin", "words"),
    [
        (
            {"kind": "document", "name": "orders.yaml", "entry": "orders.yaml"},
            "Uploaded or pasted document orders.yaml",
        ),
        ({"kind": "url", "url": "https://api.example/openapi.json"}, "https://api.example/openapi.json"),
        (
            {"kind": "archive", "name": "api.zip", "entry": "openapi.yaml", "files": ["openapi.yaml", "a.yaml"]},
            "Uploaded archive api.zip, file openapi.yaml, 2 files",
        ),
        (
            {
                "kind": "git",
                "repository": "https://git.example/api",
                "ref": "main",
                "commit": "3f2a9c1b0d4e",
                "entry": "o",
            },
            "main of https://git.example/api, commit 3f2a9c1b, file o",
        ),
        ({}, "Uploaded or pasted document"),
    ],
)
def test_where_a_build_came_from_is_told_in_words(origin: dict[str, object], words: str) -> None:
    assert origin_in_words(origin) == words


def test_operations_of_a_build_are_searched_in_their_fragment(vera: User, login: Login) -> None:
    build = make.a_build(make.a_version())

    htmx = {"HX-Request": "true", "HX-Target": "build-operations"}
    found = text(login(vera).get(f"{TAB}{build.digest[:12]}/", {"q": "oldest first"}, headers=htmx))

    assert ("listOrders" in found, "getOrder" in found, "<h1>" in found) == (True, False, False)


@pytest.mark.parametrize("digest", ["0" * 12, "short", "f" * 64, "____________"])
def test_unknown_builds_are_not_found(digest: str, vera: User, login: Login) -> None:
    make.a_build(make.a_version())

    assert login(vera).get(f"{TAB}{digest}/").status_code == 404
    assert login(vera).get(TAB, {"before": digest}).status_code == 404


def test_strangers_sign_in_and_customers_find_nothing(cleo: User, login: Login, client: Client) -> None:
    build = make.a_build(make.a_version())

    for url in (TAB, f"{TAB}{build.digest[:12]}/"):
        assert client.get(url).status_code == 302, url
        assert login(cleo).get(url).status_code == 404, url
