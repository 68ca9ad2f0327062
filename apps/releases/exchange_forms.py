"""The form of a file that becomes a draft."""

from typing import Any

from django import forms

from apps.releases.services.exchange import LARGEST


class ImportForm(forms.Form):
    """A file or its text. ``accept`` is the click that goes on although something is missing."""

    name = forms.CharField(
        max_length=120,
        required=False,
        label="Name of the template",
        help_text="Leave it empty to take the name that stands in the file.",
    )
    file = forms.FileField(required=False, label="File", help_text="A YAML file that was exported, or any workflow.")
    text = forms.CharField(
        required=False,
        strip=False,
        max_length=LARGEST,
        label="Or paste it",
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "false", "class": "mono"}),
    )
    accept = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, asks_name: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not asks_name:
            del self.fields["name"]

    def clean_file(self) -> str:
        """Return what the file holds as text."""
        file = self.cleaned_data["file"]
        if not file:
            return ""
        if file.size > LARGEST:
            raise forms.ValidationError(f"The file is larger than {LARGEST // 1_000_000} MB.")
        content: bytes = file.read()
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            message = f"Line {line} is not UTF-8. Save the file with the encoding UTF-8."
            raise forms.ValidationError(message) from None

    def clean_text(self) -> str:
        """Browsers send CRLF; a pasted text is kept with the line ends that it had."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and not self.content:
            self.add_error("file", "Choose a file, or paste what it holds.")
        return cleaned

    @property
    def content(self) -> str:
        """The file if there is one, else what was pasted."""
        return str(self.cleaned_data.get("file") or self.cleaned_data.get("text") or "")
