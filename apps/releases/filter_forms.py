"""What narrows the lists of templates and releases down; what makes no sense is ignored."""

from collections.abc import Iterable
from typing import Any

from django import forms

from apps.connectors.models import Connector
from apps.environments.models import Environment
from apps.releases.states import Mark, State

type Choices = Iterable[tuple[str, str]]


class FilterForm(forms.Form):
    """The base: a search box named ``q``, and selects that a person may leave alone."""

    q = forms.CharField(required=False, max_length=200)

    @property
    def chosen(self) -> dict[str, Any]:
        """What is asked for and makes sense."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    @property
    def selects(self) -> list[forms.BoundField]:
        """The fields beside the search box."""
        return [bound for bound in self if bound.name != "q"]

    def offer(self, name: str, everything: str, choices: Choices) -> None:
        """Give a field its choices, of which the first leaves everything in."""
        self.fields[name].choices = [("", everything), *choices]  # type: ignore[attr-defined]


def _select(label: str) -> forms.ChoiceField:
    return forms.ChoiceField(required=False, label=label, widget=forms.Select(attrs={"class": "form-select"}))


class TemplateFilterForm(FilterForm):
    """Narrows the list of templates down."""

    STANDING = (
        ("live", "Something is live"),
        ("nothing-live", "Nothing is live"),
        ("newer", "Newer than live exists"),
        ("changed", "Draft has changes"),
    )

    standing = _select("How it stands")
    mark = _select("Marks of its versions")
    connector = _select("Connector")
    environment = _select("Environment")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offer("standing", "However it stands", self.STANDING)
        self.offer("mark", "Any marks", [(mark, f"Has {mark.label.lower()} versions") for mark in _MARKS])
        self.offer("connector", "All connectors", Connector.objects.order_by("name").values_list("slug", "name"))
        self.offer("environment", "Wherever it runs", _environments())


class ReleaseFilterForm(FilterForm):
    """Narrows the releases of a template down. ``authors`` are those that it has."""

    HIDE_SUPERSEDED = "current"

    state = _select("State")
    mark = _select("Mark")
    author = _select("Author")
    bin = forms.BooleanField(required=False)

    def __init__(self, *args: Any, authors: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        states = [(state.value, state.badge.label) for state in State]
        self.offer("state", "All states", [(self.HIDE_SUPERSEDED, "All but superseded"), *states])
        self.offer("mark", "Any mark", [(Mark.NONE, "Not marked"), *((mark, mark.label) for mark in _MARKS)])
        self.offer("author", "All authors", [(name, name) for name in authors])

    @property
    def selects(self) -> list[forms.BoundField]:
        return [self["state"], self["mark"], self["author"]]


_MARKS = (Mark.DEPRECATED, Mark.QUARANTINED)


def _environments() -> Choices:
    return [(slug, f"Runs in {name}") for slug, name in Environment.objects.values_list("slug", "name")]
