"""How calls are made: their time limit, further tries, and what the API can bear."""

from typing import Any

from django import forms

from apps.accounts.models import User
from apps.connectors import services
from apps.connectors.calls.retries import MOST_RETRIES
from apps.connectors.enums import RatePer, RetryOn
from apps.connectors.forms.sections.base import SectionForm
from apps.connectors.models import ConnectorVersion
from apps.connectors.services.configuration import LONGEST_TIMEOUT_S, MOST_AT_ONCE, MOST_CALLS


class ExecutionForm(SectionForm):
    """How calls are made."""

    title = "Execution"
    text = "How calls are made. Limits hold for each environment, over all workers together."
    timeout_s = forms.IntegerField(
        label="Time limit in seconds",
        min_value=1,
        max_value=LONGEST_TIMEOUT_S,
        help_text="For the whole call: the answer, and further tries with their pauses, included.",
    )
    idempotency_header = forms.RegexField(
        regex=r"^[A-Za-z0-9-]*$",
        required=False,
        max_length=100,
        help_text="The header by which the API knows a repeated call, such as Idempotency-Key. Empty: it knows none.",
        error_messages={"invalid": "A header's name is made of letters, digits and dashes."},
    )
    attempts = forms.IntegerField(
        label="Further tries",
        required=False,
        min_value=0,
        max_value=MOST_RETRIES,
        help_text="0: none. A call that changes something is tried again only with an idempotency header.",
    )
    retry_on = forms.MultipleChoiceField(
        label="Try again after",
        required=False,
        choices=RetryOn,
        widget=forms.CheckboxSelectMultiple,
        help_text="Pauses grow from half a second to eight; what the API asks for by Retry-After is kept to.",
    )
    rate_calls = forms.IntegerField(
        label="At most this many calls",
        required=False,
        min_value=1,
        max_value=MOST_CALLS,
        help_text="Empty: no limit. A quarter may come at once, the rest is spread evenly. Calls wait for their turn.",
    )
    rate_per = forms.ChoiceField(label="in each", required=False, choices=RatePer)
    at_once = forms.IntegerField(
        label="Calls at once",
        required=False,
        min_value=1,
        max_value=MOST_AT_ONCE,
        help_text="How many may be under way together. Empty: no limit.",
    )

    @classmethod
    def values_of(cls, version: ConnectorVersion) -> dict[str, Any]:
        kept = version.execution
        retries, rate = kept.get("retries") or {}, kept.get("rate") or {}
        return {
            "timeout_s": kept.get("timeout_s", 10),
            "idempotency_header": kept.get("idempotency_header", ""),
            "attempts": retries.get("attempts", 0),
            "retry_on": retries.get("on", RetryOn.values),
            "rate_calls": rate.get("calls"),
            "rate_per": rate.get("per", RatePer.SECOND),
            "at_once": kept.get("at_once"),
        }

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("attempts") and not data.get("retry_on") and "retry_on" not in self.errors:
            self.add_error("retry_on", "Choose after what a call is tried again, or write 0 above.")
        return data

    def save(self, *, by: User) -> ConnectorVersion:
        data = self.cleaned_data
        return services.configure_execution(
            by=by,
            version=self.version,
            timeout_s=data["timeout_s"],
            idempotency_header=data["idempotency_header"],
            retries={"attempts": data["attempts"] or 0, "on": data["retry_on"]},
            rate={"calls": data["rate_calls"] or 0, "per": data["rate_per"] or RatePer.SECOND},
            at_once=data["at_once"] or 0,
        )
