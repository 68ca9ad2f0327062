"""Forms about connections. No form ever shows a secret: it is entered, never read."""

from collections.abc import Sequence
from typing import Any

from django import forms

from apps.accounts.models import Customer, User
from apps.connectors import selectors
from apps.connectors.calls.individual import LONGEST_VALUE, Field, value_problem
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


class IndividualField(forms.CharField):
    """A field that the connector asks of each connection; its value is not secret."""

    def __init__(self, field: Field, **options: Any) -> None:
        self.asked = field
        super().__init__(
            label=field.label, help_text=field.help, required=field.required, max_length=LONGEST_VALUE, **options
        )

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and (problem := value_problem(self.asked, value)):
            raise forms.ValidationError(problem)


class CredentialsForm(forms.Form):
    """What a scheme and the connector's fields (``asked``) want to know, and one secret that is written only."""

    def __init__(
        self,
        *args: Any,
        scheme: Scheme,
        asked: Sequence[Field] = (),
        connection: Connection | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.scheme, self.asked = scheme, asked
        kept = connection.fields if connection else {}
        for field in asked:
            self.fields[FIELD_PREFIX + field.name] = IndividualField(field, initial=kept.get(field.name, ""))
        for name, label in scheme.field_labels.items():
            initial = kept.get(name, "")
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
        names = [*self.scheme.field_labels, *(field.name for field in self.asked)]
        return {name: self.cleaned_data[FIELD_PREFIX + name] for name in names}

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
