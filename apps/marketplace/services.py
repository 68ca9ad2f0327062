"""What the team does with listings; every write of this app is one of these verbs."""

from collections.abc import Iterator
from contextlib import contextmanager

from apps.accounts.models import User
from apps.accounts.permissions import Verb, authorise
from apps.audit.actor import Actor
from apps.audit.operations import Operation, operation
from apps.core import clock
from apps.core.errors import Refused
from apps.environments.models import Environment, EnvironmentKind
from apps.marketplace.enums import Follows
from apps.marketplace.models import Listing
from apps.releases.models import IntegrationTemplate, Release
from apps.releases.selection import Audience, Purpose, selectable
from apps.releases.selectors import facts_of, live_release

type By = User | Actor


def list_template(
    *, by: By, integration_template: IntegrationTemplate, environment: Environment | None = None, reason: str = ""
) -> Listing:
    """Show the template in the marketplace, following live unless it was pinned before.

    Installs go to ``environment``; without one to where they went before, else to the one for customers.
    """
    with operation("listing.listed", by=by, reason=reason) as op:
        op.about(integration_template)
        authorise(by, Verb.RELEASE_MANAGE)
        template = IntegrationTemplate.objects.select_for_update().get(pk=integration_template.pk)
        listing = Listing.objects.select_related("pinned_release").filter(integration_template=template).first()
        _refuse_unless_something_is_offered(template, listing)
        if listing is None:
            place = environment or _usual_place()
            listing = Listing(integration_template=template, created_at=clock.now(), environment=place)
        elif listing.is_listed and environment in (None, listing.environment):
            raise Refused(f"{template} is in the marketplace already.")
        listing.is_listed = True
        listing.environment = environment or listing.environment
        listing.save()
        op.about(listing, within=template, environment=listing.environment.name)
    return listing


def unlist_template(*, by: By, listing: Listing, reason: str = "") -> Listing:
    """Take the template out of the marketplace: no new installs, no updates; what is installed goes on."""
    with _changing("listing.unlisted", by=by, listing=listing, reason=reason) as (_, fresh):
        if not fresh.is_listed:
            raise Refused(f"{fresh} is not in the marketplace.")
        fresh.is_listed = False
        fresh.save(update_fields=["is_listed"])
    return fresh


def pin_release(*, by: By, listing: Listing, release: Release, reason: str = "") -> Listing:
    """Offer exactly this version until somebody switches it by hand, whatever goes live."""
    with _changing("listing.pinned", by=by, listing=listing, reason=reason) as (op, fresh):
        current = Release.objects.select_related("integration_template").get(pk=release.pk)
        op.about(fresh, release=current.title)
        if current.integration_template_id != fresh.integration_template_id:
            raise Refused(f"{current} is a release of another template.")
        verdict = selectable(facts_of(current, is_pinned_by_listing=True), Purpose.INSTALL, Audience.CUSTOMER)
        if not verdict:
            raise Refused(f"{current.label} cannot be offered. {verdict.reason}")
        if fresh.pinned_release_id == current.pk:
            raise Refused(f"The marketplace offers {current.label} already.")
        fresh.follows, fresh.pinned_release = Follows.PINNED, current
        fresh.save(update_fields=["follows", "pinned_release"])
    return fresh


def follow_live(*, by: By, listing: Listing, reason: str = "") -> Listing:
    """Offer whatever version is live, from now on."""
    with _changing("listing.followed_live", by=by, listing=listing, reason=reason) as (_, fresh):
        if not fresh.is_pinned:
            raise Refused(f"The listing of {fresh} follows live already.")
        fresh.follows, fresh.pinned_release = Follows.LIVE, None
        fresh.save(update_fields=["follows", "pinned_release"])
    return fresh


@contextmanager
def _changing(verb: str, *, by: By, listing: Listing, reason: str) -> Iterator[tuple[Operation, Listing]]:
    """Lock the template, then read the listing anew: deployments of customers wait for the same lock."""
    with operation(verb, by=by, reason=reason) as op:
        op.about(listing, within=listing.integration_template)
        authorise(by, Verb.RELEASE_MANAGE)
        template = IntegrationTemplate.objects.select_for_update().get(pk=listing.integration_template_id)
        fresh = Listing.objects.select_related("environment", "pinned_release").get(pk=listing.pk)
        fresh.integration_template = template
        op.about(fresh, within=template)
        yield op, fresh


def _refuse_unless_something_is_offered(template: IntegrationTemplate, listing: Listing | None) -> None:
    offered = (listing and listing.pinned_release) or live_release(template)
    if offered is None:
        raise Refused(f"Nothing of {template} is live, so there is nothing to offer. Make a version live first.")


def _usual_place() -> Environment:
    production = Environment.objects.filter(kind=EnvironmentKind.PRODUCTION)
    environment = Environment.objects.filter(is_marketplace=True).first() or production.first()
    if environment is None:
        raise Refused("There is no production environment that customers could install into. Add one first.")
    return environment
