"""Forms about the source of a connector version."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from apps.connectors.enums import SourceKind
from apps.connectors.models import ConnectorVersion
from apps.connectors.openapi.archives import MIB, MOST_TOTAL, kind_of
from apps.connectors.openapi.leading import path_of
from apps.connectors.openapi.reading import MOST_BYTES
from apps.connectors.services.sources import PASTED
from apps.connectors.sources import Given, given_of
from apps.connectors.sources.policy import policy_of_sources
from apps.infra.egress import EgressError, GitRefused, checked_ref, origin_of, repository_at

type Upload = UploadedFile[bytes]

KINDS = (
    (SourceKind.DOCUMENT, "A document: upload or paste one file"),
    (SourceKind.ARCHIVE, "An archive: upload several files as zip or tar.gz"),
    (SourceKind.URL, "An address: every build fetches it"),
    (SourceKind.GIT, "A git repository: every build fetches it"),
)
ENTRY_HELP = "The path inside, such as api/openapi.yaml. Left empty, the only file that can be meant is found."
NEEDED = "Fill this in, or choose another kind of source."
BAD_URL = "This is not an address that can be fetched: write https://host/path, without a name or a password."


class SourceForm(forms.Form):
    """One of four kinds of source, each with its own fields; the fields of the others do not count."""

    kind = forms.ChoiceField(
        label="Where the document comes from", choices=KINDS, required=False, widget=forms.RadioSelect
    )
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
    archive = forms.FileField(
        label="Archive",
        required=False,
        widget=forms.FileInput(attrs={"accept": ".zip,.tar.gz,.tgz,application/zip,application/gzip"}),
        help_text="Up to 200 files and 20 MiB, without links and without archives inside. Nothing is unpacked to disk.",
    )
    archive_entry = forms.CharField(
        label="Document in the archive", required=False, max_length=400, help_text=ENTRY_HELP
    )
    url = forms.CharField(
        label="Address",
        required=False,
        max_length=2000,
        widget=forms.URLInput(attrs={"placeholder": "https://api.example.com/openapi.yaml"}),
        help_text="Of the raw file, or of an archive. Files beside it or below it that it refers to are fetched too.",
    )
    url_entry = forms.CharField(
        label="Document in an archive", required=False, max_length=400, help_text="Only for archives. " + ENTRY_HELP
    )
    repository = forms.CharField(
        required=False,
        max_length=500,
        widget=forms.URLInput(attrs={"placeholder": "https://git.example.com/team/api.git"}),
        help_text="The address for cloning over HTTPS. Slipway has no password for it: everybody can read it.",
    )
    ref = forms.CharField(
        label="Branch, tag or commit",
        required=False,
        max_length=200,
        help_text="Left empty, it is the default branch. A branch may stand elsewhere at the next build.",
    )
    path = forms.CharField(
        label="Document in the repository",
        required=False,
        max_length=400,
        help_text="Such as api/openapi.yaml; it may refer to any file of the repository. Left empty, it is found.",
    )

    def __init__(self, *args: Any, version: ConnectorVersion | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.initial = {"kind": SourceKind.DOCUMENT, **(_values_of(version) if version else {}), **self.initial}
        self._version = version

    @property
    def chosen(self) -> SourceKind:
        """The kind that is chosen; a document where nobody chose."""
        given = self.data.get("kind") if self.is_bound else self.initial["kind"]
        return SourceKind(given) if given in SourceKind.values else SourceKind.DOCUMENT

    @property
    def given_is_fetched(self) -> bool:
        """Builds fetch it: what is typed here is only where from."""
        return self.chosen in (SourceKind.URL, SourceKind.GIT)

    @property
    def field_of_refusal(self) -> str:
        """Where it is said that the source cannot be used."""
        if self.chosen is SourceKind.DOCUMENT:
            return "file" if self.cleaned_data.get("file") else "text"
        return {SourceKind.ARCHIVE: "archive", SourceKind.URL: "url", SourceKind.GIT: "repository"}[self.chosen]

    @property
    def field_of_entry(self) -> str:
        """Where the path of the document is asked for; empty for one document."""
        fields = {SourceKind.ARCHIVE: "archive_entry", SourceKind.URL: "url_entry", SourceKind.GIT: "path"}
        return fields.get(self.chosen, "")

    def clean_file(self) -> Upload | None:
        file: Upload | None = self.cleaned_data["file"] if self.chosen is SourceKind.DOCUMENT else None
        if file and (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(f"The file is larger than {MOST_BYTES // 1_000_000} MB.")
        if file and kind_of(_beginning(file)):
            raise forms.ValidationError("This is an archive. Choose “An archive” above, and upload it there.")
        return file

    def clean_archive(self) -> Upload | None:
        file: Upload | None = self.cleaned_data["archive"] if self.chosen is SourceKind.ARCHIVE else None
        if file and (file.size or 0) > MOST_TOTAL:
            raise forms.ValidationError(f"The archive is larger than {MOST_TOTAL // MIB} MiB.")
        if file and not kind_of(_beginning(file)):
            raise forms.ValidationError("This is neither a zip nor a tar.gz archive.")
        return file

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        if self.chosen is SourceKind.URL and url:
            try:
                origin_of(url)
            except EgressError:
                raise forms.ValidationError(BAD_URL) from None
        return url

    def clean_repository(self) -> str:
        repository: str = self.cleaned_data["repository"]
        if self.chosen is SourceKind.GIT and repository:
            try:
                repository_at(repository, policy=policy_of_sources())
            except GitRefused as refused:
                raise forms.ValidationError(f"{refused.sentence} {refused.mend}") from None
        return repository

    def clean_ref(self) -> str:
        try:
            return checked_ref(self.cleaned_data["ref"] if self.chosen is SourceKind.GIT else "")
        except GitRefused as refused:
            raise forms.ValidationError(f"{refused.sentence} {refused.mend}") from None

    def clean_archive_entry(self) -> str:
        return _checked_path(self.cleaned_data["archive_entry"])

    def clean_url_entry(self) -> str:
        return _checked_path(self.cleaned_data["url_entry"])

    def clean_path(self) -> str:
        return _checked_path(self.cleaned_data["path"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        if self.chosen is SourceKind.DOCUMENT and not data.get("file") and not data.get("text", "").strip():
            raise forms.ValidationError("Choose a file or paste a document.")
        if self.chosen is SourceKind.ARCHIVE and not data.get("archive") and not self._kept_archive():
            self.add_error("archive", NEEDED)
        for kind, name in ((SourceKind.URL, "url"), (SourceKind.GIT, "repository")):
            if self.chosen is kind and not data.get(name):
                self.add_error(name, NEEDED)
        return data

    def given(self) -> Given:
        """The source. Bytes that are not UTF-8 stay recognisable, for the reader to refuse."""
        data = self.cleaned_data
        if self.chosen is SourceKind.URL:
            return Given.address(data["url"], entry=data["url_entry"])
        if self.chosen is SourceKind.GIT:
            return Given.repository(data["repository"], ref=data["ref"], entry=data["path"])
        if self.chosen is SourceKind.ARCHIVE:
            return self._given_archive(data["archive"], data["archive_entry"])
        file: Upload | None = data["file"]
        if file:
            return Given.document(file.read().decode("utf-8", "surrogateescape"), name=file.name or "uploaded file")
        return Given.document(data["text"], name=PASTED)

    def _given_archive(self, file: Upload | None, entry: str) -> Given:
        if file:
            return Given.packed(file.read(), name=file.name or "uploaded archive", entry=entry)
        kept = self._kept_archive()
        if kept is None:
            raise ValueError("There is no archive.")
        return Given.packed(kept.archive, name=kept.name, entry=entry)

    def _kept_archive(self) -> Given | None:
        """Without a new archive, another document of the same one may be chosen."""
        has_one = self._version is not None and self._version.source_kind == SourceKind.ARCHIVE
        return given_of(self._version) if has_one and self._version else None


class ConnectorForm(SourceForm):
    """A new connector."""

    name = forms.CharField(max_length=120, required=False, help_text="Left empty, it is the document's own title.")
    description = forms.CharField(
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Left empty, it is the document's own description.",
    )


def _values_of(version: ConnectorVersion) -> dict[str, Any]:
    options = version.source_options
    entry = {SourceKind.ARCHIVE: "archive_entry", SourceKind.URL: "url_entry", SourceKind.GIT: "path"}
    named = {name: options.get("entry", "") for kind, name in entry.items() if kind == version.source_kind}
    return {"kind": version.source_kind, **named, **{key: value for key, value in options.items() if key != "entry"}}


def _beginning(file: Upload) -> bytes:
    start: bytes = file.read(8)
    file.seek(0)
    return start


def _checked_path(text: str) -> str:
    path, why = path_of("", text) if text else ("", "")
    if why or "#" in text:
        raise forms.ValidationError("Write the path of a file from the top folder, such as api/openapi.yaml.")
    return path
