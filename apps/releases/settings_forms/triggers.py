"""The form of the triggers."""

from dataclasses import asdict
from datetime import UTC, datetime
from functools import cached_property, lru_cache
from typing import Any
from zoneinfo import available_timezones

from cronsim import CronSim, CronSimError
from django import forms
from jsonschema import Draft202012Validator, SchemaError

from apps.releases.building.settings.edits import MISSING
from apps.releases.building.settings.triggers import UNITS, Triggers, When
from apps.releases.building.settings.typed import as_json
from apps.releases.definition import MissedRuns, Schedule
from apps.releases.definition.findings import did_you_mean
from apps.releases.settings_forms.base import JsonField, NumberField, PlainField, SettingsForm

WHEN = {
    When.NONE: "No timer: runs start by hand",
    When.EVERY: "Again and again, after a fixed time",
    When.CRON: "At certain times (cron)",
}
MISSED = {
    MissedRuns.SKIP: "Skip them: wait for the next time",
    MissedRuns.ONCE: "Make up once: one run for all missed times",
    MissedRuns.ALL: "Make up all: one run for each missed time",
}
SECONDS = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400}
LONGEST_S = 3_650 * 86_400
TIMER = ("when", "number", "unit", "cron")


@lru_cache(maxsize=1)
def time_zones() -> list[str]:
    """Return the names of all time zones, by region."""
    return sorted(available_timezones(), key=lambda zone: ("/" not in zone, zone))


class TriggersForm(SettingsForm):
    """When runs start by themselves."""

    when = forms.ChoiceField(widget=forms.RadioSelect, label="When it starts")
    number = NumberField(label="Every")
    unit = forms.ChoiceField(choices=[(unit, unit) for unit in UNITS], required=False)
    cron = PlainField(
        max_length=200,
        label="Cron expression",
        help_text="Minute, hour, day of the month, month, day of the week: 0 6 * * 1-5 is six o'clock from Monday "
        "to Friday.",
    )
    time_zone = PlainField(
        max_length=80, label="Time zone", help_text="Type a part of the name, such as Berlin. Without one it is UTC."
    )
    missed = forms.ChoiceField(
        choices=list(MISSED.items()),
        widget=forms.RadioSelect,
        label="When times were missed",
        help_text="Times are missed when no worker was running.",
    )
    has_webhook = forms.BooleanField(required=False, label="Start a run whenever somebody calls an address")
    webhook_title = PlainField(max_length=200, label="Title", help_text="What the address is for, such as “New order”.")
    webhook_help = PlainField(
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4000,
        label="Help",
        help_text="Who must call it, and how it is set up there.",
    )
    webhook_schema = JsonField(
        expected=dict,
        rows=6,
        label="Schema of what is sent",
        help_text="A JSON schema. What does not fit it is refused; without one anything starts a run.",
    )
    event = JsonField(
        rows=5, label="Sample event", help_text="JSON. Test runs get it as the event, $workflow.input.event."
    )

    def __init__(self, data: Any = None, *, triggers: Triggers) -> None:
        super().__init__(data, initial=_initial(triggers))
        self.triggers = triggers
        choices = list(WHEN.items())
        if triggers.when is When.SOURCE:
            choices.append((When.SOURCE, f"As the source says ({triggers.as_written})"))
        self.fields["when"].choices = choices  # type: ignore[attr-defined]
        self.fields["time_zone"].widget.attrs |= {"list": "time-zones", "placeholder": "UTC", "autocomplete": "off"}
        self.fields["cron"].widget.attrs |= {"class": "font-monospace", "placeholder": "0 6 * * 1-5"}
        if triggers.missed not in list(MissedRuns):
            self.fields["missed"].required = False

    def clean_time_zone(self) -> str:
        zone = str(self.cleaned_data["time_zone"])
        if zone and self.is_changed("time_zone") and zone not in available_timezones():
            mend = did_you_mean(zone, available_timezones(), "Write for example Europe/Berlin.")
            raise forms.ValidationError(f"“{zone}” is no time zone. {mend}")
        return zone

    def clean_webhook_schema(self) -> Any:
        schema = self.cleaned_data["webhook_schema"]
        if schema is not MISSING and self.is_changed("webhook_schema"):
            try:
                Draft202012Validator.check_schema(schema)
            except SchemaError as error:
                raise forms.ValidationError(f"This is no JSON schema: {error.message}.") from None
        return schema

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.is_changed(*TIMER):
            self._check_timer(cleaned)
        return cleaned

    def _check_timer(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("when") == When.CRON and (wrong := wrong_cron(cleaned.get("cron", ""))):
            self.add_error("cron", wrong)
        if cleaned.get("when") == When.EVERY and "number" in cleaned and not cleaned["number"]:
            self.add_error("number", "Say after how many it starts again, such as 15.")
        elif cleaned.get("when") == When.EVERY and not 0 < self._seconds(cleaned) <= LONGEST_S:
            self.add_error("number", "Write a length of time above 0 and of at most ten years.")

    def _seconds(self, cleaned: dict[str, Any]) -> float:
        return float(cleaned.get("number") or 1) * SECONDS.get(cleaned.get("unit", ""), 1)

    @cached_property
    def schedule(self) -> Schedule | None:
        """The timer as it is typed, None where there is none or the form cannot say it."""
        typed = self.cleaned_data
        zone, missed = typed.get("time_zone") or "UTC", MissedRuns(typed.get("missed") or MissedRuns.ONCE)
        if zone not in available_timezones():
            return None
        if typed.get("when") == When.CRON and not wrong_cron(typed.get("cron", "")):
            return Schedule(typed["cron"], None, zone, missed)
        if typed.get("when") == When.EVERY and typed.get("number") and not self.errors:
            return Schedule(None, {typed["unit"]: typed["number"]}, zone, missed)
        return None

    def said(self) -> dict[str, Any]:
        """Return what was typed differently, as ``change_triggers`` takes it."""
        changes = self.changes(*self.fields)
        if TIMER[0] in changes:
            # Another timer takes everything that is typed for it.
            changes |= {name: self.cleaned_data[name] for name in TIMER}
        return changes


def wrong_cron(cron: str) -> str:
    """Return what is wrong with a cron expression, ""."""
    if not cron:
        return "Write five fields, such as 0 6 * * 1-5."
    try:
        CronSim(cron, datetime.now(UTC))
    except CronSimError as error:
        return f"“{cron}” is no cron expression: {str(error).lower()}. Write five fields, such as 0 6 * * 1-5."
    return ""


def _initial(triggers: Triggers) -> dict[str, Any]:
    texts = {"webhook_schema": as_json(triggers.webhook_schema), "event": as_json(triggers.event)}
    return {**asdict(triggers), "number": str(triggers.number), **texts}
