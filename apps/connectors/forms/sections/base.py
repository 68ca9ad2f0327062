"""What the forms of all sections have in common."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict

from apps.accounts.models import User
from apps.connectors.models import ConnectorVersion

ROW = re.compile(r"row-(\d{1,4})-")
HTTP_NAME = r"^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"

type Row = dict[str, Any]


class SectionForm(forms.Form):
    """One part of a version's configuration: shown with what the version says, saved through its service."""

    title: ClassVar[str]
    text: ClassVar[str]
    template: ClassVar[str] = "connectors/version_configure.html"

    def __init__(self, data: QueryDict | None = None, *, version: ConnectorVersion, **options: Any) -> None:
        self.version = version
        super().__init__(data, **{"initial": self.values_of(version), **options})

    @classmethod
    def values_of(cls, version: ConnectorVersion) -> dict[str, Any]:  # noqa: ARG003 - for those that read it
        """What the fields show at first."""
        return {}

    def save(self, *, by: User) -> ConnectorVersion:
        """Keep what was entered. Raises ``Refused``."""
        raise NotImplementedError


class RowForm(forms.Form):
    """One row of a list. ``number``: where it stands, from 0."""

    noun: ClassVar[str]
    number: int

    @property
    def position(self) -> str:
        """The number, as addresses carry it."""
        return str(self.number)

    @property
    def up_label(self) -> str:
        return f"Move {self.noun} {self.number + 1} up"

    @property
    def remove_label(self) -> str:
        return f"Remove {self.noun} {self.number + 1}"

    @classmethod
    def raw(cls, form: forms.Form, data: QueryDict) -> Row:
        """What a person typed, unchecked, to show it again."""
        return {
            name: field.widget.value_from_datadict(data, {}, form.add_prefix(name))
            for name, field in form.fields.items()
        }


class RowsForm(SectionForm):
    """A section that is a list: rows come, go and move without anything being saved."""

    rows: Sequence[RowForm]

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        version: ConnectorVersion,
        rows: Sequence[Row] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(data, version=version, **options)
        if data is not None:
            self.rows = [self.row(number, data=data) for number in row_numbers(data)]
        else:
            shown = self.rows_of(version) if rows is None else rows
            self.rows = [self.row(number, initial=row) for number, row in enumerate(shown)]

    def row(self, number: int, *, data: QueryDict | None = None, initial: Row | None = None) -> RowForm:
        """Make the form of one row."""
        raise NotImplementedError

    @classmethod
    def rows_of(cls, version: ConnectorVersion) -> list[Row]:
        """The rows that the version holds, and what is empty below them."""
        raise NotImplementedError

    def added(self, data: QueryDict) -> Row | None:
        """Return the row that “Add” brings; None, and an error on the form, where it cannot."""
        raise NotImplementedError

    def rearranged(self, data: QueryDict, query: Mapping[str, str]) -> "RowsForm":
        """Return the form as it was sent, with a row more (``add``), less (``remove=2``), or moved (``up=2``)."""
        rows = [form.raw(form, data) for form in self.rows]
        others = {name: data[name] for name in self.fields if name in data}
        if "add" in query and (fresh := self.added(data)) is not None:
            rows.append(fresh)
        for deed in query.keys() & {"remove", "up"}:
            _move(rows, deed, query[deed])
        changed = type(self)(version=self.version, rows=rows, initial=others)
        changed.notice = self.notice
        return changed

    notice: str = ""

    def is_valid(self) -> bool:
        fine = super().is_valid()
        wrong = [row for row in self.rows if not row.is_valid()]
        if self.is_bound and wrong:
            numbers = ", ".join(str(row.number + 1) for row in wrong)
            self.add_error(None, f"Look again at {wrong[0].noun} {numbers} below.")
        return fine and not wrong


def row_numbers(data: QueryDict) -> list[int]:
    """The rows that were sent, in order."""
    return sorted({int(found[1]) for found in map(ROW.match, data) if found})


def _move(rows: list[Row], deed: str, given: str) -> None:
    index = int(given) if given.isdecimal() and len(given) < 5 else -1
    if not 0 <= index < len(rows):
        return
    row = rows.pop(index)
    if deed == "up":
        rows.insert(max(0, index - 1), row)
