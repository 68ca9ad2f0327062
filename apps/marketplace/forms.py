"""Forms of the marketplace."""

from collections.abc import Collection
from typing import Any

from django import forms

from apps.accounts.models import Customer
from apps.connectors.forms.connections import ConnectionForm
from apps.deployments.models import Instance
from apps.environments.models import Environment, EnvironmentKind
from apps.marketplace.enums import Follows
from apps.marketplace.models import Listing
from apps.releases.models import Release
from apps.releases.selection import Audience, Purpose, selectable
from apps.releases.selectors import facts_of, releases_of


class InstallForm(forms.Form):
    """What tells a second install of the same integration from the first."""

    label = forms.CharField(
        required=False, max_length=80, label="Name of the new one", help_text="Such as “Shop Bern”."
    )

    def __init__(self, *args: Any, customer: Customer | None, listing: Listing, **options: Any) -> None:
        super().__init__(*args, **options)
        installed = Instance.objects.installed()
        self.taken = set(
            installed.filter(
                customer=customer, integration_template=listing.integration_template, environment=listing.environment
            ).values_list("label", flat=True)
        )

    def clean_label(self) -> str:
        label: str = self.cleaned_data["label"].strip()
        if label in self.taken:
            message = f"You have one called “{label}” already." if label else "Give the second one a name of its own."
            raise forms.ValidationError(message)
        return label


class AccountForm(ConnectionForm):
    """A new connection of a customer: a name that is free, and the access details."""

    def __init__(self, *args: Any, taken: Collection[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.taken = taken
        self.fields["name"].help_text = "How you and your colleagues choose it."

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if name in self.taken:
            raise forms.ValidationError(f"You have a connection called “{name}” already.")
        return name


class NoteForm(forms.Form):
    """A note for colleagues; may stay blank. ``seen``: what the person saw installed."""

    reason = forms.CharField(
        required=False,
        max_length=500,
        label="Why? (for your colleagues)",
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput())


class OfferForm(forms.Form):
    """Which version the marketplace offers, switched by hand."""

    follows = forms.ChoiceField(choices=Follows.choices, widget=forms.RadioSelect(), label="Customers are offered")
    release = forms.ModelChoiceField(Release.objects.none(), required=False, label="Version", empty_label="Choose …")
    reason = forms.CharField(required=False, max_length=500, label="Reason", help_text="For the trail.")

    def __init__(self, *args: Any, listing: Listing, **options: Any) -> None:
        super().__init__(*args, **options)
        choice = self.fields["release"]
        if isinstance(choice, forms.ModelChoiceField):
            choice.queryset = releases_of(listing.integration_template).filter(
                pk__in=[release.pk for release in offerable(listing)]
            )
            choice.label_from_instance = _title  # type: ignore[method-assign]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("follows") == Follows.PINNED and not cleaned.get("release"):
            self.add_error("release", "Choose the version to pin the offer to.")
        return cleaned


def _title(obj: Release) -> str:
    return obj.title


def offerable(listing: Listing) -> list[Release]:
    """Return the versions that the listing could be pinned to, newest first."""
    versions = releases_of(listing.integration_template).filter(number__isnull=False, binned_at=None)
    return [
        release
        for release in versions
        if selectable(facts_of(release, is_pinned_by_listing=True), Purpose.INSTALL, Audience.CUSTOMER)
    ]


class ReasonForm(forms.Form):
    """Why; may stay blank."""

    reason = forms.CharField(required=False, max_length=500, label="Reason", help_text="For the trail.")


class ListForm(ReasonForm):
    """Where customers' installs run."""

    environment = forms.ModelChoiceField(
        Environment.objects.all(),
        label="Installs run in",
        empty_label=None,
        help_text="What is installed stays where it is.",
    )
    field_order = ("environment", "reason")

    @staticmethod
    def usual_environment() -> int | None:
        """Return the one for customers, else the first production environment."""
        production = Environment.objects.filter(kind=EnvironmentKind.PRODUCTION)
        environment = Environment.objects.filter(is_marketplace=True).first() or production.first()
        return environment.pk if environment else None
