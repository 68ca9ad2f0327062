"""Forms about people and customers."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib.auth.forms import AuthenticationForm
from django.contrib.auth.password_validation import validate_password
from django.core.validators import RegexValidator

from apps.accounts.models import User
from apps.accounts.permissions import Role

USERNAME = RegexValidator(
    r"^[A-Za-z0-9][A-Za-z0-9._-]*$",
    "Use letters, digits, dots, hyphens and underscores, beginning with a letter or a digit.",
)


class LoginForm(AuthenticationForm):
    """Name and password."""

    error_messages = {
        "invalid_login": "This name and password do not fit together. Check both; passwords are case-sensitive.",
        "inactive": "This name and password do not fit together. Check both; passwords are case-sensitive.",
    }


class PersonForm(forms.Form):
    """Who somebody is, and what they may do."""

    display_name = forms.CharField(label="Name", max_length=120, help_text="As it shows beside everything they do.")
    email = forms.EmailField(label="E-mail", required=False, help_text="For people to reach them; Slipway sends none.")
    role = forms.ChoiceField(widget=forms.RadioSelect)

    def __init__(self, data: Any = None, *, roles: Iterable[Role], initial: dict[str, str] | None = None) -> None:
        super().__init__(data, initial=initial)
        choice = self.fields["role"]
        if isinstance(choice, forms.ChoiceField):
            choice.choices = [(role.value, f"{role.label}: {role.meaning}") for role in roles]

    @property
    def answers(self) -> dict[str, Any]:
        """What a valid form says, as the services take it."""
        data = self.cleaned_data
        return {"display_name": data["display_name"], "email": data["email"], "role": Role(data["role"])}


class NewPersonForm(PersonForm):
    """Somebody new."""

    username = forms.CharField(
        label="Signs in as", max_length=60, validators=[USERNAME], help_text="It cannot be changed later."
    )
    field_order = ("display_name", "username", "email", "role")


class PersonSearchForm(forms.Form):
    """Filters of the list; what is wrong with one counts as not given."""

    q = forms.CharField(required=False)
    role = forms.ChoiceField(required=False, choices=[("", "Every role"), *((role.value, role.label) for role in Role)])

    @property
    def chosen(self) -> dict[str, str]:
        """The filters that are set."""
        self.full_clean()
        given = {"words": self.cleaned_data.get("q", ""), "role": self.cleaned_data.get("role", "")}
        return {name: value for name, value in given.items() if value}


class DisableForm(forms.Form):
    """Why; may stay blank."""

    reason = forms.CharField(
        required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2, "autofocus": True})
    )


class CustomerForm(forms.Form):
    """A customer's name."""

    name = forms.CharField(max_length=120, widget=forms.TextInput(attrs={"autofocus": True}))


class PasswordForm(forms.Form):
    """A new password, twice."""

    password = forms.CharField(
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "autofocus": True}),
        help_text="At least 12 characters. A few words are easier to remember than signs.",
    )
    again = forms.CharField(
        label="The same again", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "new-password"})
    )

    def __init__(self, person: User, data: Any = None) -> None:
        super().__init__(data)
        self.person = person

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.person)
        return password

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "password" in cleaned and "again" in cleaned and cleaned["password"] != cleaned["again"]:
            self.add_error("again", "The two passwords differ. Type the same one twice.")
        return cleaned
