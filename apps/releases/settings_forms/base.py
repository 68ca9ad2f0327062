"""What the forms of a definition have in common: they tell what somebody typed differently, and no more."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from apps.releases.building.settings import typed
from apps.releases.building.settings.edits import MISSING

KEY = r"[A-Za-z_][A-Za-z0-9_]*"
MOST_KEY = 60


class SettingsForm(forms.Form):
    """A form over what a definition says. What is not typed anew is not judged anew, and stays as it is written."""

    def is_changed(self, *names: str) -> bool:
        """Tell whether one of the fields says something else than the definition."""
        return any(self._differs(name) for name in names)

    def changes(self, *names: str) -> dict[str, Any]:
        """Return what was typed differently, of these fields."""
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data and self._differs(name)}

    def _differs(self, name: str) -> bool:
        bound = self[name]
        before, now = bound.initial, bound.data
        if isinstance(before, str) and isinstance(now, str):
            return typed.plain(before) != typed.plain(now)
        return self.fields[name].has_changed(before, now)


class PlainField(forms.CharField):
    """Text whose lines end as they do everywhere but in browsers."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("required", False)
        super().__init__(**options)

    def clean(self, value: Any) -> Any:
        return super().clean(value.replace("\r\n", "\n") if isinstance(value, str) else value)


class NumberField(forms.CharField):
    """A number that stays exactly what was typed: 1 is not 1.0. "" where none was typed."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})

    def __init__(self, *, whole: bool = False, **options: Any) -> None:
        options.setdefault("required", False)
        super().__init__(max_length=60, **options)
        self.whole = whole

    def clean(self, value: Any) -> Any:
        words = super().clean(value)
        if not words:
            return ""
        try:
            number = typed.number(words)
        except ValueError as error:
            raise ValidationError(str(error)) from None
        if self.whole and (not isinstance(number, int) or number < 0):
            raise ValidationError("This must be a whole number, 0 or more.")
        return number


class JsonField(forms.CharField):
    """A value typed as JSON; ``MISSING`` where nothing was typed. ``expected``: object or list."""

    def __init__(self, *, expected: type = object, rows: int = 4, **options: Any) -> None:
        attrs = {"rows": rows, "spellcheck": "false", "class": "font-monospace", "autocomplete": "off"}
        super().__init__(required=False, widget=forms.Textarea(attrs=attrs), max_length=100_000, **options)
        self.expected = expected

    def clean(self, value: Any) -> Any:
        words = super().clean(value)
        if not words:
            return MISSING
        try:
            return typed.parsed(words, self.expected)
        except ValueError as error:
            raise ValidationError(str(error)) from None
