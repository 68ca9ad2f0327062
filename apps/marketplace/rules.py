"""What the marketplace adds to the rules of deploying."""

from collections.abc import Iterator

from apps.accounts.models import User
from apps.deployments.plan import Plan
from apps.deployments.readiness import Problem
from apps.deployments.rights import By
from apps.marketplace import offers
from apps.releases.selection import DEPLOYING


def not_offered(plan: Plan, person: By) -> Iterator[Problem]:
    """Customers get what a listing offers, and where it is offered; asked again under the locks of the deployment."""
    if not (isinstance(person, User) and person.customer_id) or plan.purpose not in DEPLOYING:
        return
    listing = offers.shown().filter(integration_template=plan.target.integration_template).first()
    offered = offers.release_of(listing) if listing else None
    if listing is None or offered != plan.release:
        yield Problem("version", f"{plan.release} is not what the marketplace offers now.")
    elif plan.instance is None and plan.target.environment != listing.environment:
        yield Problem("environment", f"The marketplace does not install {listing} there.")
