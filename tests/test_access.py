"""Deny by default: every address says who may see it, and the middleware keeps its word."""

from collections.abc import Callable, Iterator

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver

from apps.accounts.middleware import AccessMiddleware
from apps.accounts.models import User
from apps.accounts.permissions import ROLES, Role, Verb
from apps.core.permissions import Public, Requires, access_of

type Login = Callable[[User], Client]


def _patterns(resolver: URLResolver, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from _patterns(entry, entry.namespace or namespace)
        else:
            yield f"{namespace}:{entry.name}", entry


OURS = [(name, pattern) for name, pattern in _patterns(get_resolver()) if not name.startswith("admin:")]


@pytest.mark.parametrize(("name", "pattern"), OURS, ids=[name for name, _ in OURS])
def test_every_view_says_who_may_see_it(name: str, pattern: URLPattern) -> None:
    access = access_of(pattern.callback)

    assert access is not None, f"{name} carries no @requires, @signed_in or @public"
    if isinstance(access, Requires):
        assert access.verb in set(Verb)
    else:
        assert access.reason


def test_public_addresses_are_few_and_known() -> None:
    public = {
        name
        for name, pattern in OURS
        if isinstance(access_of(pattern.callback), Public) and not name.startswith("core:gallery")
    }

    assert public <= {
        "accounts:login",
        "accounts:demo_login",
        "accounts:choose_password",
        "core:gallery",
        "core:health",
        "core:theme",
        "core:csp_report",
    }


def _unmarked(request: HttpRequest) -> HttpResponse:
    return HttpResponse("must not be seen")


def test_a_view_without_a_mark_is_refused_to_everybody(ada: User, rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user, request.resolver_match = ada, None
    vars(request)["htmx"] = None

    response = AccessMiddleware(_unmarked).process_view(request, _unmarked, (), {})

    assert isinstance(response, HttpResponse)
    assert (response.status_code, b"does not say who may see it" in response.content) == (403, True)


@pytest.mark.django_db
def test_a_stranger_is_sent_to_sign_in_and_back(client: Client) -> None:
    response = client.get("/activity/?q=x")

    assert (response.status_code, response["Location"]) == (302, "/login/?next=/activity/%3Fq%3Dx")


@pytest.mark.django_db
def test_htmx_goes_to_sign_in_as_a_whole_page(client: Client) -> None:
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/activity/"}
    response = client.get("/trail/accounts.user/1/", headers=headers)

    assert (response.status_code, response["HX-Redirect"]) == (401, "/login/?next=%2Factivity%2F")


def test_people_of_a_customer_do_not_find_the_console(cleo: User, login: Login) -> None:
    assert login(cleo).get("/activity/").status_code == 404


def test_members_without_the_right_are_refused(vera: User, login: Login) -> None:
    assert login(vera).get("/admin/").status_code == 403


def test_a_change_of_role_holds_from_the_next_request(vera: User, sam: User, login: Login) -> None:
    client = login(vera)
    User.objects.filter(pk=vera.pk).update(role=Role.SUPPORT)

    assert client.get("/admin/").status_code == 200


def test_the_table_of_roles() -> None:
    """DESIGN 8, read row by row: who may do the verb."""
    rows = {verb: {role for role, verbs in ROLES.items() if verb in verbs} for verb in Verb}
    team = {Role.VIEWER, Role.BUILDER, Role.OPERATOR, Role.RELEASE_MANAGER, Role.SUPPORT, Role.ADMIN}

    assert rows == {
        Verb.CONSOLE_SEE: team,
        Verb.DRAFT_EDIT: {Role.BUILDER, Role.RELEASE_MANAGER, Role.ADMIN},
        Verb.RELEASE_MANAGE: {Role.RELEASE_MANAGER, Role.ADMIN},
        Verb.INSTANCE_OPERATE: {Role.BUILDER, Role.OPERATOR, Role.RELEASE_MANAGER, Role.ADMIN},
        Verb.INSTANCE_OPERATE_PROTECTED: {Role.OPERATOR, Role.RELEASE_MANAGER, Role.ADMIN},
        Verb.SUPPORT_ACT: {Role.SUPPORT, Role.ADMIN},
        Verb.ADMINISTER: {Role.ADMIN},
        Verb.MARKETPLACE_USE: {Role.CUSTOMER_ADMIN, Role.CUSTOMER_MEMBER},
        Verb.MARKETPLACE_MANAGE: {Role.CUSTOMER_ADMIN},
    }
