"""Every address x every role x {GET, POST, htmx}: who gets in, who is refused, who finds nothing. Nobody gets a 500.

Objects of others are the business of each app's own tests; here every object is unknown, so that whoever may look
gets a 404 for it, and whoever may not is told so before anything is looked up.
"""

import re
from collections.abc import Callable, Iterator
from uuid import UUID

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from apps.accounts.models import Customer, User
from apps.accounts.permissions import CUSTOMER_ROLES, ROLES, Role, Verb
from apps.accounts.services import add_customer, add_person
from apps.core.permissions import Public, Requires, SignedIn, access_of
from tests.conftest import SETUP

type Login = Callable[[User], Client]

UNKNOWN = {"int": 987654321, "slug": "no-such-thing", "uuid": UUID(int=7), "str": "nothing", "path": "nothing"}
CUSTOMER_AREA = {Verb.MARKETPLACE_USE, Verb.MARKETPLACE_MANAGE}
WAYS: dict[str, Callable[[Client, str], int]] = {
    "GET": lambda client, url: client.get(url).status_code,
    "POST": lambda client, url: client.post(url).status_code,
    "htmx": lambda client, url: client.get(url, headers={"HX-Request": "true", "HX-Target": "main"}).status_code,
}


def _routes(resolver: URLResolver, namespace: str = "", prefix: str = "") -> Iterator[tuple[str, str, URLPattern]]:
    for entry in resolver.url_patterns:
        where = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from _routes(entry, entry.namespace or namespace, where)
        elif namespace != "admin":
            yield f"{namespace}:{entry.name}", where, entry


def _arguments(route: str) -> dict[str, object]:
    named = re.findall(r"<(?:(\w+):)?(\w+)>", route)
    return {name: UNKNOWN.get(converter or "str", "nothing") for converter, name in named}


ROUTES = [(name, _arguments(route), pattern) for name, route, pattern in _routes(get_resolver())]


@pytest.fixture(params=list(Role))
def person(request: pytest.FixtureRequest, db: None) -> User:
    """Somebody in each role."""
    customer: Customer | None = add_customer(by=SETUP, name="Northwind") if request.param in CUSTOMER_ROLES else None
    return add_person(by=SETUP, username="x", display_name="X", role=request.param, customer=customer)


def _wrong(expected: set[int], name: str, way: str, status: int) -> str:
    return "" if status in expected else f"{name} {way}: {status}, not {sorted(expected)}"


def _expected(access: object, role: Role) -> set[int]:
    # Whoever may come in gets a page, a redirect, nothing found, the wrong method, or a form that lacks something.
    welcome = {200, 302, 303, 404, 405, 422}
    if not isinstance(access, Requires):
        return welcome
    verb = Verb(access.verb)
    at_home = (verb in CUSTOMER_AREA) == (role in CUSTOMER_ROLES)
    if not at_home:
        return {404}
    return welcome if verb in ROLES[role] else {403}


def test_every_address_answers_each_role_as_the_table_says(person: User, login: Login) -> None:
    client = login(person)
    wrong = []
    for name, arguments, pattern in ROUTES:
        if name in ("accounts:logout", "accounts:demo_login"):
            continue
        url = reverse(name, kwargs=arguments)
        for way, ask in WAYS.items():
            wrong.append(_wrong(_expected(access_of(pattern.callback), Role(person.role)), name, way, ask(client, url)))

    assert [one for one in wrong if one] == []


@pytest.mark.django_db
def test_every_address_sends_strangers_to_sign_in(client: Client) -> None:
    wrong = []
    for name, arguments, pattern in ROUTES:
        access = access_of(pattern.callback)
        if isinstance(access, Public):
            continue
        assert isinstance(access, Requires | SignedIn)
        url = reverse(name, kwargs=arguments)
        wrong += [_wrong({401} if way == "htmx" else {302}, name, way, ask(client, url)) for way, ask in WAYS.items()]

    assert [one for one in wrong if one] == []
    assert isinstance(client.get("/login/").context["user"], AnonymousUser)
