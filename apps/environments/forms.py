"""Forms about environments."""

import re
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from apps.core import clock
from apps.core.forms import DateInput
from apps.environments.models import Environment, EnvironmentKind, Reach
from apps.environments.services import Preset

HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._:-]*[A-Za-z0-9])?")


class EnvironmentForm(forms.Form):
    """A new environment."""

    name = forms.CharField(max_length=60, help_text="As people say it: Staging, Production.")
    kind = forms.ChoiceField(
        choices=EnvironmentKind,
        initial=EnvironmentKind.DEVELOPMENT,
        widget=forms.RadioSelect,
        help_text="“Sync to dev” and “sync to prod” of connectors follow it. It stays once something is synced or "
        "deployed here.",
    )
    is_protected = forms.BooleanField(
        label="Protected", required=False, help_text="Only operators and release managers may deploy here."
    )


class EnvironmentEditForm(EnvironmentForm):
    """What an environment is called, what it is for, and who may deploy there."""

    reason = forms.CharField(
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Needed where the protection changes. It stands in the trail.",
    )

    def __init__(self, data: Any, *, environment: Environment) -> None:
        now = {key: getattr(environment, key) for key in ("name", "kind", "is_protected")}
        super().__init__(data, initial=now)
        self.environment = environment

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("is_protected") != self.environment.is_protected and not cleaned.get("reason"):
            self.add_error("reason", "Say why the protection changes: it decides who may deploy here.")
        return cleaned


class PresetForm(forms.Form):
    """What to begin with."""

    preset = forms.ChoiceField(choices=[(each.name, each.name) for each in Preset])

    def clean_preset(self) -> Preset:
        return Preset[self.cleaned_data["preset"]]


class ReachForm(forms.Form):
    """Where connectors may call from an environment."""

    reach = forms.ChoiceField(
        choices=Reach,
        label="Connectors may call",
        widget=forms.RadioSelect,
        help_text="Private addresses are refused either way unless they are listed.",
    )
    reason = forms.CharField(
        max_length=500, widget=forms.Textarea(attrs={"rows": 2}), help_text="It stands in the trail."
    )


class LockForm(forms.Form):
    """Why nothing may be deployed."""

    reason = forms.CharField(
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Everybody who is stopped by the lock reads this.",
    )
    until = forms.DateTimeField(
        label="Ends",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="In UTC. Then it opens by itself. Left empty, it lasts until somebody unlocks it.",
    )

    def clean_until(self) -> datetime | None:
        until: datetime | None = self.cleaned_data["until"]
        if until and until <= clock.now():
            raise forms.ValidationError("This end is over already: choose a later one, or none.")
        return until


class UnlockForm(forms.Form):
    """Why deployments may go on."""

    reason = forms.CharField(max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))


class EgressForm(forms.Form):
    """An address that connectors may call although it is private."""

    host = forms.CharField(max_length=255, help_text="One exact name or address, such as 10.0.4.20 or crm.internal.")
    port = forms.IntegerField(min_value=1, max_value=65535)
    reason = forms.CharField(
        max_length=500, widget=forms.Textarea(attrs={"rows": 2}), help_text="What needs this address, for whom."
    )
    expires_on = forms.DateField(
        label="Ends on", required=False, widget=DateInput, help_text="The last day. Left empty, it does not end."
    )

    def clean_host(self) -> str:
        host: str = self.cleaned_data["host"].strip().lower()
        if not HOST.fullmatch(host):
            raise forms.ValidationError("Enter one host name or address, without https:// and without a path.")
        return host

    def clean_expires_on(self) -> Any:
        day = self.cleaned_data["expires_on"]
        if day and day < clock.now().date():
            raise forms.ValidationError("This day is over already.")
        return day

    def expires_at(self) -> datetime | None:
        """The end of the last day."""
        day = self.cleaned_data["expires_on"]
        return timezone.make_aware(datetime.combine(day, time.max)) if day else None
