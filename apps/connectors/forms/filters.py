"""What narrows lists of connectors down."""

from django import forms

from apps.connectors.enums import VersionState
from apps.environments.models import Environment


class ConnectorFilter(forms.Form):
    """The list of connectors. A value that is not offered narrows nothing down."""

    state = forms.ChoiceField(required=False, choices=[("", "Any state"), *VersionState.choices])
    environment = forms.ModelChoiceField(
        label="Serves", queryset=Environment.objects.all(), to_field_name="slug", required=False
    )

    def chosen(self) -> tuple[str, Environment | None]:
        """The state and the environment that were chosen."""
        self.is_valid()
        return self.cleaned_data.get("state", ""), self.cleaned_data.get("environment")
