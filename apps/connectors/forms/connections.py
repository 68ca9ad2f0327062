"""Forms about connections. No form ever shows a secret: it is entered, never read."""

from typing import Any

from django import forms

from apps.accounts.models import Customer, User
from apps.connectors import selectors
from apps.connectors.enums import Scheme
from apps.connectors.models import Connection, Connector
from apps.environments.models import Environment

FIELD_PREFIX = "field_"


class PlaceForm(forms.Form):
    """For which connector, environment and owner a connection is made. Values that the address fixes are locked."""

    connector = forms.ModelChoiceField(queryset=Connector.objects.all(), to_field_name="slug", empty_label="Choose …")
    environment = forms.ModelChoiceField(
        queryset=Environment.objects.all(), to_field_name="slug", empty_label="Choose …"
    )
    customer = forms.ModelChoiceField(
        label="Owner",
        queryset=Customer.objects.all(),
        to_field_name="slug",
        required=False,
        empty_label="The team",
        help_text="Only instances of the same owner can use it.",
    )

    def __init__(self, *args: Any, person: User, **options: Any) -> None:
        super().__init__(*args, **options)
        if person.customer_id is not None:
            own = Customer.objects.filter(pk=person.customer_id)
            self.fields["customer"] = forms.ModelChoiceField(
                label="Owner", queryset=own, to_field_name="slug", empty_label=None
            )


class CredentialsForm(forms.Form):
    """What a scheme asks for: readable fields, and one secret that is written only."""

    def __init__(self, *args: Any, scheme: Scheme, connection: Connection | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.scheme = scheme
        for name, label in scheme.field_labels.items():
            initial = connection.fields.get(name, "") if connection else ""
            self.fields[FIELD_PREFIX + name] = forms.CharField(label=label, max_length=500, initial=initial)
        if scheme.secret_label:
            self.fields["secret"] = forms.CharField(
                label=scheme.secret_label,
                max_length=8_000,
                strip=True,
                widget=forms.PasswordInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
                help_text="It is sealed at once and never shown again.",
            )

    def entered(self) -> dict[str, str]:
        """The fields that are not secret, by name."""
        return {name: self.cleaned_data[FIELD_PREFIX + name] for name in self.scheme.field_labels}

    def secret(self) -> str:
        """The secret, on its way to the seal."""
        secret: str = self.cleaned_data.get("secret", "")
        return secret


class ConnectionForm(CredentialsForm):
    """A new connection: its name, and the credentials."""

    name = forms.CharField(max_length=120, help_text="How people choose it, such as “Shop key of Northwind”.")


class RenameForm(forms.Form):
    """Another name for a connection."""

    name = forms.CharField(max_length=120)


class ConnectionFilter(forms.Form):
    """Narrows the list down."""

    connector = forms.ModelChoiceField(
        queryset=Connector.objects.all(),
        to_field_name="slug",
        required=False,
        empty_label="All connectors",
        widget=forms.Select(attrs={"class": "form-select"}),
    )
    environment = forms.ModelChoiceField(
        queryset=Environment.objects.all(),
        to_field_name="slug",
        required=False,
        empty_label="All environments",
        widget=forms.Select(attrs={"class": "form-select"}),
    )

    def narrowed(self, person: User, search: str) -> Any:
        """Return the visible connections that fit."""
        found = selectors.connections_visible_to(person, search=search)
        chosen = {name: value for name, value in self.cleaned_data.items() if value} if self.is_valid() else {}
        return found.filter(**chosen)
