"""The form of a slot."""

from typing import Any

from django import forms

from apps.connectors.models import ConnectorVersion
from apps.releases.building.settings.slots import Lack, SlotRow, choice_of
from apps.releases.settings_forms.base import PlainField, SettingsForm


class SlotForm(SettingsForm):
    """A named place that needs a connection. ``lacking`` is set where steps call what the chosen version lacks."""

    choice = forms.ChoiceField(label="Connector")
    name = forms.RegexField(
        r"^[a-z][a-z0-9-]{0,39}$",
        label="Name in the steps",
        help_text="Steps call it connector://name. Small letters, digits and hyphens.",
        error_messages={"invalid": "A name begins with a letter and holds small letters, digits and hyphens only."},
    )
    title = PlainField(max_length=120, help_text="What customers read, such as “Your shop”.")
    help = PlainField(
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2000,
        help_text="What it is used for, and what the connection must be allowed to do.",
    )
    accept = forms.BooleanField(required=False, label="Change it all the same: I will mend the steps")

    def __init__(self, data: Any = None, *, slot: SlotRow | None, names: list[str], **kwargs: Any) -> None:
        known = {"choice": slot.choice, "title": slot.title, "help": slot.help} if slot else {}
        super().__init__(data, initial={**kwargs.pop("initial", {}), **known}, **kwargs)
        self.slot, self.names = slot, names
        self.lacking: list[Lack] = []
        self.fields["choice"].choices = _choices(slot)  # type: ignore[attr-defined]
        if slot:
            del self.fields["name"]
            self.fields["choice"].label = "Version"
            self.fields["choice"].required = bool(slot.choice)

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if name in self.names:
            raise forms.ValidationError(f"There is a connection “{name}” already.")
        return name

    def warn(self, lacking: list[Lack]) -> None:
        """Ask once more where steps call what the chosen version lacks."""
        self.lacking = lacking
        if lacking and not self.cleaned_data.get("accept"):
            self.add_error("choice", "Steps call operations that this version does not have.")


def _choices(slot: SlotRow | None) -> list[tuple[str, Any]]:
    versions = ConnectorVersion.objects.filter(binned_at=None).select_related("connector").order_by()
    if slot:
        versions = versions.filter(connector__slug=slot.connector)
    rows = sorted(versions, key=lambda version: (version.connector.name.lower(), -version.number))
    choices = [(choice_of(row.connector.slug, row.number), _label(row)) for row in rows]
    if slot and slot.choice not in dict(choices):
        return [(slot.choice, f"{slot.label} (not there)"), *choices]
    return choices if slot else [("", "Choose a connector"), *choices]


def _label(version: ConnectorVersion) -> str:
    return f"{version} ({version.get_state_display().lower()})"
