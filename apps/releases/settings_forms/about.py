"""The form of what a definition says about itself."""

from typing import Any

from django import forms

from apps.releases.pages import TEMPLATE_ICONS
from apps.releases.settings_forms.base import PlainField, SettingsForm

NO_ICON = "No icon"


class AboutForm(SettingsForm):
    """Title, summary, icon and readme of a definition."""

    title = PlainField(max_length=200, help_text="What the integration is called.")
    summary = PlainField(max_length=500, help_text="One sentence: what it does for a customer.")
    icon = forms.ChoiceField(widget=forms.RadioSelect, required=False)
    readme = PlainField(
        widget=forms.Textarea,
        strip=False,
        max_length=100_000,
        help_text="Markdown. Customers read it before they install.",
    )
    safe_to_repeat = forms.BooleanField(
        required=False,
        label="Calls may be repeated",
        help_text="Tick this if a call whose outcome is unknown does no harm when it is made again. A step can say "
        "otherwise for itself.",
    )

    def __init__(self, data: Any = None, *, known: dict[str, Any]) -> None:
        super().__init__(data, initial=known)
        own = {known["icon"]} - {"", *TEMPLATE_ICONS}
        icons = [(icon, _words(icon)) for icon in [*sorted(own), *sorted(TEMPLATE_ICONS)]]
        self.fields["icon"].choices = [("", NO_ICON), *icons]  # type: ignore[attr-defined]


def _words(icon: str) -> str:
    return icon.replace("-", " ").capitalize()
