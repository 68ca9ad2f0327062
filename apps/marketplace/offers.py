"""What the marketplace offers: reading listings, and nothing of a template that no listing shows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet

from apps.deployments.config_form import Kind, Question
from apps.deployments.wizard import questions_of
from apps.marketplace.icons import icon_of
from apps.marketplace.models import Listing
from apps.releases.definition import Definition, DefinitionError, Slot
from apps.releases.models import IntegrationTemplate, Release
from apps.releases.selection import Audience, Purpose, selectable
from apps.releases.selectors import definition_of, facts_of

LIVE = Prefetch(
    "integration_template__releases",
    queryset=Release.objects.live().select_related("snapshot", "integration_template"),
    to_attr="live_releases",
)


@dataclass(frozen=True)
class Offer:
    """A listing with the version that it offers now."""

    listing: Listing
    release: Release
    definition: Definition

    @property
    def name(self) -> str:
        return self.listing.integration_template.name

    @property
    def summary(self) -> str:
        return self.definition.summary or self.listing.integration_template.summary

    @property
    def icon(self) -> str:
        return icon_of(self.definition)

    @property
    def slots(self) -> Sequence[Slot]:
        """What it has to be connected to."""
        return list(self.definition.slots.values())

    @property
    def questions(self) -> list[Question]:
        """What its owner is asked."""
        asked = questions_of(self.definition).values()
        return [question for question in asked if question.by_customer and question.kind is not Kind.SECRET]


def listings() -> QuerySet[Listing]:
    """Return every listing, shown or not, complete for asking what it offers."""
    return Listing.objects.select_related(
        "integration_template",
        "environment",
        "pinned_release__snapshot",
        "pinned_release__integration_template",
    ).prefetch_related(LIVE)


def shown() -> QuerySet[Listing]:
    """Return the listings that customers find."""
    return listings().filter(is_listed=True)


def search(found: QuerySet[Listing], words: str) -> QuerySet[Listing]:
    """Keep the listings in which every word stands in the name or the summary."""
    for word in words.split():
        found = found.filter(
            Q(integration_template__name__icontains=word) | Q(integration_template__summary__icontains=word)
        )
    return found


def release_of(listing: Listing) -> Release | None:
    """Return the version that the listing offers; None where it is unavailable: nothing live, or retired."""
    live: list[Release] = listing.integration_template.live_releases  # type: ignore[attr-defined]
    release = listing.pinned_release or next(iter(live), None)
    if release is None or not listing.is_listed:
        return None
    facts = facts_of(release, is_pinned_by_listing=listing.is_pinned)
    return release if selectable(facts, Purpose.INSTALL, Audience.CUSTOMER) else None


def offer_of(listing: Listing) -> Offer | None:
    """Return what the listing offers; None where it is unavailable."""
    release = release_of(listing)
    if release is None:
        return None
    try:
        return Offer(listing, release, definition_of(release))
    except DefinitionError:
        return None


def offers(found: Iterable[Listing]) -> list[Offer]:
    """Return what the listings offer, without those that are unavailable."""
    return [offer for listing in found if (offer := offer_of(listing))]


def offered_to(templates: Iterable[int]) -> dict[int, Release]:
    """Return the version that is offered of each of the templates (by their ids), where one is."""
    found = shown().filter(integration_template__in=set(templates))
    return {listing.integration_template_id: release for listing in found if (release := release_of(listing))}


def is_pinned(release: Release) -> bool:
    """Tell whether a listing that customers find is pinned to the release."""
    return Listing.objects.filter(pinned_release=release.pk, is_listed=True).exists()


def pinned_release(integration_template: IntegrationTemplate) -> Release | None:
    """Return the version that a listing which customers find is pinned to."""
    listing = shown().filter(integration_template=integration_template, pinned_release__isnull=False).first()
    return listing.pinned_release if listing else None


def users_of_release(release: Release) -> list[str]:
    """Return why the marketplace needs a release: a listing holds on to it, shown or not."""
    pinned = Listing.objects.filter(pinned_release=release).select_related("integration_template")
    return [f"The marketplace's listing of {listing} is pinned to it" for listing in pinned]
