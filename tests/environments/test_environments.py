"""Environments: how they come, who locks them, and what may be called from them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
import time_machine
from django.test import Client

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.core import clock
from apps.core.errors import Conflict, Forbidden, Refused
from apps.environments import selectors, services
from apps.environments.models import EgressException, Environment, EnvironmentKind, Reach
from apps.infra.egress import Allowance

type Login = Callable[[User], Client]


@pytest.fixture
def staging(ada: User) -> Environment:
    return services.create_environment(by=ada, name="Staging", kind=EnvironmentKind.DEVELOPMENT)


def allow(by: User, environment: Environment, host: str = "10.0.0.7", **more: object) -> EgressException:
    return services.allow_egress(by=by, environment=environment, host=host, port=8443, reason="CRM", **more)  # type: ignore[arg-type]


def test_environments_stand_in_the_order_in_which_they_came(ada: User) -> None:
    for name in ("Development", "Staging", "Production"):
        services.create_environment(by=ada, name=name, kind=EnvironmentKind.DEVELOPMENT)

    assert [str(each) for each in selectors.environments()] == ["Development", "Staging", "Production"]


def test_only_administrators_add_environments(rita: User) -> None:
    with pytest.raises(Forbidden):
        services.create_environment(by=rita, name="Mine", kind=EnvironmentKind.DEVELOPMENT)


def test_a_name_is_taken_once(ada: User, staging: Environment) -> None:
    with pytest.raises(Refused, match="already"):
        services.create_environment(by=ada, name="staging", kind=EnvironmentKind.PRODUCTION)


def test_otto_locks_with_a_reason_and_rita_unlocks(otto: User, rita: User, staging: Environment) -> None:
    locked = services.lock_environment(by=otto, environment=staging, reason="Freeze until Monday")
    assert (locked.is_locked, locked.locked_by, locked.lock_reason) == (True, otto, "Freeze until Monday")
    with pytest.raises(Conflict, match="Freeze until Monday"):
        services.lock_environment(by=rita, environment=staging, reason="Me too")

    assert not services.unlock_environment(by=rita, environment=staging).is_locked
    with pytest.raises(Conflict):
        services.unlock_environment(by=rita, environment=staging)
    told = AuditEvent.objects.filter(target_type="environments.environment", chain__name="system").order_by("pk")
    assert [event.sentence for event in told] == [
        "created the environment Staging for development",
        "locked Staging",
        "unlocked Staging",
    ]


def test_a_builder_locks_nothing(bea: User, staging: Environment) -> None:
    with pytest.raises(Forbidden):
        services.lock_environment(by=bea, environment=staging, reason="Please")


def test_calls_go_where_exceptions_in_force_allow(ada: User, staging: Environment) -> None:
    allow(ada, staging)
    allow(ada, staging, "10.0.0.8", expires_at=clock.now() + timedelta(hours=1))
    allow(ada, staging, "10.0.0.9", expires_at=clock.now() - timedelta(hours=1))

    assert selectors.egress_policy(staging).allowed == (Allowance("10.0.0.7", 8443), Allowance("10.0.0.8", 8443))
    assert selectors.environments().get().exception_count == 2  # type: ignore[attr-defined]


def test_an_exception_is_taken_back(ada: User, staging: Environment) -> None:
    services.forbid_egress(by=ada, exception=allow(ada, staging))

    assert selectors.egress_policy(staging).allowed == ()


def test_pages_open_for_a_viewer_without_buttons(vera: User, ada: User, staging: Environment, login: Login) -> None:
    allow(ada, staging)
    client = login(vera)

    assert client.get("/environments/").status_code == 200
    page = client.get("/environments/staging/").content.decode()
    assert "10.0.0.7:8443" in page
    assert "Add exception" not in page
    assert "Take back" not in page
    for url in ("/environments/new/", "/environments/staging/lock/", "/environments/staging/exceptions/new/"):
        assert client.post(url).status_code == 403


def test_a_customer_finds_no_environments(cleo: User, staging: Environment, login: Login) -> None:
    for url in ("/environments/", "/environments/staging/", "/environments/nothing/"):
        assert login(cleo).get(url).status_code == 404


def test_ada_adds_one_in_the_browser(ada: User, login: Login) -> None:
    client = login(ada)

    assert client.post("/environments/new/", {"name": "", "kind": "production"}).status_code == 422
    made = client.post("/environments/new/", {"name": "Production", "kind": "production", "is_protected": "on"})

    assert made["Location"] == "/environments/production/"
    assert Environment.objects.get().is_protected


def test_ada_allows_an_address_in_the_dialog(ada: User, staging: Environment, login: Login) -> None:
    url = "/environments/staging/exceptions/new/"
    client = login(ada)

    bad = client.post(url, {"host": "https://crm.internal/x", "port": "443", "reason": "CRM"})
    assert bad.status_code == 422
    assert "without https://" in bad.content.decode()
    client.post(url, {"host": "CRM.internal", "port": "8443", "reason": "CRM", "expires_on": "2999-01-01"})

    exception = EgressException.objects.get()
    assert (exception.host, exception.created_by_name) == ("crm.internal", "Ada")
    client.post(f"/environments/staging/exceptions/{exception.pk}/delete/")
    assert not EgressException.objects.exists()


def test_locking_in_the_dialog_needs_a_reason(otto: User, staging: Environment, login: Login) -> None:
    url, htmx = "/environments/staging/lock/", {"HX-Request": "true", "HX-Target": "dialog"}
    client = login(otto)

    bad = client.post(url, {"reason": ""}, headers=htmx)
    assert bad.status_code == 422
    assert "<html" not in bad.content.decode()
    good = client.post(url, {"reason": "Freeze"}, headers=htmx)

    assert good["HX-Redirect"] == "/environments/staging/"
    assert "Freeze" in client.get("/environments/staging/").content.decode()
    client.post("/environments/staging/unlock/", {})
    staging.refresh_from_db()
    assert not staging.is_locked


def order() -> list[str]:
    return [environment.name for environment in selectors.environments()]


@pytest.mark.parametrize(
    ("preset", "names"),
    [
        (services.Preset.SMALL, ["Production"]),
        (services.Preset.USUAL, ["Development", "Production"]),
        (services.Preset.LARGE, ["Development", "Staging", "Production"]),
    ],
)
def test_a_preset_ends_with_the_place_of_customers(ada: User, preset: services.Preset, names: list[str]) -> None:
    made = services.begin_with(by=ada, preset=preset)

    assert order() == names
    assert [(each.is_marketplace, each.is_protected) for each in made] == [(False, False)] * (len(names) - 1) + [
        (True, True)
    ]
    with pytest.raises(Refused, match="already"):
        services.begin_with(by=ada, preset=preset)


def test_environments_move_in_the_order(ada: User) -> None:
    services.begin_with(by=ada, preset=services.Preset.LARGE)
    production = Environment.objects.get(name="Production")

    services.move_environment(by=ada, environment=production, places=-1)
    assert order() == ["Development", "Production", "Staging"]
    services.move_environment(by=ada, environment=production, places=-9)
    assert order() == ["Production", "Development", "Staging"]
    services.move_environment(by=ada, environment=production, places=2)
    assert order() == ["Development", "Staging", "Production"]


def test_there_is_one_place_of_customers(ada: User) -> None:
    services.begin_with(by=ada, preset=services.Preset.USUAL)
    services.make_marketplace_target(by=ada, environment=Environment.objects.get(name="Development"))

    assert [each.name for each in Environment.objects.filter(is_marketplace=True)] == ["Development"]


def test_a_change_of_protection_needs_a_reason(ada: User, staging: Environment) -> None:
    change = {"by": ada, "environment": staging, "name": "QA", "kind": EnvironmentKind.PRODUCTION}
    with pytest.raises(Refused, match="Say why"):
        services.edit_environment(**change, is_protected=True)  # type: ignore[arg-type]

    edited = services.edit_environment(**change, is_protected=True, reason="It holds customers' data")  # type: ignore[arg-type]

    assert (edited.name, edited.slug, edited.kind, edited.is_protected) == ("QA", "staging", "production", True)


def test_the_kind_stays_while_something_uses_the_environment(
    ada: User, staging: Environment, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.environments.users_of_environments._asks", [lambda _: ["3 instances are installed here"]])
    with pytest.raises(Refused) as refused:
        services.edit_environment(
            by=ada, environment=staging, name="Staging", kind=EnvironmentKind.PRODUCTION, is_protected=False
        )

    assert refused.value.problems == ("3 instances are installed here",)


def test_a_lock_ends_by_itself(otto: User, staging: Environment) -> None:
    with time_machine.travel(datetime(2026, 12, 24, 12, tzinfo=UTC), tick=False) as now:
        until = clock.now() + timedelta(hours=2)
        locked = services.lock_environment(by=otto, environment=staging, reason="Freeze", until=until)
        now.shift(timedelta(hours=1, minutes=59))
        assert locked.is_locked
        now.shift(timedelta(minutes=1))
        assert not locked.is_locked
        with pytest.raises(Refused, match="over already"):
            services.lock_environment(by=otto, environment=staging, reason="Freeze", until=until)


def test_only_listed_addresses_are_called_where_the_internet_is_closed(ada: User, staging: Environment) -> None:
    public = [ip_address("93.184.216.34")]
    assert selectors.egress_policy(staging).admits("example.com", 443, public)
    with pytest.raises(Refused, match="Say why"):
        services.set_reach(by=ada, environment=staging, reach=Reach.LISTED, reason=" ")

    services.set_reach(by=ada, environment=staging, reach=Reach.LISTED, reason="Audit")
    services.allow_egress(by=ada, environment=staging, host="api.example.com", port=443, reason="CRM")
    staging.refresh_from_db()

    policy = selectors.egress_policy(staging)
    assert not policy.admits("example.com", 443, public)
    assert policy.admits("api.example.com", 443, public)


def test_ada_begins_with_a_preset_and_changes_it_in_the_browser(ada: User, login: Login) -> None:
    client = login(ada)
    assert "Development and production" in client.get("/environments/").content.decode()
    client.post("/environments/begin/", {"preset": "USUAL"})
    client.post("/environments/production/move/", {"to": "up"})
    assert order() == ["Production", "Development"]

    bad = client.post("/environments/development/edit/", {"name": "QA", "kind": "development", "is_protected": "on"})
    assert bad.status_code == 422
    assert "Say why the protection changes" in bad.content.decode()
    client.post("/environments/development/edit/", {"name": "QA", "kind": "development"})
    client.post("/environments/development/target/")
    client.post("/environments/development/reach/", {"reach": "listed", "reason": "Audit"})

    page = client.get("/environments/development/").content.decode()
    assert "QA" in page
    assert "Run here by default" in page
    assert "The listed addresses only" in page


def test_only_administrators_shape_environments(rita: User, staging: Environment, login: Login) -> None:
    client = login(rita)
    for act in ("edit", "move", "target", "reach"):
        assert client.post(f"/environments/staging/{act}/").status_code == 403
    assert client.post("/environments/begin/").status_code == 403
