"""The forms of a swap: which connector, and then for each step which operation and which fields."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import shorten
from typing import Any

from django import forms
from django.forms import BoundField

from apps.core.badges import Badge
from apps.releases.building.settings.slots import choice_of
from apps.releases.building.swapping import BADGES, Answer, Swap, SwapStep, built_versions
from apps.releases.definition import Slot
from apps.releases.definition.shapes import Json
from apps.releases.definition.swapping import Fit, Given, Operation

MOST_LISTED = 60
LONGEST_TOLD = 90
# Another operation shows its own fields at once; without JavaScript a button does it.
SHOWS_FIELDS = {"hx-post": "", "hx-trigger": "change", "hx-vals": '{"look": "1"}'}
LATER = "Decide later: keep the call as it is"
CHOSEN = Badge(
    "Chosen by hand", "It is not among the proposals: look whether it does the same.", "accent", "hand-click"
)
WAITS = Badge("Decide later", "The step keeps its call as it is, and the checks say what it lacks.", "gray", "clock")
LEFT_OUT = "Leave it out"


class TargetForm(forms.Form):
    """Which connector version shall serve the slot."""

    to = forms.ChoiceField(label="Swap for")

    def __init__(self, data: Any = None, *, slot: Slot) -> None:
        super().__init__(data)
        self.versions = {choice_of(version.connector.slug, version.number): version for version in built_versions(slot)}
        rows = [(choice, str(version)) for choice, version in self.versions.items()]
        self.fields["to"].choices = [("", "Choose a connector"), *rows]  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Asked:
    """A value of a step, as it stands there, and the field that asks where it goes."""

    given: Given
    told: str
    bound: BoundField


@dataclass(frozen=True)
class Row:
    """What is asked about one step."""

    number: int
    step: SwapStep
    operation: BoundField
    shown_for: BoundField
    chosen: Operation | None
    is_new: bool
    badge: Badge
    fields: list[Asked]
    missing: list[str]


class SwapForm(forms.Form):
    """For each step of the slot an operation, and for each of its values a field. ``looking`` judges nothing yet."""

    def __init__(self, data: Any = None, *, swap: Swap, looking: bool = False) -> None:
        # A copy that can be written to: where another operation was chosen, its own proposals are shown.
        self.typed: Any = data.copy() if data else {}
        super().__init__(None if looking or not data else self.typed, initial={})
        self.swap = swap
        self.is_long = len(swap.operations) > MOST_LISTED
        self.rows: list[Row] = []
        for number, step in enumerate(swap.steps):
            self._ask(number, step)

    def counts(self) -> list[tuple[Badge, int]]:
        """How many steps fit how well."""
        badges = [row.badge for row in self.rows]
        return [(badge, badges.count(badge)) for badge in (*BADGES.values(), CHOSEN, WAITS) if badge in badges]

    def answers(self) -> dict[str, Answer]:
        """What was decided, by the pointers of the steps; steps that wait are left out."""
        return dict(self._answers())

    def clean(self) -> dict[str, Any]:
        for row in self.rows:
            if row.is_new and (chosen := self.cleaned_data.get(row.operation.name)):
                self.add_error(row.operation.name, f"These are now the fields of {chosen}: look at them, and swap.")
            self._refuse_twice(row)
        return self.cleaned_data

    def _refuse_twice(self, row: Row) -> None:
        taken: set[str] = set()
        for asked in row.fields:
            key = self.cleaned_data.get(asked.bound.name)
            if key and key in taken:
                self.add_error(asked.bound.name, "Another value goes there already.")
            taken.add(key or "")
        if "body:" in taken and any(key.startswith("body:") and key != "body:" for key in taken):
            self.add_error(row.operation.name, "Either one value is the whole body, or values are parts of it.")

    def _answers(self) -> Iterator[tuple[str, Answer]]:
        for row in self.rows:
            if operation := self.cleaned_data.get(row.operation.name):
                fields = {each.given.key: self.cleaned_data[each.bound.name] for each in row.fields}
                yield row.step.step.pointer, Answer(operation, fields)

    def _ask(self, number: int, step: SwapStep) -> None:
        best = step.best
        name, shown = f"operation-{number}", f"shown-{number}"
        proposed = best.operation.name if best else ""
        chosen = str(self.typed.get(name, proposed)).strip()
        is_new = bool(self.typed) and self.typed.get(shown, "") != chosen
        self.fields[name] = self._operation(step)
        self.fields[shown] = forms.CharField(widget=forms.HiddenInput, required=False)
        self._say({name: chosen, shown: chosen}, is_new=is_new)
        self._ask_fields(number, step, chosen, is_new=is_new)
        operation = self.swap.operations.get(chosen)
        bound = [self._asked(number, index, step) for index, _ in _keys(step) if operation]
        missing = self._missing(number, step, chosen)
        badge = _badge(step, chosen)
        self.rows.append(Row(number, step, self[name], self[shown], operation, is_new, badge, bound, missing))

    def _ask_fields(self, number: int, step: SwapStep, chosen: str, *, is_new: bool) -> None:
        proposed = self.swap.proposed(step, chosen)
        for index, key in _keys(step):
            name = f"field-{number}-{index}"
            self.fields[name] = self._field(step.given[index], chosen)
            self._say({name: proposed[key] if is_new else self.typed.get(name, proposed[key])}, is_new=is_new)

    def _asked(self, number: int, index: int, step: SwapStep) -> Asked:
        given = step.given[index]
        return Asked(given, _shortly(given.value), self[f"field-{number}-{index}"])

    def _say(self, values: dict[str, str], *, is_new: bool) -> None:
        """What fields show: what was typed, or what is proposed for an operation that was not shown before."""
        for name, value in values.items():
            self.initial[name] = value
            if is_new and self.is_bound:
                self.typed[name] = value

    def _missing(self, number: int, step: SwapStep, chosen: str) -> list[str]:
        taken = {self[f"field-{number}-{index}"].value() for index, _ in _keys(step)}
        whole = "body:" in taken
        fields = self.swap.fields_of(chosen)
        return [
            each.title for each in fields if each.required and each.key not in taken and not (whole and each.in_body)
        ]

    def _operation(self, step: SwapStep) -> forms.Field:
        label = f"Instead of {step.step.operation}"
        if self.is_long:
            near = ", ".join(each.operation.name for each in step.proposals[:3] if each.fit is not Fit.NONE)
            return _OperationField(
                self.swap,
                label=label,
                required=False,
                widget=forms.TextInput(attrs={"list": "operations", "autocomplete": "off", **SHOWS_FIELDS}),
                help_text=f"Empty: decide later. Nearest: {near}." if near else "Empty: decide later.",
            )
        nearest = [each.operation for each in step.proposals]
        rest = [each for each in self.swap.operations.values() if each not in nearest]
        groups: list[Any] = [("", LATER), ("Nearest first", _listed(nearest))]
        if rest:
            groups.append(("Others", _listed(rest)))
        widget = forms.Select(attrs=SHOWS_FIELDS)
        return forms.ChoiceField(label=label, required=False, choices=groups, widget=widget)

    def _field(self, given: Given, chosen: str) -> forms.ChoiceField:
        fields = self.swap.fields_of(chosen)
        choices = [(each.key, _title(each.title, each.type, each.required)) for each in fields]
        return forms.ChoiceField(
            label=f"{given.field.title} goes to", required=False, choices=[("", LEFT_OUT), *choices]
        )


class _OperationField(forms.CharField):
    def __init__(self, swap: Swap, **options: Any) -> None:
        super().__init__(**options)
        self.swap = swap

    def clean(self, value: Any) -> str:
        name = str(super().clean(value))
        if name and name not in self.swap.operations:
            raise forms.ValidationError(f"{self.swap.version} has no operation “{name}”.")
        return name


def _shortly(value: Json) -> str:
    told = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return shorten(told, LONGEST_TOLD, placeholder="…") or "(empty)"


def _badge(step: SwapStep, chosen: str) -> Badge:
    fit = step.fit_of(chosen)
    if fit is not Fit.NONE:
        return BADGES[fit]
    return CHOSEN if chosen else WAITS if step.best else BADGES[Fit.NONE]


def _keys(step: SwapStep) -> list[tuple[int, str]]:
    return [(index, given.key) for index, given in enumerate(step.given)]


def _listed(operations: list[Operation]) -> list[tuple[str, str]]:
    return [(each.name, f"{each.name} ({each.method.upper()} {each.path})") for each in operations]


def _title(title: str, kind: str, required: bool) -> str:
    told = ", ".join(filter(None, [kind, "required" if required else ""]))
    return f"{title} ({told})" if told else title
