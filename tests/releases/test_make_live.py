"""Going live, coming back, and marks: every dialog says what it will mean, and a stale one changes nothing."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from apps.accounts.models import Customer, User
from apps.audit.models import AuditEvent
from apps.core.errors import Forbidden, Refused
from apps.environments.models import Environment, EnvironmentKind
from apps.marketplace import offers
from apps.marketplace import services as marketplace
from apps.marketplace.models import Listing
from apps.releases import selectors, services
from apps.releases.models import IntegrationTemplate, Release
from apps.releases.states import State
from tests.factories.deployments import a_deployment, an_environment
from tests.factories.releases import SETUP, a_live_version, a_version, the_draft

type Login = Callable[[User], Client]


@pytest.fixture
def production(db: None) -> Environment:
    return an_environment("Production", kind=EnvironmentKind.PRODUCTION)


@pytest.fixture
def listing(orders: IntegrationTemplate, live: Release, production: Environment) -> Listing:
    return marketplace.list_template(by=SETUP, integration_template=orders, environment=production)


@pytest.fixture
def live(orders: IntegrationTemplate) -> Release:
    return a_live_version(orders)


def _dialog(client: Client, release: Release, name: str) -> str:
    answer = client.get(reverse(f"releases:release_{name}", args=[release.integration_template.slug, release.pk]))
    return " ".join(answer.content.decode().split())


def _answer(client: Client, release: Release, name: str, **data: str) -> int:
    url = reverse(f"releases:release_{name}", args=[release.integration_template.slug, release.pk])
    seen = selectors.seen(release, selectors.live_release(release.integration_template))
    return client.post(url, {"seen": seen, **data}).status_code


# ---- what going live means ----


def test_going_live_says_what_changes_and_that_the_listing_follows(login: Login, rita: User, listing: Listing) -> None:
    version = a_version(listing.integration_template)
    words = _dialog(login(rita), version, "make_live")

    assert "Changes the step greet." in words
    assert "The marketplace follows live: customers are offered it at once" in words
    assert "V1 becomes superseded." in words


def test_a_pinned_listing_keeps_its_version(login: Login, rita: User, live: Release, listing: Listing) -> None:
    marketplace.pin_release(by=rita, listing=listing, release=live)
    version = a_version(listing.integration_template)

    assert "The marketplace is pinned to V1: customers are offered V1 until somebody switches it." in _dialog(
        login(rita), version, "make_live"
    )


def test_the_first_live_version_says_what_installs_get(login: Login, rita: User, orders: IntegrationTemplate) -> None:
    words = _dialog(login(rita), a_version(orders), "make_live")

    assert "What new installs get" in words
    assert "Adds the step greet." in words


def test_two_pages_at_once_one_wins_and_the_other_is_told(
    login: Login, rita: User, ada: User, orders: IntegrationTemplate, live: Release
) -> None:
    one, two = a_version(orders), a_version(orders)
    stale = selectors.seen(two, live)
    assert _answer(login(rita), one, "make_live") == 303
    url = reverse("releases:release_make_live", args=[orders.slug, two.pk])
    answer = login(ada).post(url, {"seen": stale, "reason": "mine"})

    assert (answer.status_code, selectors.live_release(orders)) == (409, one)
    assert "changed meanwhile" in answer.content.decode()


# ---- withdrawing ----


def test_a_withdrawn_version_leaves_the_listing_unavailable(rita: User, live: Release, listing: Listing) -> None:
    withdrawn = services.withdraw(by=rita, release=live, reason="Writes doubles.")
    fresh = offers.listings().get()

    assert (withdrawn.state, selectors.live_release(listing.integration_template)) == (State.VERSION, None)
    assert offers.release_of(fresh) is None
    event = AuditEvent.objects.latest("pk")
    assert (event.verb, event.reason) == ("release.withdrawn", "Writes doubles.")


def test_customers_read_that_it_is_unavailable(
    login: Login, rita: User, cleo: User, live: Release, listing: Listing
) -> None:
    services.withdraw(by=rita, release=live, reason="Writes doubles.")
    shown = login(cleo).get(reverse("marketplace:listing_list")).content.decode()
    panel = login(rita).get(reverse("marketplace:listing_panel", args=["orders-to-crm"])).content.decode()

    assert "Orders to CRM" not in shown
    assert "Unavailable" in panel


def test_only_a_withdrawn_version_is_deprecated_without_another_live(rita: User, live: Release) -> None:
    with pytest.raises(Refused, match="Make another version live first or withdraw it"):
        services.deprecate(by=rita, release=live, reason="API ends")
    withdrawn = services.withdraw(by=rita, release=live, reason="API ends")

    assert services.deprecate(by=rita, release=withdrawn, reason="API ends").mark == "deprecated"


def test_a_withdrawn_version_goes_live_again(rita: User, orders: IntegrationTemplate, live: Release) -> None:
    withdrawn = services.withdraw(by=rita, release=live, reason="A doubt.")
    services.make_live(by=rita, release=withdrawn)

    assert selectors.live_release(orders) == live


def test_withdrawing_needs_a_reason_the_right_and_something_live(
    bea: User, rita: User, orders: IntegrationTemplate, live: Release
) -> None:
    with pytest.raises(Refused, match="Say why"):
        services.withdraw(by=rita, release=live, reason=" ")
    with pytest.raises(Refused, match="V2 is not live, so there is nothing to withdraw"):
        services.withdraw(by=rita, release=a_version(orders), reason="x")
    with pytest.raises(Forbidden):
        services.withdraw(by=bea, release=live, reason="x")

    assert selectors.live_release(orders) == live


def test_the_dialog_of_withdrawing_says_what_it_means(
    login: Login, rita: User, live: Release, listing: Listing, production: Environment, northwind: Customer
) -> None:
    a_deployment(live, production, northwind, config={}, connections={})
    client = login(rita)
    words = _dialog(client, live, "withdraw")

    assert "One instance runs it in Production. It goes on running." in words
    assert "its listing says “unavailable” until a version is live again" in words
    assert _answer(client, live, "withdraw", reason="Writes doubles.") == 303


# ---- marks ----


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("deprecate", "2 instances run it: 1 in Production, 1 in Staging. They go on running"),
        ("quarantine", "2 instances run it: 1 in Production, 1 in Staging. No run starts there any more"),
        ("pause", "2 instances run it: 1 in Production, 1 in Staging. No run starts there until"),
    ],
)
def test_the_dialogs_of_marks_count_the_instances(
    login: Login,
    rita: User,
    orders: IntegrationTemplate,
    production: Environment,
    northwind: Customer,
    contoso: Customer,
    name: str,
    sentence: str,
) -> None:
    version = a_version(orders)
    staging = an_environment("Staging")
    a_deployment(version, staging, northwind, config={}, connections={})
    a_deployment(version, production, contoso, config={}, connections={})
    words = _dialog(login(rita), version, name)

    assert sentence in words


def test_the_dialog_of_a_version_that_runs_nowhere_says_so(
    login: Login, rita: User, orders: IntegrationTemplate
) -> None:
    assert "No instance runs it." in _dialog(login(rita), a_version(orders), "deprecate")


def test_quarantining_what_is_offered_says_that_customers_get_nothing(
    login: Login, rita: User, live: Release, listing: Listing
) -> None:
    assert "its listing says “unavailable” until the mark is off or another is live" in _dialog(
        login(rita), live, "quarantine"
    )


def test_creating_a_version_says_what_is_in_it(login: Login, bea: User, orders: IntegrationTemplate) -> None:
    a_version(orders)
    draft = the_draft(orders)
    services.save_draft(by=bea, draft=draft, text=draft.text.replace("greet:", "hail:"), revision=draft.revision)
    answer = login(bea).get(reverse("releases:version_create", args=[orders.slug]))
    words = " ".join(answer.content.decode().split())

    assert "The draft is frozen as <strong>V2</strong>. The newest version is V1" in words
    assert "1 moved" in words
    assert answer.context["form"]["description"].value() == "Moves the step greet (now hail)."
