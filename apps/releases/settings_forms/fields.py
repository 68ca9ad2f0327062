"""The form of one field of the configuration."""

import re
from typing import Any

from django import forms

from apps.releases.building.settings import typed
from apps.releases.building.settings.edits import MISSING
from apps.releases.building.settings.fields import concerns, members_of, values_of, written
from apps.releases.building.settings.kinds import LABELS, Kind
from apps.releases.definition import Asks
from apps.releases.definition.shapes import Json
from apps.releases.settings_forms.base import KEY, MOST_KEY, NumberField, PlainField, SettingsForm
from apps.releases.settings_forms.defaults import refusal
from apps.releases.settings_forms.members import BAD_KEY, Described, member_forms

# Values of the form that say something about the schema, beside the default.
SAID = (
    "kind",
    "title",
    "help",
    "options",
    "min_length",
    "max_length",
    "pattern",
    "minimum",
    "maximum",
    "min_items",
    "max_items",
    "unique",
)
DEFAULT = ("has_default", "default", "default_yes")
PAIRS = (("min_length", "max_length"), ("minimum", "maximum"), ("min_items", "max_items"))


class FieldForm(Described):
    """A field of the configuration; ``name`` is "" for a new one."""

    key = forms.RegexField(
        rf"^{KEY}$",
        max_length=MOST_KEY,
        label="Key",
        help_text="Steps read it as $workflow.input.config.key.",
        error_messages={"invalid": BAD_KEY},
    )
    help = PlainField(
        widget=forms.Textarea(attrs={"rows": 2}), max_length=2000, help_text="A sentence that stands below the answer."
    )
    page = forms.ChoiceField(required=False, label="Page of the wizard")
    audience = forms.ChoiceField(
        choices=[(Asks.CUSTOMER, "Customers, and the team"), (Asks.TEAM, "The team only")],
        widget=forms.RadioSelect,
        label="Who answers it",
    )
    required = forms.BooleanField(required=False, label="Needs an answer")
    has_default = forms.BooleanField(required=False, label="It has an answer already")
    default = PlainField(
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=20_000,
        label="Default",
        help_text="The answer as it would be typed. Lists: one entry on each line. Groups: as JSON.",
    )
    default_yes = forms.ChoiceField(
        choices=[("", "Nothing is chosen"), ("true", "Yes"), ("false", "No")], required=False, label="Default answer"
    )
    min_length = NumberField(whole=True, label="At least this many characters")
    max_length = NumberField(whole=True, label="At most this many characters")
    pattern = PlainField(
        max_length=500, label="Pattern", help_text="A regular expression that is found in every valid answer."
    )
    minimum = NumberField(label="Smallest number")
    maximum = NumberField(label="Largest number")
    min_items = NumberField(whole=True, label="At least this many entries")
    max_items = NumberField(whole=True, label="At most this many entries")
    unique = forms.BooleanField(required=False, label="Every entry only once")

    def __init__(
        self,
        data: Any = None,
        *,
        name: str,
        field: Json,
        taken: list[str],
        pages: list[tuple[str, str]],
        initial: dict[str, Any],
        rows: int = 0,
    ) -> None:
        self.name, self.field, self.taken = name, field, taken
        values = values_of(field) if name else {"kind": Kind.TEXT, "default": MISSING}
        super().__init__(data, initial={**_initial(values), **initial})
        self.fields["kind"].choices = [(kind, label) for kind, label in LABELS.items()]  # type: ignore[attr-defined]
        self.fields["page"].choices = pages  # type: ignore[attr-defined]
        self.fields["pattern"].widget.attrs |= {"class": "font-monospace", "spellcheck": "false"}
        if name:
            del self.fields["key"]
        self.members = member_forms(data, members_of(field) if name else [], rows)

    @property
    def row_count(self) -> int:
        return len(self.members)

    def clean_key(self) -> str:
        key = str(self.cleaned_data["key"])
        if key in self.taken:
            raise forms.ValidationError(f"There is a field “{key}” already.")
        return key

    def clean_pattern(self) -> str:
        pattern = str(self.cleaned_data["pattern"])
        if self.is_changed("pattern"):
            try:
                re.compile(pattern)
            except (re.error, OverflowError, RecursionError) as error:
                raise forms.ValidationError(f"This is no regular expression: {error}.") from None
        return pattern

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("kind"):
            return cleaned
        kind = Kind(cleaned["kind"])
        if self.is_changed("kind", "options") or not self.name:
            self.check_options(cleaned)
        self._check_bounds(kind, cleaned)
        if kind.entry is Kind.OBJECT:
            self._check_members()
        if not self.errors:
            self._check_default(kind, cleaned)
        return cleaned

    def _check_bounds(self, kind: Kind, cleaned: dict[str, Any]) -> None:
        for low, high in PAIRS:
            least, most = cleaned.get(low, ""), cleaned.get(high, "")
            if concerns(kind, low) and self.is_changed(low, high) and "" not in (least, most) and least > most:
                self.add_error(high, f"This is less than the smallest, {least}.")

    def _check_members(self) -> None:
        # Every row is asked, so that all that is wrong is said at once.
        if not all([member.is_valid() for member in self.members]):  # noqa: C419
            self.add_error(None, "Something is wrong with the fields of the group.")
            return
        keys = [member.cleaned_data["key"] for member in self.members if member.counts]
        if not keys:
            self.add_error(None, "A group needs at least one field: write its key.")
        for member in self.members:
            if member.counts and keys.count(member.cleaned_data["key"]) > 1:
                member.add_error("key", "Two fields of the group have this key.")
                self.add_error(None, "Two fields of the group have the same key.")

    def _check_default(self, kind: Kind, cleaned: dict[str, Any]) -> None:
        name = "default_yes" if kind is Kind.BOOLEAN else "default"
        is_new = self.is_changed("kind", *DEFAULT)
        try:
            cleaned["default_value"] = self._default(kind, cleaned) if is_new else MISSING
        except ValueError as error:
            self.add_error(name, str(error))
            return
        wrong = refusal(self.schema()) if self.schema_changes() else ""
        if wrong:
            self.add_error(name, wrong)

    def _default(self, kind: Kind, cleaned: dict[str, Any]) -> Any:
        if kind is Kind.BOOLEAN:
            said = cleaned.get("default_yes")
            return said == "true" if said else MISSING
        words = cleaned.get("default", "")
        wanted = cleaned.get("has_default") or (words.strip() and self.is_changed("default"))
        return typed.typed(kind, words) if wanted else MISSING

    def _members_changed(self) -> bool:
        names = ("key", "required", "remove", "title", "kind", "options")
        return any(member.is_changed(*names) for member in self.members if member.counts or member.initial["was"])

    def schema_changes(self) -> dict[str, Any]:
        """Return what is said differently about the schema."""
        kind = Kind(self.cleaned_data["kind"])
        changes = self.told(SAID)
        if not self.name:
            changes["kind"] = kind
        if self.is_changed("kind", *DEFAULT):
            changes["default"] = self.cleaned_data["default_value"]
        if kind.entry is Kind.OBJECT and (self._members_changed() or self.is_changed("kind")):
            changes["members"] = [member.member() for member in self.members if member.counts]
        return changes

    def schema(self) -> dict[str, Any]:
        """Return the schema of the field as it is typed."""
        return written(self.field, self.schema_changes())

    @property
    def place(self) -> dict[str, Any]:
        """Return who answers it, whether they must, and on which page."""
        page = self.cleaned_data["page"]
        return {
            "required": self.cleaned_data["required"],
            "by_team": self.cleaned_data["audience"] == Asks.TEAM,
            "page": int(page) if page else None,
        }


class RenameForm(SettingsForm):
    """Another key for a field."""

    key = forms.RegexField(rf"^{KEY}$", max_length=MOST_KEY, label="New key", error_messages={"invalid": BAD_KEY})
    in_steps = forms.BooleanField(
        required=False,
        label="Change it in the steps, too",
        help_text="Every $workflow.input.config.key in an expression gets the new key.",
    )
    migrate = forms.BooleanField(
        required=False,
        label="Keep the answers of instances",
        help_text="A rename is noted in the definition, so that answers given under the old key are taken over.",
    )

    def __init__(self, *args: Any, taken: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.taken = taken

    def clean_key(self) -> str:
        key = str(self.cleaned_data["key"])
        if key in self.taken:
            raise forms.ValidationError(f"There is a field “{key}” already.")
        return key


def _initial(values: dict[str, Any]) -> dict[str, Any]:
    kind, default = values["kind"], values["default"]
    is_yes_no = kind is Kind.BOOLEAN and isinstance(default, bool)
    return {
        **{name: value if isinstance(value, bool) else _number(value) for name, value in values.items()},
        "kind": kind,
        "options": typed.options_shown(values.get("options", [])),
        "has_default": default is not MISSING,
        "default": typed.shown(kind, default),
        "default_yes": ("true" if default else "false") if is_yes_no else "",
    }


def _number(value: Any) -> Any:
    return str(value) if isinstance(value, int | float) else value
