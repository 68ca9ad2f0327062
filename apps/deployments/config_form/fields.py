"""The form field of each kind of question, and the way of an answer into it and out of it.

Bounds are told to the browser and judged by the schema alone, so that every refusal speaks with one voice.
"""

import json
import math
import re
from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from apps.core.forms import DateInput, TextListField
from apps.deployments.config_form.questions import Json, Kind, Question

MISSING: Final = object()
FEW = 4
_MESSAGES = {"required": "This needs an answer."}
_WHOLE = re.compile(r"[-+]?[0-9]{1,300}")
_EXACT = (Kind.CHOICE, Kind.JSON)
MOST_CHARACTERS = 20_000


class TextField(forms.CharField):
    """Text whose lines end as they do everywhere but in browsers."""

    def clean(self, value: Any) -> Any:
        return super().clean(value.replace("\r\n", "\n") if isinstance(value, str) else value)


class AnswerField(forms.JSONField):
    """An answer of a form of its own, typed as JSON and checked."""

    default_error_messages = {"invalid": "This is not JSON. Text stands in double quotes, keys too."}

    def __init__(self, **options: Any) -> None:
        super().__init__(
            widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false", "class": "font-monospace"}), **options
        )

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, forms.fields.InvalidJSONInput):
            return value
        return json.dumps(value, indent=2, ensure_ascii=False)


class NumberField(forms.FloatField):
    """A number that stays whole when it was typed whole."""

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
            return int(value)
        return super().to_python(value)

    def validate(self, value: Any) -> None:
        forms.Field.validate(self, value)
        if value is not None and not math.isfinite(value):
            raise ValidationError(self.error_messages["invalid"], code="invalid")


def field_for(question: Question) -> forms.Field:
    """Return the form field that asks the question."""
    options: dict[str, Any] = {"label": question.title, "required": question.required, "error_messages": _MESSAGES}
    field = _BUILDERS[question.kind](question, options)
    field.help_text = field.help_text or question.help
    return field


def initial_for(question: Question, value: Json) -> Json:
    """Return what the form field shows for an answer."""
    if question.kind is Kind.CHOICE:
        return _key(value)
    if question.kind is Kind.CHOICES:
        return [_key(entry) for entry in value] if isinstance(value, list) else []
    return value


def answer_from(question: Question, cleaned: Any) -> Json:
    """Return the answer in a cleaned value; ``MISSING`` where the person left an optional question blank."""
    if question.kind is Kind.BOOLEAN:
        return bool(cleaned)
    if cleaned is None or (cleaned == "" and question.kind not in _EXACT) or (cleaned == [] and not question.required):
        return MISSING
    return cleaned.isoformat() if question.kind is Kind.DATE else cleaned


def _text(question: Question, options: dict[str, Any]) -> forms.Field:
    schema = question.schema
    hints = {"minlength": schema.get("minLength"), "maxlength": schema.get("maxLength")}
    attrs = {name: value for name, value in hints.items() if value is not None}
    long = question.kind is Kind.LONG_TEXT
    widget = forms.Textarea(attrs={"rows": 4, **attrs}) if long else forms.TextInput(attrs=attrs)
    return TextField(max_length=MOST_CHARACTERS, widget=widget, **options)


def _uri(_question: Question, options: dict[str, Any]) -> forms.Field:
    return TextField(widget=forms.URLInput(), max_length=2_000, **options)


def _integer(question: Question, options: dict[str, Any]) -> forms.Field:
    return forms.IntegerField(**options, **_bounds(question, step=1))


def _number(question: Question, options: dict[str, Any]) -> forms.Field:
    return NumberField(**options, **_bounds(question, step="any"))


def _bounds(question: Question, *, step: int | str) -> dict[str, Any]:
    low, high = question.schema.get("minimum"), question.schema.get("maximum")
    limits = {"min": low, "max": high, "step": step}
    attrs = {name: value for name, value in limits.items() if value is not None}
    return {"widget": forms.NumberInput(attrs=attrs), "help_text": f"{question.help} {_range(low, high)}".strip()}


def _range(low: float | None, high: float | None) -> str:
    if low is not None and high is not None:
        return f"From {low} to {high}."
    if low is not None:
        return f"{low} or more."
    return f"{high} or less." if high is not None else ""


def _boolean(_question: Question, options: dict[str, Any]) -> forms.Field:
    # A box that is not ticked says no, which is an answer.
    return forms.BooleanField(**{**options, "required": False})


def _choice(question: Question, options: dict[str, Any]) -> forms.Field:
    choices = [(_key(value), words) for value, words in question.choices]
    few = question.required and len(choices) <= FEW
    if not few:
        choices = [("", "Choose…" if question.required else "No answer"), *choices]
    widget = forms.RadioSelect() if few else forms.Select()
    return forms.TypedChoiceField(choices=choices, coerce=json.loads, empty_value=None, widget=widget, **options)


def _choices(question: Question, options: dict[str, Any]) -> forms.Field:
    choices = [(_key(value), words) for value, words in question.choices]
    options["required"] = question.schema.get("minItems", 0) > 0
    return forms.TypedMultipleChoiceField(
        choices=choices, coerce=json.loads, widget=forms.CheckboxSelectMultiple(), **options
    )


def _text_list(question: Question, options: dict[str, Any]) -> forms.Field:
    options["required"] = question.schema.get("minItems", 0) > 0
    return TextListField(max_entries=min(question.schema.get("maxItems", 1_000), 1_000), max_length=2_000, **options)


def _key(value: Json) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


_BUILDERS: dict[Kind, Callable[[Question, dict[str, Any]], forms.Field]] = {
    Kind.TEXT: _text,
    Kind.LONG_TEXT: _text,
    Kind.EMAIL: lambda _question, options: forms.EmailField(**options),
    Kind.URI: _uri,
    Kind.DATE: lambda _question, options: forms.DateField(widget=DateInput(), **options),
    Kind.INTEGER: _integer,
    Kind.NUMBER: _number,
    Kind.BOOLEAN: _boolean,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.TEXT_LIST: _text_list,
    Kind.JSON: lambda _question, options: AnswerField(**options),
}
