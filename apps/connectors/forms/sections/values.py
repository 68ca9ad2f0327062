"""Values of a test call between people, who write text, and the version, which keeps data."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms

from apps.connectors.calls.plan import BODY
from apps.connectors.forms.sections.base import Row

LONGEST_VALUE = 2_000
VALUE = "value:"

type Described = Mapping[str, Any]


class ValueField(forms.CharField):
    """The value of one parameter, as text; what is no text is read as JSON."""

    def __init__(self, parameter: Described) -> None:
        self.kind = str(parameter.get("kind", "text"))
        notes = [str(note) for note in parameter.get("notes", ())]
        told = f"{parameter['in'].capitalize()}, {', '.join([self.kind, *notes])}."
        description = str(parameter.get("description", ""))
        super().__init__(
            label=parameter["name"],
            required=parameter["required"],
            max_length=LONGEST_VALUE,
            error_messages={"required": f"The call needs a value for “{parameter['name']}”."},
            help_text=f"{told} {description}".strip()[:300],
            widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        )

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return None if text == "" else text

    def validate(self, value: Any) -> None:
        super().validate("" if value is None else value)

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        return None if text is None else self._read(str(text))

    def _read(self, text: str) -> Any:
        if self.kind.startswith("list"):
            return _json(text, list, "Write a list as JSON, such as [1, 2].")
        if self.kind.startswith("whole number"):
            return _json(text, int, "Write a whole number.")
        if self.kind.startswith("number"):
            return _json(text, (int, float), "Write a number.")
        if self.kind.startswith("true or false"):
            return _json(text.lower(), bool, "Write true or false.")
        if text.startswith(("{", "[")) and not self.kind.startswith("text"):
            return _json(text, (dict, list), "This is not JSON.")
        return text


def _json(text: str, kinds: Any, problem: str) -> Any:
    try:
        value = json.loads(text)
    except ValueError:
        raise forms.ValidationError(problem) from None
    if not isinstance(value, kinds) or (kinds is not bool and isinstance(value, bool)):
        raise forms.ValidationError(problem)
    return value


def shown(call: Mapping[str, Any], described: Described | None) -> Row:
    """A kept call as its row shows it."""
    row: Row = {"operation": call["operation"], "pages": call.get("pages", 1)}
    given = call["parameters"]
    if described is None:
        return {**row, "parameters": json.dumps(given, ensure_ascii=False, indent=2)}
    for parameter in described["parameters"]:
        name = parameter["name"]
        value = given.get(f"{parameter['in']}.{name}", given.get(name) if name != BODY else None)
        if value is not None:
            row[field_name(parameter)] = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    body = given.get(BODY)
    if described["body"] and body is not None:
        as_is = isinstance(body, str) and not is_made_from_data(described["content_type"])
        row[BODY] = body if as_is else json.dumps(body, ensure_ascii=False, indent=2)
    return row


def field_name(parameter: Described) -> str:
    return f"{VALUE}{parameter['in']}.{parameter['name']}"


def is_made_from_data(content_type: str) -> bool:
    plain = content_type.split(";", maxsplit=1)[0].strip().lower()
    return plain.endswith(("json", "*/*", "x-www-form-urlencoded")) or plain.startswith("multipart/")


def area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "spellcheck": "false", "class": "font-monospace"})
