"""Forms of runs."""

import json
from typing import Any

from django import forms

from apps.connectors.models import Connection, Connector
from apps.connectors.selectors import usable_connections
from apps.environments.models import Environment
from apps.releases.definition import Definition
from apps.releases.models import IntegrationTemplate, Release
from apps.runs.states import RunKind, RunState


class RunFilterForm(forms.Form):
    """Narrows the list of runs down; what makes no sense is ignored."""

    state = forms.ChoiceField(choices=[("", "All states"), *RunState.choices], required=False)
    kind = forms.ChoiceField(choices=[("", "However started"), *RunKind.choices], required=False)
    environment = forms.ModelChoiceField(
        Environment.objects.all(), to_field_name="slug", required=False, empty_label="All environments"
    )
    integration_template = forms.ModelChoiceField(
        IntegrationTemplate.objects.all(),
        to_field_name="slug",
        required=False,
        label="Template",
        empty_label="All templates",
    )
    release = forms.ModelChoiceField(Release.objects.all(), required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        for bound in self.visible_fields():
            bound.field.widget.attrs["class"] = "form-select"

    @property
    def chosen(self) -> dict[str, Any]:
        """What is asked for and makes sense."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}


class ReasonForm(forms.Form):
    """Why; may stay blank."""

    reason = forms.CharField(
        required=False, max_length=500, label="Reason", widget=forms.Textarea(attrs={"rows": 2, "autofocus": True})
    )


class Indented(json.JSONEncoder):
    """Writes JSON for people to edit."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options | {"indent": 2})


class TestRunForm(forms.Form):
    """What a test run gets: connections of the team in one environment, a configuration, an event."""

    config = forms.JSONField(
        label="Configuration",
        encoder=Indented,
        widget=forms.Textarea(attrs={"rows": 10, "class": "mono", "spellcheck": "false"}),
        help_text="What the wizard would ask, as JSON.",
    )
    event = forms.JSONField(
        label="Event",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "mono", "spellcheck": "false"}),
        help_text="What started the run, as JSON; null for a start by hand.",
    )

    def __init__(self, data: Any = None, *, definition: Definition, environment: Environment) -> None:
        super().__init__(data, initial=definition.sample_input)
        self.slots = list(definition.slots)
        for name, slot in definition.slots.items():
            self.fields[_slot_field(name)] = forms.ModelChoiceField(
                _connections(slot.connector, environment),
                label=slot.title or name,
                help_text=f"A connection of the team to {slot.connector} in {environment}.",
                empty_label="Choose a connection",
            )
        self.order_fields([_slot_field(name) for name in self.slots])

    def clean_config(self) -> dict[str, Any]:
        """Refuse what is no object."""
        config = self.cleaned_data["config"]
        if not isinstance(config, dict):
            raise forms.ValidationError("The configuration is an object: {…}.")
        return config

    @property
    def connections(self) -> dict[str, Connection]:
        """The chosen connections by slot."""
        return {name: self.cleaned_data[_slot_field(name)] for name in self.slots}


def _slot_field(name: str) -> str:
    return f"slot-{name}"


def _connections(connector_slug: str, environment: Environment) -> Any:
    connector = Connector.objects.filter(slug=connector_slug).first()
    if connector is None:
        return Connection.objects.none()
    return usable_connections(connector, environment, None)
