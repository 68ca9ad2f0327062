"""Forms about connectors and their versions."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from apps.connectors.openapi.reading import MOST_BYTES

PASTED = "pasted text"


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


class ReasonForm(forms.Form):
    """Why a step is taken although something speaks against it."""

    reason = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
