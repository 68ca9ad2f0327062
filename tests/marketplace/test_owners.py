"""Customers see their own and nothing else: what belongs to somebody else is what does not exist."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.accounts.permissions import Role, Verb
from apps.accounts.services import add_person
from apps.core.permissions import Requires, access_of
from apps.deployments import services as deployments
from apps.deployments.models import WizardDraft
from apps.deployments.plan import Target
from apps.marketplace import services
from apps.marketplace.urls import urlpatterns
from apps.releases import services as releases
from tests.factories.deployments import a_connection, a_deployment, a_release
from tests.factories.releases import SETUP, a_template
from tests.marketplace.conftest import ANSWERS
from tests.test_access import _patterns

type Login = Callable[[User], Client]
HTMX = {"HX-Request": "true", "HX-Target": "dialog"}

QUERIES_OF_LIST = 7

OF_INSTANCES = [
    "instance_detail",
    "run_start",
    "run_decide",
    "instance_pause",
    "instance_resume",
    "instance_update",
    "instance_configure",
    "instance_undo",
    "instance_remove",
]
OF_WIZARDS = [
    "wizard_go_on",
    "wizard_discard",
    "wizard_renew",
    "wizard_connections",
    "wizard_connection_test",
    "connection_create",
    "wizard_configuration",
    "wizard_review",
    "wizard_look_again",
]
OF_CONNECTIONS = ["connection_secret", "connection_test", "connection_delete"]
OF_LISTINGS = ["listing_detail", "install"]
OF_THE_TEAM = ["listing_panel", "listing_list_it", "listing_unlist", "listing_offer"]
OF_EVERYBODY = ["home", "listing_list", "connection_list"]
MORE = {
    "run_decide": (uuid4(), "done"),
    "wizard_configuration": (1,),
    "wizard_connection_test": (1,),
    "connection_create": ("crm",),
}


class _Resolver:
    url_patterns = urlpatterns


ALL = {name.removeprefix(":"): pattern for name, pattern in _patterns(_Resolver)}  # type: ignore[arg-type]


def test_every_address_stands_in_this_file() -> None:
    listed = OF_INSTANCES + OF_WIZARDS + OF_CONNECTIONS + OF_LISTINGS + OF_THE_TEAM + OF_EVERYBODY
    assert sorted(listed) == sorted(ALL)


def url(name: str, *args: object) -> str:
    return reverse(f"marketplace:{name}", args=[*args, *MORE.get(name, ())])


def plain(response: Any) -> tuple[int, str]:
    """Status and page without the token against forgery, which differs each time."""
    return response.status_code, re.sub(
        r'(X-CSRFToken": |csrfmiddlewaretoken" value=)"\w+"', "", response.content.decode()
    )


def answers(client: Client, address: str) -> list[tuple[int, str]]:
    return [
        plain(client.get(address)),
        plain(client.post(address, {"seen": 1, "reason": "x"})),
        plain(client.get(address, headers=HTMX)),
        plain(client.post(address, {"seen": 1, "reason": "x"}, headers=HTMX)),
    ]


@pytest.fixture
def half_done(cleo, v1, listing, production, northwind) -> WizardDraft:
    wizard = deployments.start_wizard(
        by=cleo, target=Target(listing.integration_template, production, northwind, "Bern")
    )
    deployments.choose_release(wizard=wizard, release=v1)
    return wizard


@pytest.fixture
def hers(installed, half_done, crm_of_northwind) -> dict[str, tuple[object, object]]:
    """For every address with an id: Cleo's, and one that nobody has."""
    unknown = 987_654
    return {
        **dict.fromkeys(OF_INSTANCES, (installed.pk, unknown)),
        **{name: (half_done.pk, uuid4()) for name in OF_WIZARDS},
        **dict.fromkeys(OF_CONNECTIONS, (crm_of_northwind.pk, unknown)),
    }


@pytest.mark.parametrize("name", OF_INSTANCES + OF_WIZARDS + OF_CONNECTIONS)
def test_what_is_cleos_does_not_exist_for_others(carl, mallory, login: Login, hers, name) -> None:
    own, unknown = hers[name]
    for person in (carl, mallory):
        client = login(person)
        foreign, nowhere = answers(client, url(name, own)), answers(client, url(name, unknown))
        assert foreign == nowhere
        assert {status for status, _ in foreign} <= {404, 405, 403}
        if person is carl:
            assert 404 in {status for status, _ in foreign}


@pytest.mark.parametrize("name", sorted(ALL))
def test_the_doors_stay_apart(cleo, rita, vera, login: Login, hers, listing, name) -> None:
    args = [hers[name][0]] if name in hers else [] if name in OF_EVERYBODY else [listing.integration_template.slug]
    outsiders = [cleo] if name in OF_THE_TEAM else [rita, vera]
    for person in outsiders:
        assert {status for status, _ in answers(login(person), url(name, *args))} == {404}


@pytest.mark.parametrize("name", sorted(ALL))
def test_every_view_asks_for_one_of_the_verbs_of_its_door(name) -> None:
    access = access_of(ALL[name].callback)
    verbs = (
        {Verb.CONSOLE_SEE, Verb.RELEASE_MANAGE}
        if name in OF_THE_TEAM
        else {Verb.MARKETPLACE_USE, Verb.MARKETPLACE_MANAGE}
    )
    assert isinstance(access, Requires)
    assert access.verb in verbs


def test_not_even_a_colleague_finishes_what_cleo_began(northwind, login: Login, half_done) -> None:
    ned = add_person(
        by=SETUP, username="ned", display_name="Ned", role=Role.CUSTOMER_ADMIN, customer=northwind, password="n"
    )
    assert login(ned).get(url("wizard_review", half_done.pk)).status_code == 404


@pytest.fixture
def of_contoso(carl, contoso, v1, listing, production) -> None:
    """Carl has installed it, too."""
    theirs = a_connection(production, contoso, name="Contoso CRM")
    config = {**ANSWERS, "source": "C-shop"}
    a_deployment(v1, production, contoso, config=config, connections={"crm": theirs.pk}, by=carl)


@pytest.mark.usefixtures("of_contoso", "installed", "half_done")
@pytest.mark.parametrize("name", OF_EVERYBODY)
def test_lists_hold_ones_own_only(carl, mallory, cleo, login: Login, said, name) -> None:
    assert "Northwind" not in said(login(carl).get(url(name)))
    assert "Northwind" not in said(login(mallory).get(url(name)))
    assert "Contoso" not in said(login(cleo).get(url(name)))


def test_who_has_nothing_is_told_so(mallory, login: Login, installed, said) -> None:
    assert "Nothing is installed yet" in said(login(mallory).get(url("home")))


def test_somebody_elses_connection_is_not_taken(cleos, half_done, production, contoso, said) -> None:
    theirs = a_connection(production, contoso, name="Contoso CRM")
    of_team = a_connection(production, name="Team CRM")
    page = cleos.get(url("wizard_connections", half_done.pk)).content.decode()
    assert "Contoso CRM" not in page
    assert "Team CRM" not in page
    for other in (theirs, of_team):
        refused = cleos.post(url("wizard_connections", half_done.pk), {"slot-crm": other.pk})
        assert refused.status_code == 422
        assert other.name not in said(refused)
        test = reverse("marketplace:wizard_connection_test", args=[half_done.pk, other.pk])
        assert cleos.post(test).status_code == 404


def test_only_listed_templates_are_found(cleos, rita, listing, production, said) -> None:
    """Unlisted, never listed, not live any more, drafts: not in the list, not by search, not by address."""
    secret = a_template("Secret project of Contoso")
    a_release(secret, live=True)
    taken_out = a_template("Secret weekly report")
    a_release(taken_out, live=True)
    gone = services.list_template(by=SETUP, integration_template=taken_out, environment=production)
    services.unlist_template(by=SETUP, listing=gone)
    for query in ("", "?q=secret", "?q=contoso", "?q=weekly"):
        page = cleos.get(url("listing_list") + query)
        assert "Secret" not in re.sub(r'value="[^"]*"', "", page.content.decode())
    assert "Secret" not in said(cleos.get(url("home")))
    unknown = answers(cleos, url("listing_detail", "no-such-thing"))
    for template in (secret, taken_out):
        assert answers(cleos, url("listing_detail", template.slug)) == unknown
        assert cleos.post(url("install", template.slug)).status_code == 404


def test_the_list_takes_the_same_queries_for_one_and_for_three(
    cleos, listing, production, django_assert_num_queries
) -> None:
    cleos.get(url("listing_list"))
    with django_assert_num_queries(QUERIES_OF_LIST):
        cleos.get(url("listing_list"))
    for name in ("Weekly report", "Stock alert"):
        template = a_template(name)
        a_release(template, live=True)
        services.list_template(by=SETUP, integration_template=template, environment=production)
    with django_assert_num_queries(QUERIES_OF_LIST):
        cleos.get(url("listing_list"))


def test_a_listing_without_an_offer_says_so_and_installs_nothing(cleos, rita, listing, v1, said) -> None:
    releases.quarantine(by=rita, release=v1, reason="It leaks")
    assert "Orders to CRM" not in said(cleos.get(url("listing_list"))).replace("Signed in", "")
    page = said(cleos.get(url("listing_detail", "orders-to-crm")))
    assert "Not available right now" in page
    assert "leaks" not in page
    assert cleos.post(url("install", "orders-to-crm")).status_code == 422


def test_asking_never_changes_anything(cleos, installed, half_done, crm_of_northwind) -> None:
    acting = ["run_start", "run_decide", "instance_pause", "instance_resume", "instance_update", "instance_configure"]
    for name in acting:
        assert cleos.get(url(name, installed.pk)).status_code == 405
    for name in ("wizard_discard", "wizard_renew", "wizard_look_again", "wizard_connection_test"):
        assert cleos.get(url(name, half_done.pk)).status_code == 405
    assert cleos.get(url("connection_test", crm_of_northwind.pk)).status_code == 405
    assert cleos.get(url("install", "orders-to-crm")).status_code == 405


def test_customers_land_where_their_things_are(cleo, cleos) -> None:
    assert cleos.get("/").url == url("home") == cleo.home_url
