"""Forms about connectors and their versions."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from apps.connectors import selectors
from apps.connectors.enums import Scheme
from apps.connectors.models import Connection, ConnectorVersion
from apps.connectors.openapi.reading import MOST_BYTES

PASTED = "pasted text"
HTTP_NAME = r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"


class SourceForm(forms.Form):
    """An OpenAPI document, as a file or as text; the file wins."""

    file = forms.FileField(
        label="File",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml,.json,application/json,application/yaml"}),
        help_text="OpenAPI 3.0 or 3.1, or Swagger 2.0, as YAML or JSON, up to 20 MB.",
    )
    text = forms.CharField(
        label="Or paste the document",
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false", "class": "font-monospace"}),
    )

    def clean_file(self) -> UploadedFile[bytes] | None:
        file: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if file and (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(f"The file is larger than {MOST_BYTES // 1_000_000} MB.")
        return file

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors and not data.get("file") and not data.get("text", "").strip():
            raise forms.ValidationError("Choose a file or paste a document.")
        return data

    def source(self) -> tuple[str, str]:
        """Return the text and its name. Bytes that are not UTF-8 stay recognisable, for the reader to refuse."""
        file: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if file:
            return file.read().decode("utf-8", "surrogateescape"), file.name or "uploaded file"
        return self.cleaned_data["text"], PASTED


class ConnectorForm(SourceForm):
    """A new connector."""

    field_order = ("file", "text", "name", "description")
    name = forms.CharField(max_length=120, required=False, help_text="Left empty, it is the document's own title.")
    description = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Left empty, it is the document's own description.",
    )


class ConnectorEditForm(forms.Form):
    """Name and description of a connector."""

    name = forms.CharField(max_length=120, help_text="The short name that releases use stays as it is.")
    description = forms.CharField(required=False, widget=forms.Textarea(attrs={"rows": 4}))


class ServersForm(forms.Form):
    """Where the API lives."""

    development_server = forms.URLField(
        required=False, max_length=500, assume_scheme="https", help_text="Called from environments for development."
    )
    production_server = forms.URLField(
        required=False, max_length=500, assume_scheme="https", help_text="Called from environments for production."
    )

    @staticmethod
    def values_of(version: ConnectorVersion) -> dict[str, Any]:
        return {"development_server": version.development_server, "production_server": version.production_server}


class SchemeForm(forms.Form):
    """How the API wants to know who calls."""

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
    token_url = forms.URLField(
        label="Token URL",
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text="For OAuth 2: where access tokens are given out.",
    )
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


class ExecutionForm(forms.Form):
    """How calls are made."""

    timeout_s = forms.IntegerField(
        label="Time limit in seconds", min_value=1, max_value=60, help_text="For the whole call, answer included."
    )
    idempotency_header = forms.RegexField(
        regex=r"^[A-Za-z0-9-]*$",
        required=False,
        max_length=100,
        help_text="The header by which the API knows a repeated call, such as Idempotency-Key. Empty: it knows none.",
    )

    @staticmethod
    def values_of(version: ConnectorVersion) -> dict[str, Any]:
        return {"timeout_s": 10, **version.execution}


class TestForm(forms.Form):
    """What the test calls, and as whom."""

    operation_id = forms.ChoiceField(
        label="Operation", required=False, help_text="Only those that change nothing and need no values are listed."
    )
    connection: forms.ModelChoiceField[Connection] = forms.ModelChoiceField(
        label="Connection in development",
        queryset=Connection.objects.none(),
        required=False,
        empty_label="The team's first one",
        help_text="Used by the test of this version. A connection's own test uses itself.",
    )

    def __init__(self, *args: Any, version: ConnectorVersion, **options: Any) -> None:
        super().__init__(*args, **options)
        build = selectors.newest_build(version)
        listed = selectors.callable_for_test(build) if build else []
        if version.test_operation and version.test_operation not in listed:
            listed.insert(0, version.test_operation)
        operation_field, connection_field = self.fields["operation_id"], self.fields["connection"]
        operation_field.choices = [("", "None"), *((each, each) for each in listed)]  # type: ignore[attr-defined]
        connection_field.queryset = selectors.test_connections(version)  # type: ignore[attr-defined]

    @staticmethod
    def values_of(version: ConnectorVersion) -> dict[str, Any]:
        return {"operation_id": version.test_operation, "connection": version.test_connection_id}


class ReasonForm(forms.Form):
    """Why a step is taken although something speaks against it."""

    reason = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
