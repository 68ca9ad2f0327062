"""Forms of the wizard's pages and of renamed fields."""

from typing import Any

from django import forms

from apps.releases.settings_forms.base import KEY, MOST_KEY, PlainField, SettingsForm


class PageForm(SettingsForm):
    """A page of the wizard."""

    title = PlainField(required=True, max_length=120, help_text="What the questions on it are about.")
    help = PlainField(
        widget=forms.Textarea(attrs={"rows": 3}), max_length=2000, help_text="A sentence that stands below the title."
    )


class MigrationForm(SettingsForm):
    """A field that had another key in an earlier version."""

    before = forms.RegexField(
        rf"^{KEY}$", label="Key in earlier versions", max_length=MOST_KEY, error_messages={"invalid": "This is no key."}
    )
    after = forms.ChoiceField(label="Field that takes its answers")

    def __init__(self, *args: Any, fields: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.known = fields
        self.fields["after"].choices = [("", "Choose a field"), *((name, name) for name in fields)]  # type: ignore[attr-defined]

    def clean_before(self) -> str:
        before = str(self.cleaned_data["before"])
        if before in self.known:
            raise forms.ValidationError(f"“{before}” is a field now: its answers stay where they are.")
        return before
