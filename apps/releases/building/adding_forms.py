"""What the builder asks for a new step: its name, and the one thing without which a step of its kind means nothing."""

from typing import Any

from django import forms

METHODS = ("get", "post", "put", "patch", "delete", "head", "options")
UNITS = ("milliseconds", "seconds", "minutes", "hours", "days")


class StepNameForm(forms.Form):
    """What a step is called. ``suggested`` is a free name, taken where none is typed."""

    name = forms.CharField(max_length=80, required=False, help_text="Steps beside each other have different names.")

    def __init__(self, *args: Any, suggested: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].initial = suggested


class RequestStepForm(StepNameForm):
    """An HTTP request."""

    method = forms.ChoiceField(choices=[(one, one.upper()) for one in METHODS], initial="get")
    address = forms.CharField(
        max_length=2000, required=False, help_text="Such as https://api.example.com/orders. It can be filled in later."
    )


class LoopStepForm(StepNameForm):
    """A loop over a list."""

    items = forms.CharField(
        label="List", max_length=2000, initial=".", help_text="A jq expression. A dot means what the step before gives."
    )
    each = forms.RegexField(
        r"^[A-Za-z_][A-Za-z0-9_]*$",
        label="Name of each item",
        max_length=40,
        initial="item",
        help_text="Steps inside read it as $item.",
        error_messages={"invalid": "Letters, digits and underscores only, beginning with a letter."},
    )


class WaitStepForm(StepNameForm):
    """A pause."""

    amount = forms.IntegerField(min_value=1, max_value=1_000_000, initial=1, label="How long")
    unit = forms.ChoiceField(choices=[(one, one.capitalize()) for one in UNITS], initial="seconds")


class RaiseStepForm(StepNameForm):
    """An error of our own."""

    title = forms.CharField(
        max_length=300, label="What went wrong", help_text="One sentence for whoever reads the run."
    )


class EmitStepForm(StepNameForm):
    """An event."""

    type = forms.CharField(max_length=300, label="Type of the event", help_text="Such as com.example.order.placed.")


FORMS: dict[str, type[StepNameForm]] = {
    "http": RequestStepForm,
    "for": LoopStepForm,
    "wait": WaitStepForm,
    "raise": RaiseStepForm,
    "emit": EmitStepForm,
}


class RenameForm(forms.Form):
    """Another name for a step."""

    name = forms.CharField(max_length=80, help_text="Steps that go on with it by name follow.")
