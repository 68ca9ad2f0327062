"""Listing, unlisting, pinning: what the team decides about the offer."""

import pytest

from apps.audit.models import AuditEvent
from apps.core.errors import Forbidden, Refused
from apps.environments.models import EnvironmentKind
from apps.environments.services import create_environment, make_marketplace_target
from apps.marketplace import offers, services
from apps.marketplace.enums import Follows
from apps.marketplace.models import Listing
from apps.releases import services as releases
from tests.factories.deployments import a_release
from tests.factories.releases import a_template


def offered(listing: Listing) -> str:
    release = offers.release_of(offers.listings().get(pk=listing.pk))
    return release.label if release else "nothing"


def test_a_listing_follows_live_unless_told_otherwise(rita, orders, listing):
    assert (listing.follows, offered(listing)) == (Follows.LIVE, "V1")
    a_release(orders)
    assert offered(listing) == "V1"
    a_release(orders, live=True)
    assert offered(listing) == "V3"


def test_a_pinned_listing_is_switched_by_hand_only(rita, orders, v1, listing):
    services.pin_release(by=rita, listing=listing, release=v1, reason="customers test it")
    a_release(orders, live=True)
    assert offered(listing) == "V1"
    services.follow_live(by=rita, listing=listing)
    assert offered(listing) == "V2"
    verbs = AuditEvent.objects.filter(verb__startswith="listing.").order_by("pk")
    assert [str(event) for event in verbs] == [
        "test set-up listed Orders to CRM in the marketplace",
        f"Rita pinned the marketplace's offer of Orders to CRM to {v1.title}",
        "Rita let the marketplace's offer of Orders to CRM follow live",
    ]


def test_a_version_that_never_was_live_can_be_pinned(rita, orders, listing):
    newer = a_release(orders)
    services.pin_release(by=rita, listing=listing, release=newer)
    assert offered(listing) == newer.label


def test_only_release_managers_decide(bea, otto, sam, orders, v1, production, listing):
    for person in (bea, otto, sam):
        with pytest.raises(Forbidden):
            services.unlist_template(by=person, listing=listing)
        with pytest.raises(Forbidden):
            services.pin_release(by=person, listing=listing, release=v1)
        with pytest.raises(Forbidden):
            services.list_template(by=person, integration_template=orders, environment=production)


def test_nothing_live_is_nothing_to_offer(rita, production):
    with pytest.raises(Refused, match="Nothing of Weekly report is live"):
        services.list_template(by=rita, integration_template=a_template("Weekly report"), environment=production)


def test_without_a_place_it_goes_to_the_first_production_environment(ada, rita, orders, v1):
    with pytest.raises(Refused, match="no production environment"):
        services.list_template(by=rita, integration_template=orders)
    first = create_environment(by=ada, name="Shop floor", kind=EnvironmentKind.PRODUCTION)
    create_environment(by=ada, name="Second", kind=EnvironmentKind.PRODUCTION)
    assert services.list_template(by=rita, integration_template=orders).environment == first


def test_without_a_place_it_goes_where_customers_belong(ada, rita, orders, v1):
    create_environment(by=ada, name="Shop floor", kind=EnvironmentKind.PRODUCTION)
    second = create_environment(by=ada, name="Second", kind=EnvironmentKind.PRODUCTION)
    make_marketplace_target(by=ada, environment=second)
    assert services.list_template(by=rita, integration_template=orders).environment == second


def test_listing_twice_says_so_and_again_after_unlisting_keeps_the_pin(rita, orders, v1, production, listing):
    with pytest.raises(Refused, match="in the marketplace already"):
        services.list_template(by=rita, integration_template=orders)
    services.pin_release(by=rita, listing=listing, release=v1)
    services.unlist_template(by=rita, listing=listing, reason="broken")
    assert offered(listing) == "nothing"
    with pytest.raises(Refused, match="is not in the marketplace"):
        services.unlist_template(by=rita, listing=listing)
    again = services.list_template(by=rita, integration_template=orders)
    assert (again.pk, again.is_pinned, again.environment) == (listing.pk, True, production)


def test_drafts_retired_and_foreign_releases_are_not_offered(rita, orders, v1, listing):
    draft = releases.copy_release(by=rita, release=v1)
    stranger = a_release(a_template("Weekly report"))
    deprecated = a_release(orders)
    releases.deprecate(by=rita, release=deprecated, reason="old API")
    for release, why in ((draft, "draft is never offered"), (stranger, "another template"), (deprecated, "deprecated")):
        with pytest.raises(Refused, match=why):
            services.pin_release(by=rita, listing=listing, release=release)


def test_an_offer_that_is_quarantined_is_no_offer(rita, v1, listing):
    releases.quarantine(by=rita, release=v1, reason="leaks")
    assert offered(listing) == "nothing"


def test_what_a_listing_is_pinned_to_does_not_go_to_the_bin(rita, orders, v1, listing):
    services.pin_release(by=rita, listing=listing, release=v1)
    a_release(orders, live=True)
    with pytest.raises(Refused) as refusal:
        releases.bin_release(by=rita, release=v1)
    assert refusal.value.problems == ("The marketplace's listing of Orders to CRM is pinned to it",)
