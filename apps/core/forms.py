"""Form fields that Django does not bring."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.utils.datastructures import MultiValueDict
from django.utils.safestring import SafeString

_CHOSEN = (forms.ChoiceField, forms.ModelChoiceField, forms.FileField)
_CHOSEN_WIDGETS = (forms.Select, forms.RadioSelect, forms.CheckboxSelectMultiple)


def missing(label: str, field: forms.Field) -> str:
    """Ask for what was left blank: "Enter a name.", "Choose an environment.", "Fill in “Time limit in seconds”."."""
    is_chosen = isinstance(field, _CHOSEN) or isinstance(field.widget, _CHOSEN_WIDGETS)
    if isinstance(field, forms.BooleanField):
        return f"Tick “{label}” to go on."
    if " " in label:
        return f"Choose one under “{label}”." if is_chosen else f"Fill in “{label}”."
    word = label if label.isupper() else label[:1].lower() + label[1:]
    article = "an" if word[:1] in "aeio" else "a"
    return f"{'Choose' if is_chosen else 'Enter'} {article} {word}."


class DateInput(forms.DateInput):
    """The browser's own date picker."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class TextListWidget(forms.Widget):
    """One text input per entry, with room for more; blank ones do not count."""

    template_name = "components/text_list_widget.html"
    use_fieldset = True
    spare = 1

    def value_from_datadict(self, data: Mapping[str, Any], files: Any, name: str) -> list[str]:
        entries = data.getlist(name) if isinstance(data, MultiValueDict) else data.get(name) or []
        entries = [entries] if isinstance(entries, str) else entries
        return [entry for entry in map(str.strip, entries) if entry]

    def value_omitted_from_data(self, data: Mapping[str, Any], files: Any, name: str) -> bool:
        return False

    def format_value(self, value: Any) -> list[str]:
        return [str(entry) for entry in value or []]

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        # Django's form renderer does not look into the project's template folder.
        return render_to_string(self.template_name, self.get_context(name, value, attrs))

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)
        entries = self.format_value(value)
        context["widget"]["entries"] = [*entries, *[""] * self.spare]
        context["widget"]["attrs"].pop("required", None)
        return context


class TextListField(forms.Field):
    """A list of texts. ``max_entries`` and ``max_length`` bound it."""

    widget = TextListWidget

    def __init__(self, *, max_entries: int = 100, max_length: int = 500, **options: Any) -> None:
        super().__init__(**options)
        self.max_entries, self.max_length = max_entries, max_length

    def to_python(self, value: Sequence[str] | None) -> list[str]:
        return list(value or [])

    def validate(self, value: list[str]) -> None:
        super().validate(value)
        if len(value) > self.max_entries:
            raise ValidationError(f"At most {self.max_entries} entries fit here; these are {len(value)}.")
        if too_long := [entry for entry in value if len(entry) > self.max_length]:
            raise ValidationError(f"An entry holds at most {self.max_length} characters: “{too_long[0][:40]}…”.")

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(initial or []) != list(data or [])
