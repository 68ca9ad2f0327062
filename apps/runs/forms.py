"""Forms of runs."""

from typing import Any

from django import forms

from apps.connectors.enums import Scheme
from apps.connectors.models import Connection, Connector
from apps.connectors.selectors import usable_connections
from apps.deployments.config_form import ConfigForm, faults, questions
from apps.deployments.selectors import schemes_by_slot
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


class TestConfigForm(ConfigForm):
    """The wizard's questions on one page, answered at first as the release's sample input says."""

    def __init__(self, data: Any = None, *, definition: Definition) -> None:
        asked = questions(definition.config_schema)
        sample = definition.sample_input.get("config")
        super().__init__(definition.config_schema, asked, data=data, answers=sample if isinstance(sample, dict) else {})

    def clean(self) -> dict[str, Any]:
        """Let the schema judge the answers together, once each of them is good."""
        cleaned = super().clean()
        if not self.errors and self.schema:
            for fault in faults(self.schema, self.answers_given):
                self.add_error(None, f"“{fault.field}”: {fault.sentence}" if fault.field else fault.sentence)
        return cleaned


class TestRunForm(forms.Form):
    """What a test run gets beside its configuration: connections of the team in one environment, and an event."""

    event = forms.JSONField(
        label="Event",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "mono", "spellcheck": "false"}),
        help_text="What started the run, as JSON; null for a start by hand.",
    )

    def __init__(self, data: Any = None, *, definition: Definition, environment: Environment) -> None:
        super().__init__(data, initial={"event": definition.sample_input.get("event")})
        self.slots = list(definition.slots)
        schemes = schemes_by_slot(environment, definition.slots)
        for name, slot in definition.slots.items():
            self.fields[_slot_field(name)] = forms.ModelChoiceField(
                _connections(slot.connector, environment, schemes.get(name)),
                label=slot.title or name,
                help_text=f"A connection of the team to {slot.connector} in {environment}.",
                empty_label="Choose a connection",
            )
        self.order_fields([_slot_field(name) for name in self.slots])

    @property
    def of_slots(self) -> list[forms.BoundField]:
        """The fields that ask for connections."""
        return [self[_slot_field(name)] for name in self.slots]

    @property
    def connections(self) -> dict[str, Connection]:
        """The chosen connections by slot."""
        return {name: self.cleaned_data[_slot_field(name)] for name in self.slots}


def _slot_field(name: str) -> str:
    return f"slot-{name}"


def _connections(connector_slug: str, environment: Environment, scheme: Scheme | None) -> Any:
    connector = Connector.objects.filter(slug=connector_slug).first()
    if connector is None:
        return Connection.objects.none()
    usable = usable_connections(connector, environment, None)
    return usable if scheme in (None, Scheme.NONE) else usable.filter(scheme=scheme)
