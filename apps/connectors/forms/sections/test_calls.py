"""What the test of a version calls, with example values for every parameter."""

import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.forms import BoundField
from django.http import QueryDict

from apps.accounts.models import User
from apps.connectors import selectors, services
from apps.connectors.calls.individual import fields_of
from apps.connectors.calls.paging import divides
from apps.connectors.calls.plan import BODY, CallTarget, prepare_call
from apps.connectors.enums import UsedAs
from apps.connectors.forms.sections.base import Row, RowForm, RowsForm
from apps.connectors.forms.sections.values import (
    VALUE,
    Described,
    ValueField,
    area,
    field_name,
    is_made_from_data,
    shown,
)
from apps.connectors.models import Connection, ConnectorVersion
from apps.connectors.openapi.samples import sample_at
from apps.connectors.services.configuration import MOST_TEST_CALLS, MOST_TEST_PAGES
from apps.core.errors import Refused

LONGEST_BODY = 20_000
# Where an example call is checked; nothing is sent there.
NOWHERE = "https://api.invalid"


class CallRow(RowForm):
    """One call. ``described``: its operation in the newest build, None where that does not know it."""

    noun = "call"
    operation = forms.CharField(widget=forms.HiddenInput, max_length=200)

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        number: int,
        version: ConnectorVersion,
        described: Described | None,
        is_built: bool,
        initial: Row | None = None,
    ) -> None:
        super().__init__(data, prefix=f"row-{number}", initial=initial)
        self.number, self.version, self.described, self.is_built = number, version, described, is_built
        if described is None:
            self.fields["parameters"] = forms.CharField(
                required=False,
                max_length=LONGEST_BODY,
                widget=area(4),
                help_text="A JSON object: each value by its name.",
            )
            self._add_pages()
            return
        for parameter in sorted(described["parameters"], key=lambda each: not each["required"]):
            self.fields[field_name(parameter)] = ValueField(parameter)
        if described["body"]:
            required = described["body_required"]
            kind = described["content_type"]
            help_text = f"{kind}, written as JSON." if is_made_from_data(kind) else f"{kind}, as it is."
            self.fields[BODY] = forms.CharField(
                label="Body", required=required, max_length=LONGEST_BODY, widget=area(8), help_text=help_text
            )
        if divides(version.paging, described):
            self._add_pages()

    def _add_pages(self) -> None:
        self.fields["pages"] = forms.IntegerField(
            label="Pages to follow",
            required=False,
            min_value=1,
            max_value=MOST_TEST_PAGES,
            initial=1,
            help_text="1: only the first.",
        )

    @property
    def operation_id(self) -> str:
        """What is called."""
        given = self.data.get(self.add_prefix("operation")) if self.is_bound else self.initial.get("operation")
        return str(given or "")

    @property
    def asked(self) -> list[BoundField]:
        """Fields that stand in front: required values, the body, the pages."""
        optional = [bound.name for bound in self.optional]
        return [bound for bound in self if not bound.is_hidden and bound.name not in optional]

    @property
    def optional(self) -> list[BoundField]:
        """Values that may stay away."""
        return [bound for bound in self if bound.name.startswith(VALUE) and not bound.field.required]

    @property
    def shows_optional(self) -> bool:
        """Some of them are filled in, or wrong."""
        return any(bound.value() or bound.errors for bound in self.optional)

    def call(self) -> dict[str, Any]:
        """The call as a version keeps it."""
        data = self.cleaned_data
        parameters = data["parameters"] if self.described is None else self._parameters(self.described)
        return {"operation": data["operation"], "parameters": parameters, "pages": data.get("pages") or 1}

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.described is None:
            if self.is_built:
                self.add_error(None, "The newest build has no such operation. Remove the call.")
            self._read("parameters", data)
            if not self.errors and not isinstance(data["parameters"], dict):
                self.add_error("parameters", "Write an object: a value for each parameter by its name.")
            return data
        if data.get(BODY) and is_made_from_data(self.described["content_type"]):
            self._read(BODY, data)
        if not self.errors:
            self._try_out(self.described)
        return data

    def _parameters(self, described: Described) -> dict[str, Any]:
        names = [parameter["name"] for parameter in described["parameters"]]
        found = {}
        for parameter in described["parameters"]:
            value = self.cleaned_data.get(field_name(parameter))
            if value is not None:
                name = parameter["name"]
                key = name if names.count(name) == 1 and name != BODY else f"{parameter['in']}.{name}"
                found[key] = value
        body = self.cleaned_data.get(BODY)
        return {**found, BODY: body} if body not in (None, "") else found

    def _read(self, name: str, data: dict[str, Any]) -> None:
        try:
            data[name] = json.loads(data.get(name) or "{}")
        except ValueError as error:
            self.add_error(name, f"This is not JSON: {error}.")

    def _try_out(self, described: Described) -> None:
        """Prepare the call as the test will, to find what it would stumble over."""
        fields = fields_of(self.version.individual)
        target = CallTarget(
            operation_id=self.operation_id,
            operation=described,
            server_url=NOWHERE,
            headers={field.target: "x" for field in fields if field.used_as == UsedAs.HEADER},
            query={field.target: "x" for field in fields if field.used_as == UsedAs.QUERY},
        )
        try:
            prepare_call(target, self._parameters(described))
        except Refused as refused:
            for problem in refused.problems or (refused.message,):
                self.add_error(None, problem)


class CallsForm(RowsForm):
    """The calls of the test, and as whom they are made."""

    title = "Test"
    text = (
        "What “Test” really calls in development, one after the other. Connections are tested with the first call that "
    )
    text += "changes nothing."
    template = "connectors/version_configure_test.html"
    connection: forms.ModelChoiceField[Connection] = forms.ModelChoiceField(
        label="Connection in development",
        queryset=Connection.objects.none(),
        required=False,
        empty_label="The team's first one",
        help_text="Used by the test of this version. A connection's own test uses itself.",
    )
    add_operation = forms.CharField(
        label="Operation",
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"list": "operations", "autocomplete": "off", "spellcheck": "false"}),
    )

    def __init__(self, data: QueryDict | None = None, *, version: ConnectorVersion, **options: Any) -> None:
        self.build = selectors.newest_build(version)
        self.catalogue = selectors.operations_of(self.build) if self.build else {}
        super().__init__(data, version=version, **options)
        connection = self.fields["connection"]
        if isinstance(connection, forms.ModelChoiceField):
            connection.queryset = selectors.test_connections(version).select_related("environment")
            connection.label_from_instance = _with_place  # type: ignore[method-assign]

    @property
    def operations(self) -> list[tuple[str, str]]:
        """What may be chosen: ``(operationId, "GET /orders")``."""
        return selectors.operation_choices(self.build) if self.build else []

    @property
    def because(self) -> str:
        """Why nothing can be added; empty if something can."""
        if self.build is None:
            return "Build the version first: its operations are not known yet."
        return f"A test makes at most {MOST_TEST_CALLS} calls." if len(self.rows) >= MOST_TEST_CALLS else ""

    @classmethod
    def values_of(cls, version: ConnectorVersion) -> dict[str, Any]:
        return {"connection": version.test_connection_id}

    @classmethod
    def rows_of(cls, version: ConnectorVersion) -> list[Row]:
        return [{"call": call} for call in version.test_calls]

    def row(self, number: int, *, data: QueryDict | None = None, initial: Row | None = None) -> CallRow:
        initial = dict(initial or {})
        call = initial.pop("call", None)
        operation_id = data.get(f"row-{number}-operation", "") if data is not None else ""
        operation_id = operation_id or (call["operation"] if call else initial.get("operation", ""))
        described = self.catalogue.get(operation_id)
        if call:
            initial |= shown(call, described)
        return CallRow(
            data,
            number=number,
            version=self.version,
            described=described,
            is_built=self.build is not None,
            initial=initial or None,
        )

    def added(self, data: QueryDict) -> Row | None:
        operation_id = data.get("add_operation", "").strip()
        described = self.catalogue.get(operation_id)
        if self.because or described is None:
            told = f"“{operation_id}” is no operation of the newest build." if operation_id else "Choose an operation."
            self.notice = self.because or told
            return None
        return {"call": {"operation": operation_id, "parameters": self._sample(described), "pages": 1}}

    def rearranged(self, data: QueryDict, query: Mapping[str, str]) -> RowsForm:
        changed = super().rearranged(data, query)
        if "add" in query and not self.notice:
            changed.initial["add_operation"] = ""
        return changed

    def save(self, *, by: User) -> ConnectorVersion:
        calls = [row.call() for row in self.rows if isinstance(row, CallRow)]
        connection = self.cleaned_data["connection"]
        return services.configure_test(by=by, version=self.version, test_calls=calls, connection=connection)

    def _sample(self, described: Described) -> dict[str, Any]:
        """Values from the document: for everything that is required, and the size of a page."""
        wanted = [parameter for parameter in described["parameters"] if parameter["required"]]
        found = {f"{each['in']}.{each['name']}": each["example"] for each in wanted if "example" in each}
        if described["body"] and self.build and described.get("body_at"):
            sample = sample_at(self.build.document.content, described["body_at"])
            if sample is not None:
                found[BODY] = sample
        return found


def _with_place(obj: Connection) -> str:
    return f"{obj} ({obj.environment})"
