"""Forms of drafts, their checkpoints, and of two texts that are merged."""

from typing import Any

from django import forms

from apps.releases.forms import DraftForm
from apps.releases.models import Release
from apps.releases.starters import starter


class MergeForm(forms.Form):
    """What somebody typed, the revision that it began from, and the one that it is merged with."""

    typed = forms.CharField(strip=False, required=False, max_length=8_000_000)
    base_revision = forms.IntegerField(min_value=0, max_value=10**9)
    revision = DraftForm.base_fields["revision"]

    def clean_typed(self) -> str:
        """Browsers send CRLF."""
        return str(self.cleaned_data["typed"]).replace("\r\n", "\n")


class DraftBeginForm(forms.Form):
    """Another draft, and what it begins with."""

    VERSION, EMPTY = "version", "empty"

    begin = forms.ChoiceField(widget=forms.RadioSelect, label="Begin with")
    name = forms.CharField(
        max_length=80,
        required=False,
        label="Name (optional)",
        help_text="What tells it from the other drafts, such as “Try the new shop API”.",
    )

    def __init__(self, *args: Any, newest: Release | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.newest = newest
        choices = [(self.VERSION, f"The newest version: {newest.title}")] if newest else []
        self.fields["begin"].choices = [*choices, (self.EMPTY, "An empty definition")]  # type: ignore[attr-defined]
        self.fields["begin"].initial = self.VERSION if newest else self.EMPTY

    def beginning(self) -> dict[str, Any]:
        """Return the arguments that tell the service what the draft begins with."""
        name = self.cleaned_data["name"]
        if self.cleaned_data["begin"] == self.VERSION:
            return {"base": self.newest, "name": name}
        return {"text": starter("blank").text, "name": name}


class CheckpointNameForm(forms.Form):
    """The name of a checkpoint, by which it stays for good."""

    name = forms.CharField(
        max_length=80,
        required=False,
        help_text="A checkpoint with a name is kept for good. Leave it empty to let it go with the others in time.",
    )
