"""Forms of templates and releases. ``seen`` carries what the person looked at."""

from typing import Any

from django import forms

from apps.releases import selectors
from apps.releases.models import IntegrationTemplate, NamingScheme, Release
from apps.releases.naming import pattern_problem
from apps.releases.naming_pattern import PLACEHOLDERS
from apps.releases.starters import all_starters


class PatternMixin(forms.Form):
    """The own pattern of names, which must be one that works where it is chosen."""

    naming_pattern = forms.CharField(
        max_length=120,
        required=False,
        strip=False,
        label="Own pattern",
        help_text=f"Words and placeholders, such as release/{{year}}.{{month}}-{{n}}. There are {PLACEHOLDERS}.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("naming_scheme") == NamingScheme.PATTERN:
            problem = pattern_problem(cleaned.get("naming_pattern", ""))
            if problem and "naming_pattern" not in self.errors:
                self.add_error("naming_pattern", problem)
        return cleaned


class TemplateCreateForm(PatternMixin):
    """A new template and what it begins with."""

    name = forms.CharField(max_length=120, help_text="What the team and customers call it, such as “Orders to CRM”.")
    summary = forms.CharField(max_length=300, required=False, help_text="One sentence: what it does for a customer.")
    starter = forms.ChoiceField(widget=forms.RadioSelect, label="Begin with")
    naming_scheme = forms.ChoiceField(
        choices=NamingScheme,
        initial=NamingScheme.SEMVER,
        label="Names of versions",
        help_text="The next name is suggested by it, and names that break it are refused.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        starters = all_starters()
        self.fields["starter"].choices = [(each.key, each.title) for each in starters]  # type: ignore[attr-defined]
        self.fields["starter"].initial = starters[0].key


class TemplateEditForm(PatternMixin):
    """What a template is called and how its versions are named."""

    name = forms.CharField(max_length=120)
    summary = forms.CharField(max_length=300, required=False)
    naming_scheme = forms.ChoiceField(choices=NamingScheme, label="Names of versions")
    field_order = ("name", "summary", "naming_scheme", "naming_pattern")


class DraftForm(forms.Form):
    """The text as typed. ``revision`` is what the editor was opened with."""

    text = forms.CharField(widget=forms.Textarea, strip=False, required=False, label="Definition", max_length=8_000_000)
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def clean_text(self) -> str:
        """Browsers send CRLF; a text is kept with the line ends that it had in the editor."""
        return str(self.cleaned_data["text"]).replace("\r\n", "\n")


class ReleaseForm(forms.Form):
    """The base of every question about a release."""

    seen = forms.CharField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, release: Release, live: Release | None = None, **kwargs: Any) -> None:
        kwargs["initial"] = {"seen": selectors.seen(release, live), **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        self.release = release


class ConfirmForm(ReleaseForm):
    """Nothing to fill in."""


class ReasonForm(ReleaseForm):
    """Why, which everybody will read."""

    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}), max_length=1000, help_text="Everybody who meets the version reads it."
    )


class MaybeReasonForm(ReleaseForm):
    """Why, for the trail."""

    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 2}),
        max_length=1000,
        required=False,
        label="Reason (optional)",
        help_text="It stands in the trail.",
    )


class NamesForm(ReleaseForm):
    """Name and description of a release."""

    name = forms.CharField(max_length=80)
    description = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 3}),
        required=False,
        max_length=2000,
        help_text="What changed, such as “Added retries to the order sync”.",
    )


class DraftNamesForm(NamesForm):
    """A draft needs no name."""

    name = forms.CharField(max_length=80, required=False)


class VersionForm(NamesForm):
    """The name and description of a version to be. ``accept_same`` is the one more click for content that exists."""

    accept_same = forms.BooleanField(required=False, widget=forms.HiddenInput)


class MakeLiveForm(ReleaseForm):
    """Making a version live; the reason matters where it builds on something older than what is live."""

    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 2}), required=False, max_length=1000, label="Reason (optional)"
    )


class MakeDraftLiveForm(VersionForm):
    """Freezing a draft and making it live."""

    reason = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 2}), required=False, max_length=1000, label="Reason (optional)"
    )


class NotesForm(ReleaseForm):
    """What customers read about a version."""

    notes = forms.CharField(
        widget=forms.Textarea(attrs={"rows": 10}),
        required=False,
        max_length=20_000,
        label="Release notes",
        help_text="Markdown. Customers read this when they are offered the version.",
    )


class CopyForm(ReleaseForm):
    """Where a copy goes: the same template, another one, or a new one."""

    THIS, OTHER, NEW = "this", "other", "new"

    target = forms.ChoiceField(widget=forms.RadioSelect, label="Copy to", initial=THIS)
    other = forms.ModelChoiceField(
        IntegrationTemplate.objects.none(), required=False, label="Another template", empty_label="Choose a template"
    )
    new_name = forms.CharField(max_length=120, required=False, label="Name of the new template")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        home = self.release.integration_template
        choices = [
            (self.THIS, f"A new draft of {home}"),
            (self.OTHER, "Another template"),
            (self.NEW, "A new template"),
        ]
        self.fields["target"].choices = choices  # type: ignore[attr-defined]
        self.fields["other"].queryset = IntegrationTemplate.objects.exclude(pk=home.pk)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("target") == self.OTHER and not cleaned.get("other"):
            self.add_error("other", "Choose the template that gets the copy.")
        if cleaned.get("target") == self.NEW and not str(cleaned.get("new_name") or "").strip():
            self.add_error("new_name", "Give the new template a name.")
        return cleaned

    def destination(self) -> dict[str, Any]:
        """Return the arguments that tell the service where the copy goes."""
        match self.cleaned_data["target"]:
            case self.OTHER:
                return {"to": self.cleaned_data["other"]}
            case self.NEW:
                return {"new_template": self.cleaned_data["new_name"]}
        return {}
