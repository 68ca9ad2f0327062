"""What each connection is asked for besides its credentials."""

from typing import Any

from django import forms
from django.http import QueryDict

from apps.accounts.models import User
from apps.connectors import services
from apps.connectors.calls.individual import Field, definition_problem
from apps.connectors.enums import UsedAs
from apps.connectors.forms.sections.base import Row, RowForm, RowsForm
from apps.connectors.models import ConnectorVersion


class FieldRow(RowForm):
    """One field that connections are asked for."""

    noun = "field"
    name = forms.CharField(
        required=False, max_length=40, help_text="Short, such as subdomain. The server's address calls it {subdomain}."
    )
    label = forms.CharField(required=False, max_length=80, help_text="What people read beside it.")
    used_as = forms.ChoiceField(label="Used as", choices=UsedAs)
    target = forms.CharField(
        label="Header or parameter", required=False, max_length=100, help_text="Its name, such as X-Account."
    )
    help = forms.CharField(label="Help", required=False, max_length=300, help_text="Where people find it.")
    required = forms.BooleanField(label="Every connection needs it", required=False)

    def __init__(self, data: QueryDict | None = None, *, number: int, initial: Row | None = None) -> None:
        super().__init__(data, prefix=f"row-{number}", initial=initial)
        self.number = number

    @property
    def is_blank(self) -> bool:
        """Nothing was typed: the row does not count."""
        return not any(self.cleaned_data.get(name) for name in ("name", "label", "target", "help"))

    def field(self) -> Field:
        """The field as it was entered."""
        data = self.cleaned_data
        target = data["target"] if data["used_as"] in (UsedAs.HEADER, UsedAs.QUERY) else ""
        return Field(**{**data, "target": target})

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors and not self.is_blank:
            place, problem = definition_problem(self.field())
            if problem:
                self.add_error(place, problem)
        return data


class IndividualForm(RowsForm):
    """The list of fields."""

    title = "Individual"
    text = (
        "What each connection is asked for besides its credentials. Do not ask for secrets here: the answers are shown."
    )
    template = "connectors/version_configure_individual.html"

    def row(self, number: int, *, data: QueryDict | None = None, initial: Row | None = None) -> FieldRow:
        return FieldRow(data, number=number, initial=initial)

    @classmethod
    def rows_of(cls, version: ConnectorVersion) -> list[Row]:
        return [*version.individual, cls._blank()]

    def added(self, data: QueryDict) -> Row:
        return self._blank()

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        seen: set[str] = set()
        for row in self.rows:
            name = row.cleaned_data.get("name", "") if row.is_valid() else ""
            if name and name in seen:
                row.add_error("name", "Another field has this name already.")
            seen.add(name)
        return data

    def save(self, *, by: User) -> ConnectorVersion:
        rows = [row for row in self.rows if isinstance(row, FieldRow) and not row.is_blank]
        fields = [row.field().data for row in rows]
        return services.configure_individual(by=by, version=self.version, fields=fields)

    @staticmethod
    def _blank() -> Row:
        return {"required": True, "used_as": UsedAs.SERVER}
