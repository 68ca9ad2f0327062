"""How the API divides long answers."""

from typing import Any

from django import forms

from apps.accounts.models import User
from apps.connectors import services
from apps.connectors.enums import PagingKind
from apps.connectors.forms.sections.base import SectionForm
from apps.connectors.models import ConnectorVersion

# What each kind uses besides the size of a page.
USED = {
    PagingKind.PAGE: ("parameter", "first", "items_at", "more_at"),
    PagingKind.OFFSET: ("parameter", "items_at", "more_at"),
    PagingKind.CURSOR: ("parameter", "cursor_at", "more_at"),
    PagingKind.LINK: (),
}
SIZE = ("size_parameter", "size")
NEEDED = {
    PagingKind.PAGE: ("parameter",),
    PagingKind.OFFSET: ("parameter",),
    PagingKind.CURSOR: ("parameter", "cursor_at"),
}


class PagingForm(SectionForm):
    """How the API divides long answers."""

    title = "Paging"
    text = "How the API divides long answers, so that all of an answer can be read."
    kind = forms.ChoiceField(
        label="The next page comes by",
        choices=PagingKind,
        help_text="Link header: the answer names the address of the next page itself (RFC 8288).",
    )
    parameter = forms.CharField(
        label="Parameter of the page",
        required=False,
        max_length=100,
        help_text="For page number, offset and cursor: such as page, offset, starting_after.",
    )
    first = forms.IntegerField(
        label="Number of the first page",
        required=False,
        min_value=0,
        max_value=1,
        help_text="For page number: 1, or 0.",
    )
    size_parameter = forms.CharField(
        label="Parameter of the size", required=False, max_length=100, help_text="Such as per_page or limit."
    )
    size = forms.IntegerField(
        label="Size of a page", required=False, min_value=1, max_value=10_000, help_text="How many items are asked for."
    )
    items_at = forms.CharField(
        label="Where the items stand",
        required=False,
        max_length=200,
        help_text="For page number and offset: a path in the answer, such as data or /data/items. Empty: the answer is "
        "the list.",
    )
    cursor_at = forms.CharField(
        label="Where the next cursor stands",
        required=False,
        max_length=200,
        help_text="For cursor: such as meta.next_cursor, or data.-1.id for the id of the last item.",
    )
    more_at = forms.CharField(
        label="Where the answer says that there is more",
        required=False,
        max_length=200,
        help_text="Such as has_more. Empty: a missing cursor or a short page is the end.",
    )

    @classmethod
    def values_of(cls, version: ConnectorVersion) -> dict[str, Any]:
        return {"kind": PagingKind.NONE, **version.paging}

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for name in NEEDED.get(data.get("kind", ""), ()):
            if not data.get(name) and name not in self.errors:
                self.add_error(name, "This way of paging needs it.")
        if bool(data.get("size")) != bool(data.get("size_parameter")) and not self.errors:
            missing = "size_parameter" if data.get("size") else "size"
            self.add_error(missing, "Size and its parameter belong together: fill in both, or none.")
        return data

    def save(self, *, by: User) -> ConnectorVersion:
        kind = PagingKind(self.cleaned_data["kind"])
        names = () if kind == PagingKind.NONE else (*USED[kind], *SIZE)
        paging = {"kind": kind.value, **{name: self.cleaned_data[name] for name in names}}
        return services.configure_paging(by=by, version=self.version, paging=paging)
