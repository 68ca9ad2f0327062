"""Environments: how they come, who locks them, and what may be called from them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client

from apps.accounts.models import User
from apps.audit.models import AuditEvent
from apps.core import clock
from apps.core.errors import Conflict, Forbidden, Refused
from apps.environments import selectors, services
from apps.environments.models import EgressException, Environment, EnvironmentKind
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
