"""Questions before a connector version goes to the bin, or for good."""

from django import forms


class BinForm(forms.Form):
    """What the person was told: the environments that the version stops serving."""

    serving = forms.CharField(required=False, widget=forms.HiddenInput)

    def slugs(self) -> list[str]:
        """Return them as the service takes them."""
        serving: str = self.cleaned_data["serving"]
        return serving.split()


class DeleteForm(forms.Form):
    """The name of what is deleted, typed by hand."""

    typed = forms.CharField(
        label="Type its name",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
