"""Forms about connectors and their versions."""

from django import forms


class ConnectorEditForm(forms.Form):
    """Name and description of a connector."""

    name = forms.CharField(max_length=120, help_text="The short name that releases use stays as it is.")
    description = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 4}))


class ReasonForm(forms.Form):
    """Why a step is taken although something speaks against it."""

    reason = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
