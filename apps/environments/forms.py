"""Forms about environments."""

import re
from datetime import datetime, time
from typing import Any

from django import forms
from django.utils import timezone

from apps.core import clock
from apps.core.forms import DateInput
from apps.environments.models import EnvironmentKind

HOST = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._:-]*[A-Za-z0-9])?")


class EnvironmentForm(forms.Form):
    """A new environment."""

    name = forms.CharField(max_length=60, help_text="As people say it: Staging, Production.")
    kind = forms.ChoiceField(
        choices=EnvironmentKind,
        initial=EnvironmentKind.DEVELOPMENT,
        widget=forms.RadioSelect,
        help_text="“Sync to dev” and “sync to prod” of connectors follow it. It cannot be changed later.",
    )
    is_protected = forms.BooleanField(
        label="Protected", required=False, help_text="Only operators and release managers may deploy here."
    )


class LockForm(forms.Form):
    """Why nothing may be deployed."""

    reason = forms.CharField(
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Everybody who is stopped by the lock reads this.",
    )


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
