"""The fields of a group, each a row of the form of the group."""

import re
from typing import Any

from django import forms

from apps.releases.building.settings import typed
from apps.releases.building.settings.fields import Member, concerns
from apps.releases.building.settings.kinds import CHOICES, LABELS, SIMPLE, Kind
from apps.releases.settings_forms.base import KEY, MOST_KEY, PlainField, SettingsForm

BAD_KEY = "A key begins with a letter and holds letters, digits and underscores only, such as minTotal."
SPARE = 2
MOST_MEMBERS = 100


class Described(SettingsForm):
    """What fields and members of groups have in common. ``values`` are those of the schema until now."""

    title = PlainField(max_length=200, help_text="The question as people read it.")
    kind = forms.ChoiceField(label="Type")
    options = PlainField(
        widget=forms.Textarea(attrs={"rows": 4}), max_length=20_000, label="Options", help_text="One on each line."
    )

    def check_options(self, cleaned: dict[str, Any]) -> None:
        """Read the options of a choice; keep them as they are written where nothing was typed."""
        kind = Kind(cleaned["kind"])
        if kind.entry not in CHOICES or "options" not in cleaned:
            return
        try:
            options = typed.options_typed(kind, cleaned["options"])
        except ValueError as error:
            self.add_error("options", str(error))
            return
        if not options:
            self.add_error("options", "Write at least one option.")
        cleaned["options"] = options

    def told(self, names: tuple[str, ...]) -> dict[str, Any]:
        """Return what is typed differently; all that concerns the type where that is another one."""
        kind = Kind(self.cleaned_data["kind"])
        if not self.is_changed("kind"):
            changes = self.changes(*names)
        else:
            changes = {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
        return {
            name: Kind(value) if name == "kind" else value
            for name, value in changes.items()
            if name == "kind" or concerns(kind, name)
        }


class MemberForm(Described):
    """A field of a group."""

    was = forms.CharField(required=False, widget=forms.HiddenInput)
    key = forms.RegexField(
        rf"^{KEY}$", required=False, max_length=MOST_KEY, label="Key", error_messages={"invalid": BAD_KEY}
    )
    required = forms.BooleanField(required=False, label="Needs an answer")
    remove = forms.BooleanField(required=False, label="Remove")

    def __init__(self, data: Any, *, number: int, key: str, required: bool, values: dict[str, Any]) -> None:
        known = {**values, "was": key, "key": key, "required": required, "kind": values.get("kind", Kind.TEXT)}
        known["options"] = typed.options_shown(values.get("options", []))
        super().__init__(data, prefix=f"member-{number}", initial=known)
        self.fields["kind"].choices = [(kind, LABELS[kind]) for kind in SIMPLE]  # type: ignore[attr-defined]
        if key and not re.fullmatch(KEY, key):
            # Written by hand: a key that is not typed anew is not judged anew.
            self.fields["key"].validators = []

    @property
    def counts(self) -> bool:
        """Whether the row says a member: new ones without a key and removed ones do not."""
        return bool(self.cleaned_data.get("key")) and not self.cleaned_data.get("remove")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("was") and not cleaned.get("key") and not cleaned.get("remove") and "key" not in self.errors:
            self.add_error("key", "Give it a key, or remove it.")
        if cleaned.get("kind") and cleaned.get("key"):
            self.check_options(cleaned)
        return cleaned

    def member(self) -> Member:
        """Return the member as it is typed."""
        typed_in = self.cleaned_data
        changes = self.told(("kind", "title", "options"))
        if not typed_in["was"]:
            changes["kind"] = Kind(typed_in["kind"])
        return Member(typed_in["was"], typed_in["key"], typed_in["required"], changes)


def member_forms(data: Any, members: list[tuple[str, bool, dict[str, Any]]], rows: int) -> list[MemberForm]:
    posted = str(data.get("member-rows", "")) if data is not None else ""
    count = int(posted) if posted.isdecimal() and len(posted) < 4 else len(members) + SPARE
    count = min(max(count, len(members)) + rows, MOST_MEMBERS)
    blank: tuple[str, bool, dict[str, Any]] = ("", False, {})
    return [
        MemberForm(data, number=number, key=key, required=required, values=values)
        for number, (key, required, values) in enumerate([*members, *[blank] * (count - len(members))])
    ]
