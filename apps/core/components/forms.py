"""Forms: one field is label, help, widget and error, tied together for screen readers."""

from collections.abc import Sequence
from typing import Any, Protocol

from django import forms
from django.forms import BaseForm, BoundField
from django.template import Library
from django.utils.safestring import SafeString

from apps.core.components.html import attributes, component
from apps.core.forms import TextListWidget, missing

register = Library()

_CHECKS = (forms.CheckboxSelectMultiple, forms.RadioSelect)


class Finding(Protocol):
    """Something wrong with a line of a text."""

    @property
    def level(self) -> str: ...
    @property
    def line(self) -> int | None: ...
    @property
    def message(self) -> str: ...


@register.simple_tag
def field(bound: BoundField, *, label: str = "", **attrs: Any) -> SafeString:
    """Show a field of a form with everything that belongs to it."""
    widget = bound.field.widget
    widget_attrs = {name.replace("_", "-"): value for name, value in attrs.items()}
    return component(
        "field",
        field=bound,
        label=label or bound.label,
        kind=_kind(widget),
        widget=bound.as_widget(attrs={"class": _widget_class(bound), **widget_attrs}),
        required=bound.field.required and not bound.form.empty_permitted,
        grouped=bound.use_fieldset or isinstance(widget, TextListWidget),
    )


@register.simple_tag
def form_fields(form: BaseForm) -> SafeString:
    """Show what is wrong with a form, then all its fields."""
    return component("form_fields", form=form)


@register.simple_tag
def form_errors(form: BaseForm) -> SafeString:
    """Say at the top of a form what is wrong, with a link to each field."""
    return component("form_errors", form=form)


@register.simple_tag
def code_editor(
    bound: BoundField, *, findings: Sequence[Finding] = (), rows: int = 24, findings_from: str = "", **attrs: Any
) -> SafeString:
    """Edit a text with line numbers. ``findings`` mark their lines; ``findings_from`` is the selector of an element
    in which ``data-line`` and ``data-level`` attributes name them, read again whenever htmx changes it."""
    described = " ".join(filter(None, [bound.aria_describedby, f"{bound.auto_id}_keys"]))
    widget = bound.as_widget(
        attrs={
            "class": "editor-text",
            "rows": str(rows),
            "spellcheck": "false",
            "autocapitalize": "off",
            "autocomplete": "off",
            "wrap": "off",
            "aria-describedby": described,
        }
    )
    marks = " ".join(f"{finding.line}:{finding.level}" for finding in findings if finding.line)
    return component(
        "code_editor", field=bound, widget=widget, marks=marks, findings_from=findings_from, attrs=attributes(attrs)
    )


@register.filter
def in_our_words(bound: BoundField) -> list[str]:
    """Return what is wrong with a field; where Django only says that something is missing, say what."""
    said: list[str] = []
    for error in bound.errors.as_data():
        is_djangos = error.code == "required" and error.message == forms.Field.default_error_messages["required"]
        said += [missing(str(bound.label), bound.field)] if is_djangos else error.messages
    return said


def _kind(widget: forms.Widget) -> str:
    if isinstance(widget, _CHECKS):
        return "choices"
    return "check" if isinstance(widget, forms.CheckboxInput) else "plain"


def _widget_class(bound: BoundField) -> str:
    widget = bound.field.widget
    name = "form-select" if isinstance(widget, forms.Select) and not isinstance(widget, _CHECKS) else "form-control"
    if isinstance(widget, _CHECKS):
        name = "choices"
    elif isinstance(widget, forms.CheckboxInput):
        name = "form-check-input"
    own = widget.attrs.get("class", "")
    return " ".join(filter(None, [name, own, "is-invalid" if bound.errors else ""]))
