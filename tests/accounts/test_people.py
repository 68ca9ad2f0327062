"""Administrators add people, change what they may do, and let nobody in any more."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from apps.accounts import services
from apps.accounts.models import User
from apps.accounts.permissions import Role
from apps.audit.models import AuditEvent
from apps.core.errors import Forbidden, Refused
from tests.conftest import SETUP

type Login = Callable[[User], Client]

ALEX = {"display_name": "Alex Reed", "username": "alex", "email": "", "role": "builder"}
LINK = re.compile(r"<code[^>]*>http://testserver(/password/\d+/[^<]+)</code>")


def changed(ada: User, person: User, role: Role) -> User:
    return services.change_person(
        by=ada, person=person, display_name=person.display_name, email=person.email, role=role
    )


def link_for(client: Client, person: User) -> str:
    found = LINK.search(client.post(f"/people/{person.pk}/link/").content.decode())
    assert found
    return found[1]


def test_somebody_is_added_chooses_a_password_by_a_link_and_signs_in(ada: User, login: Login, client: Client) -> None:
    administrator = login(ada)
    added = administrator.post("/people/new/", ALEX)
    alex = User.objects.get(username="alex")
    assert added["Location"] == f"/people/{alex.pk}/"
    assert "No password yet" in administrator.get(f"/people/{alex.pk}/").content.decode()

    link = link_for(administrator, alex)
    words = {"password": "seven wet llamas dance", "again": "seven wet llamas dance"}
    assert client.post(link, words)["Location"] == "/login/"
    assert client.get(link).status_code == 404
    signed_in = client.post("/login/", {"username": "Alex", "password": "seven wet llamas dance"})
    assert (signed_in.status_code, signed_in["Location"]) == (302, "/")


@pytest.mark.parametrize(
    ("password", "again", "said"),
    [
        ("short", "short", "at least 12 characters"),
        ("seven wet llamas dance", "seven wet lamas dance", "The two passwords differ."),
    ],
)
def test_a_weak_or_mistyped_password_is_refused_and_the_link_stays_good(
    ada: User, bea: User, login: Login, client: Client, password: str, again: str, said: str
) -> None:
    link = link_for(login(ada), bea)
    answer = client.post(link, {"password": password, "again": again})

    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert client.get(link).status_code == 200


def test_a_new_link_ends_sessions_the_old_password_and_the_link_before(
    ada: User, bea: User, login: Login, client: Client
) -> None:
    administrator, of_bea = login(ada), login(bea)
    first = link_for(administrator, bea)

    assert of_bea.get("/people/").status_code == 302
    assert client.post("/login/", {"username": "bea", "password": "Bea-secret-1"}).status_code == 422
    link_for(administrator, bea)
    assert client.get(first).status_code == 404


def test_a_link_is_too_old_after_three_days(ada: User, bea: User, login: Login, client: Client, time_machine) -> None:
    link = link_for(login(ada), bea)
    time_machine.move_to(timezone.now() + timedelta(days=3, minutes=1))

    assert client.get(link).status_code == 404


def test_who_is_disabled_is_out_at_once_and_stays_out_of_old_sessions(ada: User, bea: User, login: Login) -> None:
    administrator, of_bea = login(ada), login(bea)
    assert administrator.post(f"/people/{bea.pk}/disable/", {"reason": "Left us"}).status_code == 303
    assert of_bea.get("/people/").status_code == 302

    assert administrator.post(f"/people/{bea.pk}/enable/").status_code == 303
    assert of_bea.get("/people/").status_code == 302
    told = list(AuditEvent.objects.filter(target_id=bea.pk, verb__in=["person.disabled", "person.enabled"]))
    assert [(str(event), event.reason) for event in told] == [
        ("Ada enabled Bea", ""),
        ("Ada disabled Bea", "Left us"),
    ]


def test_a_disabled_account_gets_no_link(ada: User, bea: User) -> None:
    services.disable_person(by=ada, person=bea)

    with pytest.raises(Refused, match="Bea is disabled"):
        services.reset_password(by=ada, person=bea)
    assert services.person_of_link(pk=bea.pk, token="nonsense") is None


def test_a_change_of_role_is_audited_before_and_after(ada: User, vera: User, login: Login) -> None:
    client = login(ada)
    answer = client.post(
        f"/people/{vera.pk}/edit/", {"display_name": "Vera", "email": "vera@example.com", "role": "operator"}
    )

    assert answer["Location"] == f"/people/{vera.pk}/"
    page = client.get(f"/trail/accounts.user/{vera.pk}/").content.decode()
    assert ("Viewer" in page, "Operator" in page, "vera@example.com" in page) == (True, True, True)


def test_nobody_takes_the_last_administrator_away_nor_themselves(ada: User) -> None:
    with pytest.raises(Refused, match="cannot disable your own account"):
        services.disable_person(by=ada, person=ada)
    with pytest.raises(Refused, match="cannot change your own role"):
        changed(ada, ada, Role.VIEWER)
    with pytest.raises(Refused, match="Ada is the last administrator"):
        services.disable_person(by=SETUP, person=ada)
    with pytest.raises(Refused, match="Ada is the last administrator"):
        changed(SETUP, ada, Role.VIEWER)


def test_of_two_administrators_one_may_go(ada: User, bea: User) -> None:
    changed(ada, bea, Role.ADMIN)
    bea.refresh_from_db()
    changed(bea, ada, Role.VIEWER)

    assert list(User.objects.filter(role=Role.ADMIN)) == [bea]


def test_nobody_moves_between_the_team_and_a_customer(ada: User, bea: User, cleo: User) -> None:
    with pytest.raises(Refused, match="Nobody moves between"):
        changed(ada, bea, Role.CUSTOMER_ADMIN)
    with pytest.raises(Refused, match="Nobody moves between"):
        changed(ada, cleo, Role.ADMIN)


@pytest.mark.parametrize("username", ["bea", "BEA"])
def test_a_name_to_sign_in_with_is_taken_whatever_its_case(ada: User, bea: User, login: Login, username: str) -> None:
    answer = login(ada).post("/people/new/", {**ALEX, "username": username})

    assert (answer.status_code, "signs in as" in answer.content.decode()) == (422, True)


def test_a_customer_gets_people_who_see_its_things_only(ada: User, login: Login) -> None:
    client = login(ada)
    assert client.post("/customers/new/", {"name": "Fabrikam Ltd"})["Location"] == "/customers/fabrikam-ltd/"
    offered = client.get("/customers/fabrikam-ltd/people/new/").content.decode()
    assert ("Customer admin" in offered, "Release manager" in offered) == (True, False)

    client.post("/customers/fabrikam-ltd/people/new/", {**ALEX, "role": "customer_admin"})
    alex = User.objects.get(username="alex")
    assert str(alex.customer) == "Fabrikam Ltd"
    assert "Alex Reed" in client.get("/customers/fabrikam-ltd/").content.decode()
    assert login(alex).get("/customers/").status_code == 404


@pytest.mark.parametrize("name", ["northwind", "NorthWind!", "!!!"])
def test_a_customer_needs_a_name_and_an_address_of_its_own(ada: User, cleo: User, login: Login, name: str) -> None:
    assert login(ada).post("/customers/new/", {"name": name}).status_code == 422


def test_a_renamed_customer_keeps_its_address(ada: User, cleo: User, login: Login) -> None:
    client = login(ada)
    client.post("/customers/northwind/rename/", {"name": "Northwind Traders"})

    assert "Northwind Traders" in client.get("/customers/northwind/").content.decode()
    assert "renamed the customer Northwind to Northwind Traders" in client.get("/activity/").content.decode()


@pytest.mark.parametrize("path", ["/people/new/", "/customers/new/"])
def test_others_are_not_offered_what_they_may_not_do(rita: User, login: Login, path: str) -> None:
    client = login(rita)
    parent = path.removesuffix("new/")

    assert (path in client.get(parent).content.decode(), client.get(path).status_code) == (False, 403)


def test_services_ask_for_the_right_first(rita: User, bea: User, cleo: User) -> None:
    acts: list[Callable[[], object]] = [
        lambda: services.disable_person(by=rita, person=bea),
        lambda: services.enable_person(by=rita, person=bea),
        lambda: services.reset_password(by=rita, person=bea),
        lambda: changed(rita, bea, Role.ADMIN),
        lambda: services.rename_customer(by=rita, customer=cleo.customer, name="Mine"),
    ]
    for act in acts:
        with pytest.raises(Forbidden):
            act()


@pytest.mark.parametrize("people", [1, 3])
@pytest.mark.parametrize("path", ["/people/", "/customers/", "/customers/northwind/"])
def test_longer_lists_ask_no_more_questions(
    vera: User, cleo: User, login: Login, people: int, path: str, django_assert_num_queries
) -> None:
    for number in range(people):
        services.add_person(
            by=SETUP, username=f"p{number}", display_name="P", role=Role.CUSTOMER_MEMBER, customer=cleo.customer
        )
        services.add_customer(by=SETUP, name=f"Customer {number}")
    client = login(vera)

    with django_assert_num_queries(4):
        assert client.get(path).status_code == 200


def test_people_are_found_by_words_and_role(vera: User, bea: User, cleo: User, login: Login) -> None:
    client = login(vera)

    found = client.get("/people/", {"q": "northw"}).content.decode()
    assert ("Cleo" in found, "Bea" in found) == (True, False)
    builders = client.get("/people/", {"role": "builder"}).content.decode()
    assert (">Bea<" in builders, ">Cleo<" in builders) == (True, False)


def said_by_command(*arguments: str) -> str:
    out = StringIO()
    call_command("add_administrator", *arguments, stdout=out)
    return out.getvalue()


def test_a_new_installation_gets_its_first_administrator_by_a_command(db: None, client: Client) -> None:
    said = said_by_command("ada", "Ada Fischer")

    link = re.search(r"http://[^/]+(/password/\S+)", said)
    assert link
    assert (User.objects.get().role, client.get(link[1]).status_code) == (Role.ADMIN, 200)


def test_the_command_helps_an_administrator_who_forgot_the_password_and_nobody_else(ada: User, bea: User) -> None:
    assert "/password/" in said_by_command("ada")
    with pytest.raises(CommandError, match="Bea is not an administrator"):
        said_by_command("bea")
