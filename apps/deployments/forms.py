"""Forms of instances and of the wizard. What may be chosen comes from querysets of the page's own parent."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from apps.accounts.models import Customer, User
from apps.connectors.models import Connection
from apps.deployments.models import TEAM, WizardDraft
from apps.deployments.plan import Target
from apps.deployments.rights import why_not
from apps.deployments.selectors import audience_of, running_versions
from apps.environments.models import Environment
from apps.releases.definition import Slot
from apps.releases.models import IntegrationTemplate, Release
from apps.releases.naming import problem as naming_problem
from apps.releases.selection import Purpose
from apps.releases.selectors import same_content, verdict, version_names

TEAM_VALUE = "team"


def _owners() -> list[tuple[str, str]]:
    return [(TEAM_VALUE, TEAM), *Customer.objects.values_list("slug", "name")]


class InstanceFilterForm(forms.Form):
    """Narrows the list of instances down; what makes no sense is ignored."""

    q = forms.CharField(required=False)
    environment = forms.ModelChoiceField(
        Environment.objects.all(), to_field_name="slug", required=False, empty_label="All environments"
    )
    owner = forms.ChoiceField(required=False)
    integration_template = forms.ModelChoiceField(
        IntegrationTemplate.objects.all(),
        to_field_name="slug",
        required=False,
        label="Template",
        empty_label="All templates",
    )
    version = forms.IntegerField(required=False, min_value=1, label="Version")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        owner = self.fields["owner"]
        if isinstance(owner, forms.ChoiceField):
            owner.choices = [("", "All owners"), *_owners()]

    @property
    def chosen(self) -> dict[str, Any]:
        """What is asked for and makes sense."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}


class FleetFilterForm(InstanceFilterForm):
    """Narrows the fleet down."""

    q = None  # type: ignore[assignment]
    version = None  # type: ignore[assignment]
    behind = forms.BooleanField(required=False, label="Only what is behind live")


class RolloutFilterForm(InstanceFilterForm):
    """Narrows the preview of a rollout down, within one template."""

    q = None  # type: ignore[assignment]
    integration_template = None  # type: ignore[assignment]
    version = forms.TypedChoiceField(  # type: ignore[assignment]
        required=False, coerce=int, empty_value=None, label="Runs now"
    )

    def __init__(self, integration_template: IntegrationTemplate, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        version = self.fields["version"]
        if isinstance(version, forms.ChoiceField):
            numbers = running_versions(integration_template)
            version.choices = [("", "All versions"), *((str(number), f"V{number}") for number in numbers)]


class SeenInstancesField(forms.Field):
    """Instances that were ticked, each with what ran there when the page was made: ``{instance: deployment}``."""

    widget = forms.CheckboxSelectMultiple
    default_error_messages = {
        "required": "Choose at least one instance.",
        "invalid": "This page is out of date. Open it again.",
    }

    def to_python(self, value: Sequence[str] | None) -> dict[int, int]:
        pairs = [each.split(":") for each in value or ()]
        if not all(len(pair) == 2 and all(part.isdecimal() for part in pair) for pair in pairs):
            raise ValidationError(self.error_messages["invalid"])
        return {int(instance): int(deployment) for instance, deployment in pairs}


class RolloutForm(forms.Form):
    """Which instances, and why."""

    instances = SeenInstancesField(required=False)
    everywhere = forms.BooleanField(required=False)
    expected = forms.IntegerField(required=False, widget=forms.HiddenInput)
    reason = forms.CharField(
        required=False,
        max_length=500,
        label="Reason",
        help_text="For the history of every instance.",
        widget=forms.TextInput(),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "instances" in cleaned and not cleaned["instances"] and not cleaned.get("everywhere"):
            self.add_error("instances", self.fields["instances"].error_messages["required"])
        return cleaned


class StartForm(forms.Form):
    """Where to deploy to."""

    integration_template = forms.ModelChoiceField(
        IntegrationTemplate.objects.all(), to_field_name="slug", label="Template", empty_label="Choose a template…"
    )
    environment = forms.ModelChoiceField(
        Environment.objects.all(), to_field_name="slug", widget=forms.RadioSelect(), empty_label=None
    )
    owner = forms.ChoiceField(
        label="For whom", help_text="The team's own instance is what counts as active in an environment."
    )
    label = forms.CharField(
        required=False,
        max_length=80,
        help_text="Only to tell several instances of one owner apart, such as “Shop Bern”. Usually blank.",
    )

    def __init__(self, person: User, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.person = person
        owner = self.fields["owner"]
        if isinstance(owner, forms.ChoiceField):
            owner.choices = _owners()

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        environment = cleaned.get("environment")
        if environment and (refusal := why_not(self.person, environment=environment, customer=None)):
            self.add_error("environment", refusal)
        return cleaned

    @property
    def target(self) -> Target:
        """The place that a valid form names."""
        owner = self.cleaned_data["owner"]
        return Target(
            self.cleaned_data["integration_template"],
            self.cleaned_data["environment"],
            None if owner == TEAM_VALUE else Customer.objects.get(slug=owner),
            self.cleaned_data["label"],
        )


class VersionForm(forms.Form):
    """Which release; a draft needs the name of the version that it becomes."""

    release = forms.ModelChoiceField(
        Release.objects.none(), error_messages={"required": "Choose a version.", "invalid_choice": "Choose a version."}
    )
    name = forms.CharField(required=False, max_length=80, label="Name of the version")
    description = forms.CharField(
        required=False, label="Description", widget=forms.Textarea(attrs={"rows": 2}), help_text="What changed and why."
    )

    def __init__(self, wizard: WizardDraft, releases: Sequence[Release], *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.wizard = wizard
        choice = self.fields["release"]
        if isinstance(choice, forms.ModelChoiceField):
            choice.queryset = Release.objects.select_related("integration_template", "snapshot").filter(
                pk__in=[release.pk for release in releases]
            )

    def clean_release(self) -> Release:
        release: Release = self.cleaned_data["release"]
        answer = verdict(release, purpose_of(self.wizard, release), audience_of(self.wizard.person))
        if not answer.ok:
            raise ValidationError(f"{release.label} cannot be chosen. {answer.reason}")
        return release

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        release = cleaned.get("release")
        if release and release.is_draft and not same_content(release.integration_template, release.digest):
            self._check_name(release, cleaned.get("name", ""))
        return cleaned

    def _check_name(self, release: Release, name: str) -> None:
        template = release.integration_template
        if not name:
            self.add_error("name", "Deploying the draft makes a version of it. Give the version a name.")
        elif wrong := naming_problem(
            template.naming_scheme, name, version_names(template), pattern=template.naming_pattern
        ):
            self.add_error("name", wrong)


class ConnectionsForm(forms.Form):
    """One choice for each slot, among the connections that the target may use."""

    def __init__(
        self,
        slots: Mapping[str, Slot],
        usable: Mapping[str, list[Connection]],
        data: Any = None,
        *,
        initial: dict[str, Any],
    ) -> None:
        super().__init__(data, initial=initial, prefix="slot")
        for name, slot in slots.items():
            self.fields[name] = forms.TypedChoiceField(
                label=slot.title,
                choices=[(str(one.pk), str(one)) for one in usable[name]],
                coerce=int,
                empty_value=None,
                widget=forms.RadioSelect(),
                error_messages={
                    "required": "Choose a connection, or make a new one.",
                    "invalid_choice": "Choose one of the connections listed here.",
                },
            )


class ReviewForm(forms.Form):
    """The last word before deploying."""

    reason = forms.CharField(
        required=False,
        max_length=500,
        label="Reason",
        help_text="For the history of the instance.",
        widget=forms.TextInput(),
    )


class UndoForm(forms.Form):
    """Why to go back, and what the person saw running when they decided."""

    reason = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}))
    seen = forms.IntegerField(widget=forms.HiddenInput())


class ReasonForm(forms.Form):
    """Why; may stay blank."""

    reason = forms.CharField(
        required=False, max_length=500, label="Reason", widget=forms.Textarea(attrs={"rows": 2, "autofocus": True})
    )


def purpose_of(wizard: WizardDraft, release: Release) -> Purpose:
    """Return what the wizard would pick a release for."""
    running = wizard.seen_deployment
    if running is None:
        return Purpose.INSTALL
    return Purpose.RECONFIGURE if running.release_id == release.pk else Purpose.CHANGE_VERSION


class PutBackForm(forms.Form):
    """Why everything goes back."""

    reason = forms.CharField(max_length=500, widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}))
