"""Where the API lives and how it wants to know who calls."""

from typing import Any

from django import forms

from apps.accounts.models import User
from apps.connectors import services
from apps.connectors.calls import individual
from apps.connectors.enums import Scheme, UsedAs
from apps.connectors.forms.sections.base import HTTP_NAME, SectionForm
from apps.connectors.models import ConnectorVersion


class AddressField(forms.CharField):
    """The address of a server; a part of it may be a variable in braces that each connection fills in."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"required": False, "max_length": 500, **options})
        self.known: list[str] = []
        self.widget.attrs |= {"inputmode": "url", "spellcheck": "false", "autocapitalize": "off"}

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        return f"https://{text}" if text and "://" not in text else text

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and (problem := individual.address_problem(value, self.known)):
            raise forms.ValidationError(problem)


class _AddressForm(SectionForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        fields = individual.fields_of(self.version.individual)
        for field in self.fields.values():
            if isinstance(field, AddressField):
                field.known = [each.name for each in fields if each.used_as == UsedAs.SERVER]


class ServersForm(_AddressForm):
    """Where the API lives."""

    title = "Servers"
    text = "Where the API lives, for each kind of environment."
    development_server = AddressField(help_text="Called from environments for development.")
    production_server = AddressField(
        help_text="Called from environments for production. What differs between customers stands in braces, such as "
        "https://{subdomain}.example.com, and is asked of each connection (see “Individual”)."
    )

    @classmethod
    def values_of(cls, version: ConnectorVersion) -> dict[str, Any]:
        return {"development_server": version.development_server, "production_server": version.production_server}

    def save(self, *, by: User) -> ConnectorVersion:
        return services.configure_servers(by=by, version=self.version, **self.cleaned_data)


class SignInForm(_AddressForm):
    """How the API wants to know who calls."""

    title = "Sign-in"
    text = "How the API wants to know who calls. Connections hold the credentials themselves."
    template = "connectors/version_configure_sign_in.html"
    scheme = forms.ChoiceField(label="Sign-in", choices=Scheme)
    header = forms.RegexField(
        regex=HTTP_NAME,
        label="Header of the API key",
        required=False,
        max_length=100,
        help_text="For API keys: such as X-Api-Key.",
        error_messages={"invalid": "A header's name is made of letters, digits and dashes."},
    )
    word = forms.RegexField(
        regex=HTTP_NAME,
        label="Word before the key",
        required=False,
        max_length=40,
        help_text="For API keys: such as Bot, where the API reads “Bot 1a2b”.",
        error_messages={"invalid": "This is one word, without spaces."},
    )
    query = forms.CharField(
        label="Or query parameter of the API key",
        required=False,
        max_length=100,
        help_text="Avoid it: addresses stand in logs of servers and proxies. Only for APIs that read no header.",
    )
    token_url = AddressField(label="Token URL", help_text="For OAuth 2: where access tokens are given out.")
    scope = forms.CharField(required=False, max_length=500, help_text="For OAuth 2: what the token is asked for.")

    _USED = {
        Scheme.API_KEY: ("header", "word", "query"),
        Scheme.OAUTH2_CLIENT_CREDENTIALS: ("token_url", "scope"),
    }

    @classmethod
    def values_of(cls, version: ConnectorVersion) -> dict[str, Any]:
        options = version.scheme_options
        return {"scheme": version.scheme, **options, "word": options.get("prefix", "")}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        scheme = Scheme(data["scheme"]) if "scheme" in data else Scheme.NONE
        if scheme == Scheme.OAUTH2_CLIENT_CREDENTIALS and not data.get("token_url") and "token_url" not in self.errors:
            self.add_error("token_url", "This sign-in needs it.")
        if scheme == Scheme.API_KEY and not self.errors:
            self._check_key(data)
        return data

    def save(self, *, by: User) -> ConnectorVersion:
        scheme = Scheme(self.cleaned_data["scheme"])
        return services.configure_scheme(by=by, version=self.version, scheme=scheme, options=self.options())

    def options(self) -> dict[str, str]:
        """The options that the chosen scheme uses."""
        used = self._USED.get(Scheme(self.cleaned_data["scheme"]), ())
        chosen = {name: self.cleaned_data[name] for name in used if self.cleaned_data.get(name)}
        return {"prefix" if name == "word" else name: value for name, value in chosen.items()}

    def _check_key(self, data: dict[str, Any]) -> None:
        if data.get("header") and data.get("query"):
            self.add_error("query", "The key travels in one place: leave this empty, or the header.")
        if not data.get("header") and not data.get("query"):
            self.add_error("header", "This sign-in needs it.")
        if data.get("word") and not data.get("header"):
            self.add_error("word", "The word belongs into a header.")
